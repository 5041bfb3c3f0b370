"""Words of an announcement against what the switch tells: which holds, and that a living number is never EMPTY."""

import pytest

from voicebot.campaign.policy.causes import DialOutcome, Rule
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.heard_before import USUAL, HeardBefore, ends_attempt, hang_up_cause, is_heard_out, judged
from voicebot.esl.grammar import hangup_cause

EMPTY_STATUS = DialOutcome("UNALLOCATED_NUMBER", channel_seen=True, rang=True, sip_status=404, q850=1)
AWAY = DialOutcome("NO_USER_RESPONSE", channel_seen=True, rang=True, sip_status=480, q850=18)
JAM = DialOutcome("NORMAL_TEMPORARY_FAILURE", channel_seen=True, rang=True, sip_status=503, q850=41)

CASES = [
    ("no words: the status", AWAY, HeardBefore(), Code.NO_ANSWER, "status"),
    ("music is no verdict", AWAY, HeardBefore(None, 0.0), Code.NO_ANSWER, "status"),
    ("words and status agree", EMPTY_STATUS, HeardBefore(Code.EMPTY, 0.95), Code.EMPTY, "words"),
    ("404 for a telephone that is off", EMPTY_STATUS, HeardBefore(Code.POWER_OFF, 0.9), Code.POWER_OFF, "words"),
    ("480 for a dead number that was said clearly", AWAY, HeardBefore(Code.EMPTY, 0.95), Code.EMPTY, "words"),
    ("480 and half the words of a dead number", AWAY, HeardBefore(Code.EMPTY, 0.7), Code.UNREACHABLE, "doubt"),
    ("404 and half the words of a dead number", EMPTY_STATUS, HeardBefore(Code.EMPTY, 0.7), Code.EMPTY, "words"),
    ("503 after busy words", JAM, HeardBefore(Code.BUSY, 0.9), Code.BUSY, "words"),
    ("words too unsure", JAM, HeardBefore(Code.BUSY, 0.3), Code.CONGESTION, "status"),
    ("404 and a clear lead of living words", EMPTY_STATUS, HeardBefore(Code.POWER_OFF, 0.55), Code.POWER_OFF, "words"),
    ("480 and a lead of a dead number", AWAY, HeardBefore(Code.EMPTY, 0.55), Code.NO_ANSWER, "status"),
    ("480 and a lead of a suspended one", AWAY, HeardBefore(Code.SUSPENDED, 0.55), Code.NO_ANSWER, "status"),
    ("404 after ring-back: it rang", EMPTY_STATUS, HeardBefore(alive_ms=4000), Code.UNREACHABLE, "sounds"),
    ("404 after a click of ring-back", EMPTY_STATUS, HeardBefore(alive_ms=400), Code.EMPTY, "status"),
    ("480 after ring-back", AWAY, HeardBefore(alive_ms=4000), Code.NO_ANSWER, "status"),
]


@pytest.mark.parametrize(("outcome", "heard", "code", "ground"), [row[1:] for row in CASES], ids=[r[0] for r in CASES])
def test_what_holds(outcome, heard, code, ground):
    found = judged(outcome, heard)
    assert (found.code, found.ground) == (code, ground)


def test_certain_words_come_before_a_gateways_own_reading_and_that_before_the_table():
    blocked = (Rule(Code.CARRIER_BLOCK, sip_status=404),)
    assert judged(EMPTY_STATUS, overrides=blocked).code is Code.CARRIER_BLOCK
    assert judged(EMPTY_STATUS, HeardBefore(Code.POWER_OFF, 0.9), blocked).code is Code.POWER_OFF
    assert judged(EMPTY_STATUS, HeardBefore(Code.EMPTY, 0.7), blocked).code is Code.UNREACHABLE
    assert judged(EMPTY_STATUS, HeardBefore(alive_ms=4000), blocked).code is Code.CARRIER_BLOCK


def test_words_and_status_disagree_only_where_both_are_there():
    assert judged(EMPTY_STATUS, HeardBefore(Code.POWER_OFF, 0.9)).disagree
    assert not judged(EMPTY_STATUS, HeardBefore(Code.EMPTY, 0.95)).disagree
    ours = judged(EMPTY_STATUS, HeardBefore(Code.POWER_OFF, 0.9, ended_it=True))
    assert not ours.disagree and ours.status_code is None


def test_a_lead_ends_no_attempt_by_itself() -> None:
    assert not any(ends_attempt(code, USUAL.gone) for code in (Code.POWER_OFF, Code.BUSY, Code.EMPTY))


def test_words_never_speak_for_a_call_that_was_answered_or_never_left():
    answered = DialOutcome("NORMAL_CLEARING", channel_seen=True, answered=True, hung_up_by="customer")
    assert judged(answered, HeardBefore(Code.NO_ANSWER, 1.0)).code is Code.CUSTOMER_HANGUP
    unsent = DialOutcome("DESTINATION_OUT_OF_ORDER", channel_seen=False)
    assert judged(unsent, HeardBefore(Code.EMPTY, 1.0)).code is Code.THROTTLED


def test_an_attempt_is_ended_only_on_what_would_hold_against_every_status():
    for code in (Code.EMPTY, Code.BUSY):
        for score in (USUAL.words - 0.01, USUAL.words, USUAL.empty):
            if ends_attempt(code, score):
                for outcome in (EMPTY_STATUS, AWAY, JAM):
                    assert judged(outcome, HeardBefore(code, score)).code is code
    assert not ends_attempt(Code.EMPTY, USUAL.words)
    assert ends_attempt(Code.BUSY, USUAL.words)


def test_every_cause_that_we_hang_up_with_may_travel():
    for code in Code:
        hangup_cause(hang_up_cause(code))


def test_the_share_that_is_heard_out_is_drawn_by_number_and_stays() -> None:
    numbers = [f"+86138{number:08}" for number in range(4000)]
    drawn = {number for number in numbers if is_heard_out(number, 0.05)}
    assert 140 <= len(drawn) <= 260
    assert drawn <= {number for number in numbers if is_heard_out(number, 0.1)}
    assert not any(is_heard_out(number, 0.0) for number in numbers)
    assert all(is_heard_out(number, 1.0) for number in numbers)

"""What answered, and words against statuses, counted by hand on both databases."""

import json

import pytest

from tests.store.samples import NOON, attempt_id, ended, started
from voicebot.campaign.policy.cause_rules import rules_of
from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code
from voicebot.reports.answers import NO_VERDICT, answer_report
from voicebot.reports.only import Only
from voicebot.reports.statuses import LEAST, LEAST_DEAD, status_report
from voicebot.store import gateways
from voicebot.store.records import AttemptResult, PickUpHeard
from voicebot.store.rows import write


def heard(number: int, phase: str, code: Code | None, decided_ms: int | None = None, saved_ms: int = 0) -> PickUpHeard:
    score = 0.0 if code is None else 0.9
    return PickUpHeard(attempt_id(number), phase, code, score, decided_ms, "", saved_ms=saved_ms)  # type: ignore


def refused(number: int, status: int, cause: str) -> AttemptResult:
    return AttemptResult(attempt_id(number), Code.UNREACHABLE, NOON, cause=cause, sip_status=status)


def test_what_answered_is_counted_by_phase_gateway_and_code(store):
    store.add_campaign("spring", "春", simulated=True)
    records = [started(number) for number in range(1, 8)] + [ended(number) for number in range(1, 8)]
    records += [
        heard(1, "early", Code.POWER_OFF, 2040, saved_ms=27_000),
        heard(2, "early", Code.POWER_OFF, 3990, saved_ms=25_500),
        heard(3, "early", Code.POWER_OFF, 2000),
        heard(4, "early", None),
        heard(5, "answer", Code.HUMAN, 1250),
        heard(6, "answer", Code.HUMAN, 1450),
        heard(7, "answer", Code.VOICEMAIL, 2600),
    ]
    with store.writing() as connection:
        write(connection, records)
    rows = answer_report(store, Only(campaign="spring"))
    told = [(row.phase, row.gateway, row.code, row.heard, row.ended, row.saved_s) for row in rows]
    assert told == [
        ("early", "demo", "POWER_OFF", 3, 2, 52.5),
        ("early", "demo", NO_VERDICT, 1, 0, 0.0),
        ("answer", "demo", "HUMAN", 2, 0, 0.0),
        ("answer", "demo", "VOICEMAIL", 1, 0, 0.0),
    ]
    assert [row.share for row in rows] == [0.75, 0.25, 2 / 3, 1 / 3]
    assert (rows[0].decided_s, rows[0].decided_s_p90) == (2.1, 4.0)
    assert (rows[1].score, rows[1].decided_s) == (None, None)
    assert rows[2].score == pytest.approx(0.9)
    assert answer_report(store, Only(campaign="autumn")) == ()


def test_a_status_that_means_something_else_to_a_carrier_is_learnt_from_its_words(store):
    store.add_campaign("spring", "春", simulated=True)
    before = [{"code": "BUSY", "sip_status": 480}]
    gateways.put(store, "demo", {"max_calls": 10, "calls_per_second": 1, "causes": before}, new=True)
    records = []
    for number in range(LEAST + 1):
        code = Code.POWER_OFF if number else Code.BUSY
        records += [started(number), refused(number, 404, "UNALLOCATED_NUMBER"), heard(number, "early", code, 2000)]
    records += [started(90), heard(90, "early", Code.POWER_OFF, 2000, saved_ms=20_000), refused(90, 404, "X")]
    with store.writing() as connection:
        write(connection, records)
    first, second = status_report(store, Only())
    assert (first.sip_status, first.means, first.words, first.attempts, first.of) == (404, "EMPTY", "POWER_OFF", 5, 6)
    assert (second.words, second.attempts, second.override) == ("BUSY", 1, "")
    assert first.override.startswith("voicebot line gateway set demo --causes '")
    rules = json.loads(first.override.partition("'")[2].removesuffix("'"))
    assert rules == [{"code": "POWER_OFF", "cause": "UNALLOCATED_NUMBER", "sip_status": 404}, *before]
    outcome = DialOutcome("UNALLOCATED_NUMBER", channel_seen=True, sip_status=404)
    assert result_code(outcome, rules_of(rules, "demo")) is Code.POWER_OFF
    same_status = DialOutcome("USER_BUSY", channel_seen=True, sip_status=404)
    assert result_code(same_status, rules_of(rules, "demo")) is Code.BUSY, "the words were about another cause"

    gateways.put(store, "demo", {"causes": rules})
    agreed = status_report(store, Only())[0]
    assert (agreed.means, agreed.agree, agreed.override) == ("POWER_OFF", True, "")


def test_a_dead_number_is_proposed_only_on_much_evidence(store):
    store.add_campaign("spring", "春", simulated=True)
    gateways.put(store, "demo", {"max_calls": 10, "calls_per_second": 1}, new=True)
    with store.writing() as connection:
        for number in range(LEAST_DEAD - 1):
            one = (started(number), refused(number, 480, "NO_USER_RESPONSE"), heard(number, "early", Code.EMPTY, 9))
            write(connection, one)
    assert status_report(store, Only())[0].override == ""
    with store.writing() as connection:
        write(connection, (started(99), refused(99, 480, "NO_USER_RESPONSE"), heard(99, "early", Code.EMPTY, 9)))
    assert "EMPTY" in status_report(store, Only())[0].override

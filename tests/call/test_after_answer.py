"""The first seconds after the answer: the opening plays at once, and what picked up decides how the call goes on."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.call.rehearsal import FRAME, NO_FILES, PROMPT_FRAMES, Rehearsal
from tests.call.sounds import silence, tone, voice
from voicebot.campaign.policy.answered import AnsweredBy, Follow
from voicebot.campaign.policy.codes import Code
from voicebot.dialog.events import Answered, PickedUp
from voicebot.dialog.loader import load_text
from voicebot.speech.hearing import Began, Ended, Partial

TINY = Path(__file__).with_name("tiny.yaml")
MAILBOX = "您好我现在无法接听您的电话请在滴声后留言"


def mailbox(call: Rehearsal) -> None:
    """A long greeting without a pause, with the words of a mailbox."""
    call.sounds(voice(1700))
    call.hear(Began(200, 100))
    call.hear(Partial(1700, MAILBOX))
    call.sounds(voice(2000))
    call.hear(Ended(3900, 100, 3700, MAILBOX, 0.9, 5.0))


def follow(code: Code, then: Follow) -> AnsweredBy:
    return AnsweredBy({code: then})


def test_the_opening_is_in_the_frame_that_answers_the_first_one() -> None:
    with Rehearsal(TINY) as call:
        assert call.frames(1) != [FRAME], "the greeting waits for no verdict"
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    (talk,) = call.writer.calls
    assert talk.said[0].started_ms == 0


def test_a_mailbox_is_hung_up_on_and_its_code_is_the_attempts() -> None:
    with Rehearsal(TINY) as call:
        mailbox(call)
    (result,), (talk,), (heard,) = call.writer.results, call.writer.calls, call.writer.pick_ups
    assert (result.code, talk.answered_by, talk.ending) == (Code.VOICEMAIL, Code.VOICEMAIL, Code.ROBOT_END)
    assert (talk.tags, heard.phase, heard.code) == (("MACHINE",), "answer", Code.VOICEMAIL)
    assert heard.score >= 0.6 and len({one.what.partition(":")[0] for one in heard.evidence}) >= 2
    event = next(event for event in call.writer.events if event["event"] == "PickedUp")
    assert (event["code"], event["then"]) == ("VOICEMAIL", "try_later")


def test_what_the_campaign_talks_to_is_talked_to() -> None:
    with Rehearsal(TINY, answered_by=follow(Code.VOICEMAIL, Follow("talk_on"))) as call:
        mailbox(call)
        assert not [told for told in call.session.told if told[0] == "hangup"]
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    assert call.writer.calls[0].answered_by is Code.VOICEMAIL


def test_a_message_waits_for_the_beep_of_the_line() -> None:
    leave = follow(Code.VOICEMAIL, Follow("message", "您好，请回电", again=False))
    with Rehearsal(TINY, answered_by=leave) as call:
        mailbox(call)
        call.sounds(silence(400))
        assert call.spoken == ["可以吗？"]
        call.sounds(tone(1000, 500) + silence(200))
        assert call.spoken[-1] == "您好，请回电"
        call.play_out()
    assert ("hangup", "NORMAL_CLEARING") in call.session.told
    (talk,) = call.writer.calls
    assert talk.tags == ("MACHINE", "MESSAGE_LEFT")
    assert talk.said[-1].heard_ms == 20 * PROMPT_FRAMES


def test_the_switch_tells_a_beep_twice_while_it_sounds_and_the_message_waits_for_its_end() -> None:
    leave = follow(Code.VOICEMAIL, Follow("message", "您好，请回电", again=False))
    with Rehearsal(TINY, answered_by=leave) as call:
        mailbox(call)
        call.sounds(silence(400) + tone(1000, 100))
        for _ in range(2):
            call.session.event("CUSTOM", **{"Event-Subclass": "avmd::beep"})
            call.settle()
        call.sounds(tone(1000, 500))
        assert call.spoken == ["可以吗？"], "the beep sounds"
        call.sounds(silence(200))
        assert call.spoken == ["可以吗？", "您好，请回电"]
        call.play_out()
    assert call.writer.calls[0].tags == ("MACHINE", "MESSAGE_LEFT")


def test_a_tone_that_only_the_switch_takes_for_a_beep_is_enough() -> None:
    """Without a quiet before it our own ear calls it a tone."""
    leave = follow(Code.VOICEMAIL, Follow("message", "您好，请回电", again=False))
    for told in (True, False):
        with Rehearsal(TINY, answered_by=leave) as call:
            mailbox(call)
            call.sounds(voice(500) + tone(1000, 300))
            if told:
                call.session.event("CUSTOM", **{"Event-Subclass": "avmd::beep"})
                call.settle()
            call.sounds(tone(1000, 300) + silence(200))
            assert (call.spoken[-1] == "您好，请回电") == told
            if told:
                call.play_out()
            else:
                call.session.end("NORMAL_CLEARING", "recv_bye")
                call.settle()


def test_mod_avmd_is_asked_only_where_the_installation_has_it() -> None:
    leave = follow(Code.VOICEMAIL, Follow("message", "您好，请回电", again=False))
    for avmd in (True, False):
        with Rehearsal(TINY, answered_by=leave, settings=replace(NO_FILES, avmd=avmd)) as call:
            mailbox(call)
            assert (("execute", "avmd_start", "") in call.session.told) == avmd
            assert (("myevents", "CUSTOM", "avmd::beep") in call.session.told) == avmd
            call.session.end("NORMAL_CLEARING", "recv_bye")
            call.settle()


def test_a_fax_is_left_at_its_tone() -> None:
    with Rehearsal(TINY) as call:
        call.sounds(silence(300) + tone(2100, 1500))
    assert (call.writer.results[0].code, call.writer.calls[0].answered_by) == (Code.FAX, Code.FAX)


def test_a_person_is_talked_to_and_known_as_one() -> None:
    with Rehearsal(TINY) as call:
        call.sounds(silence(200) + voice(400) + silence(900))
        call.hear(Began(300, 200))
        call.hear(Ended(1400, 200, 600, "喂你好", 0.9, 5.0))
        call.sounds(silence(600))
        assert not [told for told in call.session.told if told[0] == "hangup"]
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    (result,), (talk,), (heard,) = call.writer.results, call.writer.calls, call.writer.pick_ups
    assert (result.code, talk.answered_by, heard.code) == (Code.CUSTOMER_HANGUP, Code.HUMAN, Code.HUMAN)


def test_a_line_on_which_nothing_is_heard_is_silent() -> None:
    with Rehearsal(TINY) as call:
        call.sounds(silence(8500))
        call.play_out() if call.actor._line.playing is not None else None
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    assert call.writer.calls[0].answered_by is Code.SILENT
    assert call.writer.results[0].code is Code.SILENT


def test_the_scripts_own_finding_and_the_ears_are_one_answer() -> None:
    """A script with a machine check of its own tags MACHINE; then the call is answered by what the words were."""
    text = TINY.read_text(encoding="utf-8").replace(
        "- {id: human,",
        "- {id: machine, intent: assistant, keywords: [转告], hang_up: ROBOT_END, tag: MACHINE}\n      - {id: human,",
    )

    with Rehearsal(load_text(text, "tiny")) as call:
        call.play_out()
        call.hear(Began(300, 300))
        call.hear(Ended(1500, 300, 900, "我会转告", 0.9, 5.0))
    (result,), (talk,) = call.writer.results, call.writer.calls
    assert talk.ending is Code.ROBOT_END
    assert (result.code, talk.answered_by) in {(Code.VOICEMAIL, Code.VOICEMAIL), (Code.ASSISTANT, Code.ASSISTANT)}


def test_a_talk_that_is_taken_over_is_not_listened_to_anew() -> None:
    happened = (Answered(0), PickedUp(1500, "HUMAN", 0.8))
    with Rehearsal(TINY, happened=happened) as call:
        call.sounds(tone(2100, 1500))
        assert not [told for told in call.session.told if told[0] == "hangup"]
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    assert call.writer.pick_ups == []
    assert call.writer.calls[0].answered_by is Code.HUMAN


@pytest.mark.parametrize("code", [Code.VOICEMAIL, Code.ASSISTANT])
def test_an_unknown_node_leaves_nothing(code: Code) -> None:
    with Rehearsal(TINY, answered_by=follow(code, Follow("message", node="nowhere", again=False))) as call:
        mailbox(call)
        if code is Code.ASSISTANT:  # it was a mailbox: the campaign talks on
            call.session.end("NORMAL_CLEARING", "recv_bye")
            call.settle()
    assert "MESSAGE_LEFT" not in call.writer.calls[0].tags

"""While it rings: announcements end the attempt, tones and music do not, and all of it is kept as evidence."""

import wave
from dataclasses import replace
from pathlib import Path

from tests.call.rehearsal import NO_FILES, Rehearsal
from tests.call.sounds import silence, tone, voice
from voicebot.call.timers import RanOut
from voicebot.campaign.policy.causes import Rule
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import BeforeAnswer
from voicebot.speech.hearing import Ended, Partial

TINY = Path(__file__).with_name("tiny.yaml")
OFF = "您好您拨打的用户已关机请稍后再拨"
DEAD = "您好您拨打的号码是空号请核对后再拨"


def early(**more: object) -> Rehearsal:
    return Rehearsal(TINY, answer_state="early", **more)  # type: ignore[arg-type]


def refused(call: Rehearsal, cause: str, status: int) -> None:
    """The network ends it."""
    call.session.end(cause, "recv_refuse", variable_sip_term_status=str(status), variable_sip_term_cause="")
    call.settle()


def test_a_known_announcement_ends_the_attempt_at_once_and_the_saved_ringing_is_kept() -> None:
    with early() as call:
        call.frames(5)
        call.hear(Ended(3000, 100, 2600, OFF, 0.9, 5.0))
    assert ("hangup", "SUBSCRIBER_ABSENT") in call.session.told
    (result,), (heard,) = call.writer.results, call.writer.pick_ups
    assert (result.code, result.early_media_text) == (Code.POWER_OFF, OFF)
    assert (heard.phase, heard.code, heard.text) == ("early", Code.POWER_OFF, OFF)
    ringing_ms = NO_FILES.ring_timeout_s * 1000
    assert ringing_ms - 5000 < heard.saved_ms <= ringing_ms
    assert heard.score >= 0.8 and heard.evidence and heard.decided_ms is not None
    assert call.writer.calls == []


def test_half_a_sentence_that_stood_long_enough_is_enough() -> None:
    with early() as call:
        call.hear(Partial(1000, "您好您拨打的用户已关机"))
        call.sounds(silence(1000))
        call.hear(Partial(2000, "您好您拨打的用户已关机请"))
    assert call.writer.results[0].code is Code.POWER_OFF


def test_ring_back_busy_tones_and_music_are_told_and_are_no_verdict() -> None:
    with early() as call:
        call.sounds((tone(450, 1000) + silence(4000)) * 2)
        call.sounds((tone(450, 350) + silence(350)) * 6)
        assert not [told for told in call.session.told if told[0] == "hangup"]
        refused(call, "NO_USER_RESPONSE", 480)
    (result,), (heard,) = call.writer.results, call.writer.pick_ups
    assert (result.code, heard.code, heard.saved_ms) == (Code.NO_ANSWER, None, 0)
    assert {"ringback", "busy"} <= {one.sound for one in heard.sounds}


def test_words_come_before_a_wrong_status() -> None:
    with early(before_answer=BeforeAnswer(hear_out=1.0, keep_audio="none")) as call:
        call.frames(2)
        call.hear(Ended(3000, 100, 2600, OFF, 0.9, 5.0))
        assert not [told for told in call.session.told if told[0] == "hangup"], "this one is heard out"
        refused(call, "UNALLOCATED_NUMBER", 404)
    (result,), (heard,) = call.writer.results, call.writer.pick_ups
    assert (result.code, result.sip_status, result.cause) == (Code.POWER_OFF, 404, "UNALLOCATED_NUMBER")
    assert heard.saved_ms == 0


def test_an_announcement_without_its_beginning_is_read_together_with_the_status() -> None:
    with early() as call:
        call.frames(2)
        call.hear(Ended(3000, 100, 2600, "已关机", 0.9, 5.0))
        assert not [told for told in call.session.told if told[0] == "hangup"], "more may come as long as it rings"
        refused(call, "UNALLOCATED_NUMBER", 404)
    (result,), (heard,) = call.writer.results, call.writer.pick_ups
    assert (result.code, heard.code, heard.saved_ms) == (Code.POWER_OFF, Code.POWER_OFF, 0)


def test_half_the_words_of_a_dead_number_and_its_status_make_none() -> None:
    with early() as call:
        call.frames(2)
        call.hear(Ended(3000, 100, 2600, "是空号", 0.9, 5.0))
        call.sounds(voice(1500))
        refused(call, "UNALLOCATED_NUMBER", 404)
    assert call.writer.results[0].code is Code.UNREACHABLE
    assert call.writer.pick_ups[0].code is None


def test_a_status_of_a_dead_number_is_not_believed_after_ring_back() -> None:
    with early() as call:
        call.sounds(tone(450, 1000) + silence(4000) + tone(450, 1000) + silence(500))
        refused(call, "UNALLOCATED_NUMBER", 404)
    assert call.writer.results[0].code is Code.UNREACHABLE


def test_a_gateway_reads_its_own_status_also_after_early_media() -> None:
    with early(causes=(Rule(Code.CARRIER_BLOCK, sip_status=404),)) as call:
        call.frames(3)
        refused(call, "UNALLOCATED_NUMBER", 404)
    assert call.writer.results[0].code is Code.CARRIER_BLOCK


def test_the_clear_words_of_a_dead_number_end_it_as_empty() -> None:
    with early() as call:
        call.frames(2)
        call.hear(Ended(3000, 100, 2600, DEAD, 0.9, 5.0))
    assert ("hangup", "UNALLOCATED_NUMBER") in call.session.told
    assert call.writer.results[0].code is Code.EMPTY


def test_the_sound_is_kept_where_the_campaign_wants_it(tmp_path: Path) -> None:
    settings = replace(NO_FILES, data_dir=tmp_path)
    for keep, words, kept in (
        ("none", OFF, False),
        ("verdicts", OFF, True),
        ("verdicts", "", False),
        ("all", "", True),
    ):
        with early(settings=settings, before_answer=BeforeAnswer(1.0, keep)) as call:  # type: ignore[arg-type]
            call.sounds(tone(450, 400))
            call.hear(Ended(3000, 100, 2600, words, 0.9, 5.0))
            refused(call, "NO_USER_RESPONSE", 480)
        (heard,) = call.writer.pick_ups
        assert (heard.path is not None) == kept
        if heard.path is not None:
            with wave.open(str(settings.recordings_dir / heard.path)) as file:
                assert (file.getframerate(), file.getnframes()) == (8000, 3200)


def test_a_verdict_that_comes_with_the_answer_does_not_end_the_talk() -> None:
    with early() as call:
        call.frames(3)
        call.session.event("CHANNEL_ANSWER")
        call.settle()
        call.hear(Ended(3000, 0, 0, OFF, 0.9, 5.0))
        assert call.session.told.count(("start_audio",)) == 1
        assert not [told for told in call.session.told if told[0] == "hangup"]
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    assert call.writer.results[0].code is Code.CUSTOMER_HANGUP
    assert call.ears.ear is not None and call.ears.ear.cuts == 1, "words that began before the answer end with it"


def test_too_long_a_ringing_is_still_no_answer() -> None:
    with early() as call:
        call.sounds(tone(450, 1000))
        number = call.actor._timers._running["ringing"][0]
        call.mailbox.post(RanOut("ringing", number))
        call.settle()
    assert ("hangup", "NO_ANSWER") in call.session.told
    assert call.writer.results[0].code is Code.NO_ANSWER

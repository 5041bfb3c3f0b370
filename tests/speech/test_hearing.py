"""The whole pipeline without threads, on stand-ins: which events come, in which order, at which audio times."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.errors import SpeechError
from voicebot.media.frames import FRAME_BYTES, SILENCE_FRAME, bytes_of, ms_of
from voicebot.media.turn import TurnLimits
from voicebot.speech.hearing import MAX_HOLE_MS, Began, EarEvent, Ended, Hearing, Partial, Paused, hear
from voicebot.speech.standin import LevelVad, StandinModel, StandinVoice

SECOND = bytes_of(1000)


def said(text: str) -> bytes:
    return StandinVoice().render(text, "")


def hearing(**limits: int) -> Hearing:
    return Hearing(StandinModel().open(), LevelVad(), replace(TurnLimits(), **limits))


def push(ear: Hearing, pcm: bytes, from_ms: int = 0, size: int = FRAME_BYTES) -> list[EarEvent]:
    return [
        event
        for start in range(0, len(pcm), size)
        for event in ear.push(pcm[start : start + size], from_ms + ms_of(start))
    ]


def timeless(events: list[EarEvent]) -> list[EarEvent]:
    return [replace(event, decode_ms=0.0) if isinstance(event, Ended) else event for event in events]


def test_one_utterance() -> None:
    events = hear(StandinModel(), LevelVad(), bytes(SECOND) + said("好的") + bytes(SECOND))
    assert timeless(events) == [
        Began(at=1020, began=1000),  # by the word, which came before the voice was believed
        Partial(at=1020, text="好"),
        Partial(at=1140, text="好的"),
        Paused(at=1440, text="好的"),
        Ended(at=1740, began=1000, ended=1240, text="好的", confidence=1.0, decode_ms=0.0),
    ]


def test_utterances_do_not_mix() -> None:
    events = hear(StandinModel(), LevelVad(), said("是") + bytes(SECOND) + said("不是") + bytes(SECOND))
    assert [event.text for event in events if isinstance(event, Ended)] == ["是", "不是"]


def test_sound_without_words_is_an_utterance_with_an_empty_text() -> None:
    noise = b"\x40\x1f\xc0\xe0" * (SECOND // 8)
    ended = hear(StandinModel(), LevelVad(), noise + bytes(SECOND))[-1]
    assert isinstance(ended, Ended)
    assert (ended.text, ended.confidence, ended.ended) == ("", 0.0, 500)


def test_words_that_turn_taking_found_too_short_are_an_utterance() -> None:
    ear = hearing(start_ms=200)
    events = timeless(push(ear, bytes(SECOND) + said("好") + bytes(SECOND)))
    assert [type(event) for event in events] == [Began, Partial, Paused, Ended]
    assert events[0] == Began(at=1020, began=1000)
    assert events[-1] == Ended(1620, 1000, 1120, "好", 1.0, 0.0)


def test_a_blip_without_words_is_nothing_and_forgotten() -> None:
    blip = b"\x40\x1f\xc0\xe0" * (FRAME_BYTES // 4)
    assert hear(StandinModel(), LevelVad(), blip + bytes(SECOND) + blip + bytes(SECOND)) == []


def test_cut_ends_with_what_is_known_now() -> None:
    ear = hearing()
    push(ear, said("可以") + bytes(bytes_of(240)))
    [ended] = ear.cut()
    assert timeless([ended]) == [Ended(480, 0, 240, "可以", 1.0, 0.0, by="cut")]
    assert ear.cut() == ()
    assert push(ear, bytes(SECOND), 480) == []


def test_limits_change_while_somebody_speaks() -> None:
    ear = hearing()
    push(ear, said("喂"))
    ear.set_limits(end_silence_ms=200, max_speech_ms=12_000)
    events = push(ear, bytes(SECOND), 120)
    assert [(type(event), event.at) for event in events] == [(Ended, 320)]


def test_too_long_goes_on_as_the_next_utterance() -> None:
    ear = hearing(max_speech_ms=960)
    ends = [event for event in push(ear, said("一二三四五六七八九十") + bytes(SECOND)) if isinstance(event, Ended)]
    assert [(end.text, end.by) for end in ends] == [("一二三四五六七八", "too_long"), ("九十", "silence")]


@given(st.sampled_from([2, 34, 160, 320, 480, 640, 1000]))
def test_every_frame_size_gives_the_same(size: int) -> None:
    pcm = bytes(SECOND) + said("周三下午") + bytes(SECOND)
    by_frame = timeless(push(hearing(), pcm))
    by_size = timeless(push(hearing(), pcm, size=size))
    assert by_size == by_frame


def test_frames_that_never_came_are_silence() -> None:
    ear = hearing()
    events = push(ear, said("好")) + push(ear, SILENCE_FRAME * 40, 120 + 700)
    [ended] = [event for event in events if isinstance(event, Ended)]
    assert (ended.began, ended.ended, ended.text) == (0, 120, "好")
    assert ear.now_ms == 120 + 700 + 800


def test_a_long_hole_is_bridged_without_hearing_all_of_it() -> None:
    ear = hearing()
    push(ear, said("好"))
    push(ear, SILENCE_FRAME * 40, 60_000)
    events = push(ear, said("对") + bytes(SECOND), 60_800)
    assert ear.now_ms == 60_800 + 120 + 1000
    assert [event for event in events if isinstance(event, Began)] == [Began(60_820, 60_800)]
    assert MAX_HOLE_MS < 60_000


def test_a_late_burst_changes_nothing() -> None:
    pcm = bytes(SECOND) + said("周三下午") + bytes(SECOND)
    ear, events = hearing(), []
    for start in range(0, len(pcm), FRAME_BYTES):
        at = ms_of(start)
        arrived = max(at, 1350) if 1200 <= at < 1350 else at
        events += ear.push(pcm[start : start + FRAME_BYTES], arrived)
    assert timeless(events) == timeless(push(hearing(), pcm))


def test_a_dead_recogniser_is_a_speech_error() -> None:
    ear = Hearing(StandinModel(fail_at="坏").open(), LevelVad())
    with pytest.raises(SpeechError, match="坏"):
        push(ear, said("好坏"))


@given(st.lists(st.tuples(st.sampled_from(["", "一二", "三四五"]), st.integers(0, 60)), max_size=8))
def test_all_that_is_said_is_heard_once_and_in_order(parts: list[tuple[str, int]]) -> None:
    pcm = b"".join(said(text) + SILENCE_FRAME * frames for text, frames in parts) + bytes(SECOND)
    events = hear(StandinModel(), LevelVad(), pcm)
    ends = [event for event in events if isinstance(event, Ended)]
    assert "".join(end.text for end in ends) == "".join(text for text, _ in parts)
    order = [type(event) for event in events if isinstance(event, Began | Ended)]
    assert order == [Began, Ended] * len(ends)
    assert [event.at for event in events] == sorted(event.at for event in events)

"""Playbooks of voiced and unvoiced frames, and what must hold for every sequence of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.media.turn import (
    BLIP_MEMORY_MS,
    SpeechBegan,
    SpeechEnded,
    SpeechPaused,
    TurnEvent,
    TurnLimits,
    TurnState,
    TurnTaker,
)

LIMITS = TurnLimits(start_ms=60, resume_ms=40, soft_silence_ms=240, end_silence_ms=500, max_speech_ms=3000, flaw_ms=40)


def run(turn: TurnTaker, *parts: tuple[float, int], ms: int = 20) -> list[TurnEvent]:
    """`parts`: a probability and for how many ms it holds."""
    return [event for voiced, total in parts for _ in range(total // ms) for event in turn.push(voiced, ms)]


def taker(**changes: float) -> TurnTaker:
    return TurnTaker(replace(LIMITS, **changes))


def test_one_utterance() -> None:
    assert run(taker(), (0, 200), (1, 400), (0, 600)) == [
        SpeechBegan(at=260, began=200),
        SpeechPaused(at=840, last_voiced=600),
        SpeechEnded(at=1100, began=200, last_voiced=600),
    ]


def test_the_four_states() -> None:
    turn = taker()
    seen = [turn.state]
    for part in ((1, 40), (1, 20), (0, 20), (0, 480)):
        run(turn, part)
        seen.append(turn.state)
    assert seen == [TurnState.QUIET, TurnState.STARTING, TurnState.SPEAKING, TurnState.STOPPING, TurnState.QUIET]


def test_a_blip_is_nothing() -> None:
    assert run(taker(), (0, 100), (1, 40), (0, 1000)) == []


def test_a_stop_consonant_does_not_void_a_beginning() -> None:
    assert run(taker(), (1, 40), (0, 40), (1, 20)) == [SpeechBegan(at=100, began=0)]


def test_a_pause_is_offered_again_after_more_speech() -> None:
    events = run(taker(), (1, 100), (0, 300), (1, 100), (0, 600))
    assert events == [
        SpeechBegan(60, 0),
        SpeechPaused(340, 100),
        SpeechPaused(740, 500),
        SpeechEnded(1000, 0, 500),
    ]


def test_a_click_in_the_pause_does_not_prolong_it() -> None:
    assert run(taker(), (1, 100), (0, 300), (1, 20), (0, 180))[-1] == SpeechEnded(600, 0, 100)


def test_voice_at_the_very_end_begins_the_next_utterance() -> None:
    turn = taker(resume_ms=60)
    events = run(turn, (1, 100), (0, 460), (1, 40))
    assert events[-1] == SpeechEnded(600, 0, 100)
    assert turn.state is TurnState.STARTING
    assert run(turn, (1, 20)) == [SpeechBegan(620, 560)]


def test_quieter_voice_holds_an_utterance_but_begins_none() -> None:
    turn = taker(threshold=0.6, stay_threshold=0.3)
    assert run(turn, (0.5, 500)) == []
    assert run(turn, (0.7, 60), (0.4, 1000)) == [SpeechBegan(560, 500)]


def test_too_long_ends_and_begins_anew() -> None:
    events = run(taker(), (1, 3100))
    assert events == [
        SpeechBegan(60, 0),
        SpeechEnded(3000, 0, 3000, by="too_long"),
        SpeechBegan(3060, 3000),
    ]


def test_cut_ends_only_what_is_open() -> None:
    turn = taker()
    assert turn.cut() == ()
    run(turn, (1, 200), (0, 240))
    assert turn.cut() == (SpeechEnded(440, 0, 200, by="cut"),)
    assert turn.cut() == ()


def test_words_without_enough_voice_are_an_utterance_from_the_blip() -> None:
    turn = taker()
    assert run(turn, (0, 100), (1, 40), (0, 300)) == []
    assert turn.words_heard() == (SpeechBegan(440, 100),)
    assert turn.words_heard() == ()
    assert run(turn, (0, 400)) == [SpeechPaused(460, 140), SpeechEnded(640, 100, 140)]


def test_words_long_after_any_voice_begin_now() -> None:
    turn = taker()
    run(turn, (1, 40), (0, BLIP_MEMORY_MS + 100))
    assert turn.words_heard() == (SpeechBegan(1140, 1140),)


def test_new_limits_hold_for_the_open_utterance() -> None:
    turn = taker()
    run(turn, (1, 100), (0, 200))
    turn.set_limits(replace(LIMITS, end_silence_ms=900, soft_silence_ms=250))
    assert run(turn, (0, 700)) == [SpeechPaused(360, 100), SpeechEnded(1000, 0, 100)]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"soft_silence_ms": 600}, "soft_silence_ms 600"),
        ({"soft_silence_ms": 0}, "soft_silence_ms 0"),
        ({"start_ms": 0}, "start_ms 0"),
        ({"max_speech_ms": 60}, "max_speech_ms 60"),
    ],
)
def test_limits_that_contradict_each_other_are_refused(changes: dict[str, int], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        replace(LIMITS, **changes)


def test_a_frame_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="0 ms"):
        taker().push(1.0, 0)


FRAMES = st.lists(st.tuples(st.sampled_from([0.0, 0.4, 1.0]), st.integers(1, 12)), max_size=120)
SIZES = st.sampled_from([10, 20, 30, 40])


@given(FRAMES, SIZES, st.lists(st.integers(0, 1500), max_size=3), st.lists(st.integers(0, 1500), max_size=3))
def test_what_always_holds(runs: list[tuple[float, int]], ms: int, cuts: list[int], words: list[int]) -> None:
    """Began and Ended alternate, times never go back, a pause lies inside an utterance."""
    turn = TurnTaker(LIMITS)
    events: list[TurnEvent] = []
    number = 0
    for voiced, count in runs:
        for _ in range(count):
            events += turn.push(voiced, ms)
            events += turn.cut() if number in cuts else ()
            events += turn.words_heard() if number in words else ()
            number += 1
    ats = [event.at for event in events]
    assert ats == sorted(ats)
    open_since, ended = None, 0
    for event in events:
        match event:
            case SpeechBegan(at, began):
                assert open_since is None
                assert ended <= began <= at
                open_since = began
            case SpeechPaused(at, last_voiced):
                assert open_since is not None
                assert last_voiced + LIMITS.soft_silence_ms <= at
            case SpeechEnded(at, began, last_voiced):
                assert began == open_since
                assert began <= last_voiced <= at
                open_since, ended = None, last_voiced
    assert turn.speaking == (open_since is not None)


@given(FRAMES, SIZES)
def test_silence_ends_an_utterance_at_the_first_frame_border_after_its_time(
    runs: list[tuple[float, int]], ms: int
) -> None:
    turn = TurnTaker(replace(LIMITS, max_speech_ms=10**6))
    for event in run(turn, *((voiced, count * ms) for voiced, count in runs), ms=ms):
        if isinstance(event, SpeechEnded):
            assert event.by == "silence"
            assert 0 <= event.at - (event.last_voiced + LIMITS.end_silence_ms) < ms


@given(st.lists(st.integers(1, 2), max_size=30), st.integers(3, 10))
def test_no_row_of_blips_is_ever_an_event(blips: list[int], apart: int) -> None:
    turn = TurnTaker(LIMITS)
    for blip in blips:
        assert run(turn, (1, 20 * blip), (0, 20 * apart)) == []

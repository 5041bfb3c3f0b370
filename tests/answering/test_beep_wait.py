"""When a message may begin: behind the beep that the line has, or that the switch tells while it sounds."""

import pytest

from voicebot.answering.beep_wait import FRESH_MS, OVER_MS, UNHEARD_QUIET_MS, BeepWait
from voicebot.answering.evidence import Span

GREETING = Span("speech", 300, 6500)
PAUSE = Span("silence", 6500, 6900)
WANTED_MS = 4000


def sounds(*later: tuple[str, int, float]) -> tuple[Span, ...]:
    """A greeting, a pause, and what follows: sound, its end, its frequency."""
    spans = [GREETING, PAUSE]
    for sound, to_ms, hz in later:
        spans.append(Span(sound, spans[-1].to_ms, to_ms, hz))
    return tuple(spans)


def test_nothing_is_over_before_anything_was_heard() -> None:
    assert not BeepWait(0).over(())


def test_the_beep_of_the_line_is_over_behind_a_short_quiet() -> None:
    wait = BeepWait(WANTED_MS)
    assert not wait.over(sounds())
    assert not wait.over(sounds(("beep", 7520, 1000)))
    assert not wait.over(sounds(("beep", 7520, 1000), ("silence", 7520 + OVER_MS - 20, 0)))
    assert wait.over(sounds(("beep", 7520, 1000), ("silence", 7520 + OVER_MS, 0)))


def test_a_beep_of_just_now_counts_and_one_long_ago_does_not() -> None:
    heard = sounds(("beep", 7520, 1000), ("silence", 12_000, 0))
    assert BeepWait(7520 + FRESH_MS).over(heard)
    assert not BeepWait(7521 + FRESH_MS).over(heard)


def test_a_second_beep_is_waited_for_while_it_sounds() -> None:
    heard = sounds(("beep", 7520, 1000), ("silence", 7600, 0), ("beep", 7900, 1000))
    assert not BeepWait(WANTED_MS).over(heard)


@pytest.mark.parametrize("name", ["beep", "tone", "busy"])
def test_what_the_switch_tells_ends_with_the_tone_and_not_with_the_telling(name: str) -> None:
    wait = BeepWait(WANTED_MS)
    wait.told(7000)
    wait.told(7002)
    assert not wait.over(sounds(("speech", 7000, 0))), "too short yet to be called a tone"
    assert not wait.over(sounds((name, 7100, 1000)))
    assert not wait.over(sounds((name, 7520, 1000), ("silence", 7520 + OVER_MS - 20, 0)))
    assert wait.over(sounds((name, 7520, 1000), ("silence", 7520 + OVER_MS, 0)))


def test_a_tone_of_another_name_is_no_beep_without_the_switch() -> None:
    assert not BeepWait(WANTED_MS).over(sounds(("tone", 7520, 1000), ("silence", 9000, 0)))


def test_a_vowel_that_the_switch_takes_for_a_beep_does_not_let_us_talk_into_the_greeting() -> None:
    wait = BeepWait(WANTED_MS)
    wait.told(5000)
    assert not wait.over(sounds()), "a pause of the greeting"
    assert not wait.over(sounds(("silence", 6500 + UNHEARD_QUIET_MS - 20, 0)))
    assert wait.over((GREETING, Span("silence", 6500, 6500 + UNHEARD_QUIET_MS)))


def test_quiet_before_the_telling_is_none_behind_the_beep() -> None:
    wait = BeepWait(WANTED_MS)
    wait.told(7400)
    assert not wait.over((GREETING, Span("silence", 6500, 8000)))
    assert wait.over((GREETING, Span("silence", 6500, 7400 + UNHEARD_QUIET_MS)))

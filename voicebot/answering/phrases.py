"""Phrases in recognised text: by their letters, else by their sound, and how often.

Which phrases there are, and what they mean, is tables.py's.
"""

import functools
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from voicebot.understanding.normalise import length
from voicebot.understanding.sounds import NEAR, find_sound

LEAST_BY_SOUND = 3
"""Shorter phrases have too many words of their sound."""
CHARACTERS_A_BLUR = 3
"""In so many characters of a phrase one syllable may be blurred."""


_USED: Final = "\u3002"
"""Stands for the letters that a phrase has taken; no phrase has it."""


class Hit(NamedTuple):
    """A phrase that was found `times` times. `heard` differs from it where only the sound was the same."""

    phrase: str
    heard: str
    times: int

    @property
    def by_sound(self) -> bool:
        return self.phrase != self.heard


def longest_first(phrases: Iterable[str]) -> tuple[str, ...]:
    """The order in which they take their letters: 您的电话已停机 is not 已停机."""
    return _ordered(tuple(phrases))


@functools.lru_cache(maxsize=64)
def _ordered(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Tables hardly ever change, and every call asks."""
    return tuple(sorted(set(phrases), key=lambda phrase: (-length(phrase), phrase)))


def find_phrases(text: str, phrases: Iterable[str], exact_sound: Collection[str]) -> dict[str, Hit]:
    """The phrases that normalised `text` holds, each letter counted for one of them only, earlier phrases first.

    What is not there by its letters is looked for by its sound; those of `exact_sound` with no syllable blurred.
    """
    phrases, found = tuple(phrases), {}
    for phrase in phrases:
        if phrase not in text:
            continue
        times, text = _take(text, phrase)
        if times:
            found[phrase] = Hit(phrase, phrase, times)
    for phrase in phrases:
        if len(phrase) > len(text) or phrase in found or not _has_sound(phrase):
            continue
        most = 0.0 if phrase in exact_sound else NEAR * (len(phrase) // CHARACTERS_A_BLUR)
        at = find_sound(text, phrase, most)
        if at >= 0:
            end = at + len(phrase)
            found[phrase] = Hit(phrase, text[at:end], 1)
            text = text[:at] + _USED * len(phrase) + text[end:]
    return found


@functools.lru_cache(maxsize=20_000)
def _has_sound(phrase: str) -> bool:
    """Whether it is looked for by its sound: all of it is Chinese, and not too short."""
    return not phrase.isascii() and LEAST_BY_SOUND <= len(phrase) == length(phrase)


def _take(text: str, phrase: str) -> tuple[int, str]:
    """How often `phrase` is in `text`, and what is left. English phrases count as whole words."""
    if phrase.isascii():
        padded = f" {text} "
        times = padded.count(f" {phrase} ")
        return times, padded.replace(f" {phrase} ", f" {_USED} ").strip() if times else text
    return text.count(phrase), text.replace(phrase, _USED * len(phrase))

"""What a recogniser does to a sentence: characters written by others of the same sound."""

import functools
import random
from collections import defaultdict
from collections.abc import Mapping

from voicebot.understanding.sounds import pinyin_of

SHARE = 0.1
_FIRST_LEVEL = range(0xB0, 0xD8)
"""Rows of GB 2312 with the 3,755 common characters."""


def noisy(text: str, chance: random.Random, share: float = SHARE) -> str:
    """`text` with each character swapped, with probability `share`, for a common one of the same toneless sound."""
    return "".join(_swapped(one, chance) if chance.random() < share else one for one in text)


def _swapped(character: str, chance: random.Random) -> str:
    if character.isascii():  # the letter o is not the syllable
        return character
    others = [one for one in _by_sound().get(pinyin_of(character), ()) if one != character]
    return chance.choice(others) if others else character


@functools.cache
def _by_sound() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in _FIRST_LEVEL:
        for cell in range(0xA1, 0xFF):
            character = bytes((row, cell)).decode("gb2312", errors="ignore")
            if character:
                found[pinyin_of(character)].append(character)
    return found

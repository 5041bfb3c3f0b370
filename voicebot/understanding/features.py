"""What the embedded engine sees of a text: characters and sounds in a row, gaps, length, negation.

Features are names; their weights are training.py's.
"""

import re
from collections.abc import Collection, Iterator

from voicebot.understanding.normalise import CJK
from voicebot.understanding.sounds import syllable

GENERAL = "#"
"""First character of features that every text has: they alone tell nothing."""
_UNITS = re.compile(rf"[{CJK}]|[^\W{CJK}]+|'")
_NEGATION = re.compile(r"[不没别无未莫勿甭]|\bnot?\b|n't|\bnever\b")
STRANGE_CLASSES = 3
"""In how many classes the strange share of a text falls."""
_LENGTHS = (1, 2, 3, 4, 7, 12)
"""Least units of each class of length."""


def units_of(text: str) -> list[str]:
    """Characters, and words of other scripts, in their order."""
    return _UNITS.findall(text)


def features(text: str, common: Collection[str]) -> Iterator[str]:
    """Every feature of normalised `text`, with repetitions. `common`: the units that training knows well.

    Runs of one to three characters (words of other scripts count as one), of two and three toneless syllables, pairs
    with a gap of one between; the runs of two and three know where the text begins and ends. How much of the text is
    strange tells names and idle talk from what the intents are about.
    """
    units = units_of(text)
    if not units:
        return
    sounds = [syllable(unit) if len(unit) == 1 and not unit.isascii() else unit for unit in units]
    yield from (f"c{unit}" for unit in units)
    yield from (f"c{run}" for run in _runs(units))
    yield from (f"p{run}" for run in _runs(sounds))
    yield from (f"g{units[i]} {units[i + 2]}" for i in range(len(units) - 2))
    yield f"{GENERAL}length {max(least for least in _LENGTHS if least <= len(units))}"
    strange = sum(unit not in common for unit in units)
    if strange:
        yield f"{GENERAL}strange {-(-strange * STRANGE_CLASSES // len(units))}"
    if _NEGATION.search(text):
        yield f"{GENERAL}negation"


def _runs(units: list[str]) -> Iterator[str]:
    """Runs of two and three units in the frame of begin and end."""
    framed = ["^", *units, "$"]
    for size in (2, 3):
        yield from (" ".join(framed[i : i + size]) for i in range(len(framed) - size + 1))

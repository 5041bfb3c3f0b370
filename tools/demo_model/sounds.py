"""espeak's phonemes as the model's units: toned vowels, syllables of characters, a unit for each output frame.
Pure: takes what the voice gave, gives units and labels; no synthesis here."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence

from tools.demo_model.settings import OUTPUT_S, SILENCE

CODAS = frozenset({"n", "N"})
SHORTEST_PAUSE_S = 0.06  # a shorter one is the closure of the stop after it
CENTRE_OF_FIRST_FRAME_S = 0.0125  # half of the 25 ms window
_UNIT = re.compile(r"^[',]*(.+?)(\d*)$")


def units_of(clauses: Iterable[str]) -> tuple[str, ...] | None:
    """Units of a mnemonic text, tones attached to their vowels; None when espeak left Mandarin for English."""
    units = []
    for token in " ".join(clauses).split():
        if token.startswith("("):
            return None
        if not token.startswith("_"):
            units.append(token.replace("'", "").replace(",", ""))
    return tuple(units)


def bare(unit: str) -> str:
    """A unit or an event's phoneme without tone and stress."""
    match = _UNIT.match(unit)
    return match[1] if match else unit


def is_vowel(unit: str) -> bool:
    return unit[-1].isdigit()


def syllables(units: Sequence[str], ends_in_nasal: Sequence[bool]) -> list[tuple[str, ...]] | None:
    """Units cut into one syllable a character; `ends_in_nasal` tells for each whether its own reading does, which
    decides to whom an n between two vowels belongs. None when there are not as many syllables as characters."""
    vowels = [at for at, unit in enumerate(units) if is_vowel(unit)]
    if len(vowels) != len(ends_in_nasal):
        return None
    cuts = [0]
    for vowel, following, nasal in zip(vowels, vowels[1:], ends_in_nasal, strict=False):
        after = vowel + 1
        takes_coda = after < following and units[after] in CODAS and (nasal or units[after] == "N")
        cuts.append(after + takes_coda)
    cuts.append(len(units))
    return [tuple(units[start:end]) for start, end in itertools.pairwise(cuts)]


def timed_units(phones: Sequence[tuple[str, float]], units: Sequence[str]) -> list[tuple[str, float]] | None:
    """Starts in seconds for each unit and pause of an utterance; None when events and mnemonics disagree."""
    timed, at = [], 0
    for name, start in phones:
        if name.startswith("_"):
            timed.append((SILENCE, start))
            continue
        if at == len(units) or bare(name) != bare(units[at]):
            return None
        timed.append((units[at], start))
        at += 1
    return timed if at == len(units) else None


def frame_labels(timed: Sequence[tuple[str, float]], end_s: float, frames: int) -> list[str]:
    """The unit heard in the middle of each output frame; every unit gets one frame at least. `timed` and `end_s`
    (the end of its last entry) are counted from the start of frame 0."""
    labels = [SILENCE] * frames
    free = 0
    for (unit, start), end in zip(timed, [*(start for _, start in timed[1:]), end_s], strict=True):
        if unit == SILENCE:
            continue
        first = max(free, _frame(start))
        last = max(first + 1, _frame(end))
        for at in range(first, min(last, frames)):
            labels[at] = unit
        free = last
    return labels


def without_short_pauses(timed: Sequence[tuple[str, float]], end_s: float) -> list[tuple[str, float]]:
    """Pauses under `SHORTEST_PAUSE_S` given to the unit that follows them."""
    kept: list[tuple[str, float]] = []
    pause_start: float | None = None
    for at, (unit, start) in enumerate(timed):
        end = timed[at + 1][1] if at + 1 < len(timed) else end_s
        if unit == SILENCE and end - start < SHORTEST_PAUSE_S and at + 1 < len(timed):
            pause_start = start if pause_start is None else pause_start
            continue
        kept.append((unit, start if pause_start is None else pause_start))
        pause_start = None
    return kept


def _frame(second: float) -> int:
    return math.ceil((second - CENTRE_OF_FIRST_FRAME_S) / OUTPUT_S)

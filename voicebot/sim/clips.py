"""Recordings in place of people: each labelled clip of a directory has a number and is played to whoever calls it.

The clips and labels.jsonl are those of `voicebot answer test`. Before the answer a SIP status follows the clip, often a
wrong one, as carriers send them; clips of the time after the answer are picked up and played.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from voicebot.errors import InputFault
from voicebot.media.frames import FRAME_MS, ms_of
from voicebot.media.pcm import l16_of_wav
from voicebot.sim.callees import Line
from voicebot.sim.customer import AFTER_ANNOUNCEMENT_MS, RING_AFTER_MS, TONE, Customer
from voicebot.sim.plan import LineSound, Plan

LABELS: Final = "labels.jsonl"
PREFIX: Final = "+86196"
"""Of clips' numbers; eight digits follow."""
STATUSES: Final = (480, 404, 486, 503)
"""What follows the clips before an answer, in turn: most are wrong for most."""
PICKED_UP_MS: Final = 400
STAYS_MS: Final = 12_000
"""Who was played stays silent for so long, then leaves."""


@dataclass(frozen=True)
class SimClip:
    """One recording. `label`: result code or NONE; `phase`: early or answer; `status`: what the network sends then."""

    number: str
    path: Path
    phase: str
    label: str
    status: int


def read_clips(directory: Path, count: int) -> tuple[SimClip, ...]:
    """Up to `count` clips of the directory, every label as often as the others as far as there are so many.

    Raises InputFault for labels that are none.
    """
    rows = list(_rows(directory / LABELS))
    by_label: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        by_label.setdefault((row["phase"], row["label"]), []).append(row)
    chosen: list[Mapping[str, Any]] = []
    for turn in range(max(map(len, by_label.values()), default=0)):
        chosen += [of_one[turn] for of_one in by_label.values() if turn < len(of_one)]
    return tuple(_clip(directory, place, row) for place, row in enumerate(chosen[:count]))


def caller_of(clip: SimClip) -> Customer:
    """The clip as somebody who is called. Raises InputFault for a recording that cannot be read."""
    try:
        sound = l16_of_wav(clip.path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputFault(f"{clip.path}:1:1: {error}") from error
    length_ms = ms_of(len(sound)) // FRAME_MS * FRAME_MS
    if clip.phase == "early":
        line = Line(RING_AFTER_MS, RING_AFTER_MS + length_ms + AFTER_ANNOUNCEMENT_MS, clip.status, sound)
        return Customer(Plan("clip", "dead_number", 0), {}, line)
    plan = Plan("clip", "answer", PICKED_UP_MS, tone=LineSound("silence", length_ms), patience=1000, lonely_ms=STAYS_MS)
    return Customer(plan, {TONE: sound}, Line(RING_AFTER_MS, PICKED_UP_MS, 200))


def _clip(directory: Path, place: int, row: Mapping[str, Any]) -> SimClip:
    status = STATUSES[place % len(STATUSES)]
    return SimClip(f"{PREFIX}{place:08}", directory / row["file"], row["phase"], row["label"], status)


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputFault(f"{path}:1:1: {error}; `python -m tools.answer_corpus DIRECTORY` makes clips") from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            if not {"file", "phase", "label"} <= row.keys():
                raise ValueError("it needs file, phase and label")
        except (ValueError, AttributeError) as error:
            raise InputFault(f"{path}:{number}:1: no label of a clip: {error}") from error
        yield row

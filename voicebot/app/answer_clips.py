"""Recordings through the ears and the listeners as in a call: what picked up, and when that was known.

The listeners are answering's; figures of many clips are answer_figures.py's.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from voicebot.answering.early import EarlyListener
from voicebot.answering.evidence import Heard, Verdict
from voicebot.answering.greeting import GreetingListener
from voicebot.app.answering import installed_answering
from voicebot.call.pick_up import Answering
from voicebot.errors import InputFault
from voicebot.media import pcm
from voicebot.media.frames import FRAME_BYTES, FRAME_MS, SILENCE_FRAME, ms_of
from voicebot.settings import Settings
from voicebot.speech.hearing import Ended, Hearing, Partial, Paused
from voicebot.speech.languages import DEFAULT, Models
from voicebot.speech.vad import default_vad

LABELS: Final = "labels.jsonl"
NONE: Final = "NONE"
"""The label, and what is told, where there is no verdict."""
ROBOT_MS: Final = 6000
"""In a call the greeting plays meanwhile; this long, as the shipped openings do."""
TAIL_MS: Final = 1000
"""Heard of the line after a recording's end."""
Phase = Literal["early", "answer"]


@dataclass(frozen=True)
class Clip:
    """One recording and what is true of it. `label`: a result code or NONE."""

    path: Path
    part: str
    phase: Phase
    label: str
    kind: str
    text: str
    voice: str
    snr_db: float | None
    clipped_ms: int
    language: str = DEFAULT
    """Whose model hears it: that of the scripts by which such numbers are called."""


@dataclass(frozen=True)
class Listened:
    """What was made of a recording. `verdict`: None when nothing was decided in its time. `turns`: each utterance as
    it was recognised, with its end in ms."""

    verdict: Verdict | None
    heard: Heard
    turns: tuple[tuple[int, str], ...]

    @property
    def told(self) -> str:
        return self.verdict.code if self.verdict else NONE


@dataclass(frozen=True)
class Ears:
    """What it takes to listen: a recogniser, and what listeners are made of."""

    models: Models
    answering: Answering

    def listen(self, audio: bytes, phase: Phase, language: str = DEFAULT) -> Listened:
        """One recording, L16 8 kHz, from its first frame. Before the answer it ends with the verdict, as the attempt
        does. Raises SpeechError."""
        early = EarlyListener(self.answering.tables, self.answering.thresholds, self.answering.likeness)
        after = GreetingListener(self.answering.tables, self.answering.thresholds)
        listener: EarlyListener | GreetingListener = early if phase == "early" else after
        after.robot(True, 0)
        hearing, turns = Hearing(self.models.of(language).open(), default_vad()), []
        for at_ms, frame in _frames(audio):
            if at_ms == ROBOT_MS:
                after.robot(False, at_ms)
            listener.frame(frame, at_ms)
            for event in hearing.push(frame, at_ms):
                if isinstance(event, Partial | Paused | Ended):
                    listener.words(event.text, event.at, isinstance(event, Ended))
                if isinstance(event, Ended):
                    turns.append((event.at, event.text))
            if early.verdict() is not None or (phase == "answer" and after.closed(at_ms)):
                break
        return Listened(listener.verdict(), listener.heard(), tuple(turns))

    def listen_to_all(self, clips: Sequence[Clip], threads: int) -> Iterator[tuple[Clip, Listened]]:
        """Every clip, in order, on several threads. Raises SpeechError, InputFault."""
        with ThreadPoolExecutor(threads) as pool:
            heard = pool.map(lambda clip: self.listen(read_audio(clip.path), clip.phase, clip.language), clips)
            yield from zip(clips, heard, strict=True)


def open_ears(settings: Settings) -> Ears:
    """With the installation's models, tables and thresholds. Raises InputFault."""
    return Ears(Models(settings), installed_answering(settings))


def read_audio(path: Path) -> bytes:
    """A WAV as L16 8 kHz mono. Raises InputFault when it is none."""
    try:
        return pcm.l16_of_wav(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputFault(f"{path}:1:1: {error}") from error


def read_corpus(directory: Path, part: str | None = None, language: str | None = None) -> tuple[Clip, ...]:
    """The clips that a directory's labels tell of, or only a part of them, or one language. Raises InputFault with the
    remedy."""
    path = directory / LABELS
    if not path.is_file():
        raise InputFault(f"{path}:1:1: no labelled clips here; `python -m tools.answer_corpus {directory}` makes some")
    rows = path.read_text(encoding="utf-8").splitlines()
    clips = [_clip(row, f"{path}:{number}:1", directory) for number, row in enumerate(rows, 1)]
    chosen = tuple(clip for clip in clips if part in (None, clip.part) and language in (None, clip.language))
    if not chosen:
        there = ", ".join(sorted({f"{clip.part} in {clip.language}" for clip in clips}))
        raise InputFault(f"{path}:1:1: no clip of part {part!r} in language {language or 'any'}; there are {there}")
    return chosen


def _clip(row: str, place: str, directory: Path) -> Clip:
    try:
        fields: dict[str, Any] = json.loads(row)
        clip = Clip(path=directory / str(fields.pop("file")), **fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputFault(f"{place}: no label of a clip ({error})") from error
    if clip.phase not in get_args(Phase):
        raise InputFault(f"{place}: phase {clip.phase!r}; there are {', '.join(get_args(Phase))}")
    return clip


def _frames(audio: bytes) -> Iterator[tuple[int, bytes]]:
    """The recording in frames with their times, then a quiet line."""
    whole = audio + bytes(-len(audio) % FRAME_BYTES)
    for begin in range(0, len(whole), FRAME_BYTES):
        yield ms_of(begin), whole[begin : begin + FRAME_BYTES]
    for number in range(TAIL_MS // FRAME_MS):
        yield ms_of(len(whole)) + number * FRAME_MS, SILENCE_FRAME

"""Tones of telephone lines and music before an answer, by formula: L16 8 kHz. Who plays which is plans.yaml's."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

import numpy as np

from voicebot.media import pcm
from voicebot.media.frames import RATE

ToneKind = Literal["ringback", "busy", "congestion", "music", "fax", "silence"]
PROGRESS_HZ: Final = 450.0
RINGBACK_MS, BUSY_MS, CONGESTION_MS = (1000, 4000), (350, 350), (700, 700)
"""On and off."""
FAX_HZ: Final = 2100.0
LEVEL: Final = 6000.0
NOTES_HZ: Final = (392.0, 523.3, 659.3, 784.0, 659.3, 523.3, 587.3, 440.0)
NOTE_MS: Final = 240
BASS_EVERY: Final = 4
RING_MS: Final = 1000
"""How long a plucked note rings on."""
Samples = np.ndarray[tuple[int], np.dtype[np.float64]]


def tone(kind: ToneKind, ms: int) -> bytes:
    """So much of it, as a telephone brings it."""
    return pcm.l16(pcm.through_alaw(pcm.to_int16(KINDS[kind](ms))))


def _sine(hz: float, ms: int) -> Samples:
    samples: Samples = LEVEL * np.sin(2 * np.pi * hz * np.arange(_size(ms)) / RATE)
    return samples


def _size(ms: int) -> int:
    return ms * RATE // 1000


def _silence(ms: int) -> Samples:
    return np.zeros(_size(ms))


def _rhythm(on_off_ms: tuple[int, int]) -> Callable[[int], Samples]:
    def made(ms: int) -> Samples:
        one = np.concatenate([_sine(PROGRESS_HZ, on_off_ms[0]), _silence(on_off_ms[1])])
        return np.resize(one, _size(ms))

    return made


def _music(ms: int) -> Samples:
    """Plucked notes over a bass, without a pause."""
    whole = np.zeros(_size(ms + RING_MS))
    for number, begin_ms in enumerate(range(0, ms, NOTE_MS)):
        pitches = [NOTES_HZ[number % len(NOTES_HZ)]]
        pitches += [NOTES_HZ[0] / 2] if number % BASS_EVERY == 0 else []
        for hz in pitches:
            note, begin = _plucked(hz), _size(begin_ms)
            whole[begin : begin + len(note)] += note
    return whole[: _size(ms)]


def _plucked(hz: float) -> Samples:
    when = np.arange(_size(RING_MS)) / RATE
    note: Samples = LEVEL * np.exp(-1.5 * when) * sum(np.sin(2 * np.pi * hz * part * when) / part for part in (1, 2, 3))
    return note


KINDS: Final[Mapping[ToneKind, Callable[[int], Samples]]] = {
    "ringback": _rhythm(RINGBACK_MS),
    "busy": _rhythm(BUSY_MS),
    "congestion": _rhythm(CONGESTION_MS),
    "music": _music,
    "fax": lambda ms: _sine(FAX_HZ, ms),
    "silence": _silence,
}

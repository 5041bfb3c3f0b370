"""Tones and music of telephone lines, made by formula. Pure; float samples at 8 kHz, RMS about 1."""

from __future__ import annotations

import numpy as np

from tools.demo_model import sound_effects as fx
from tools.demo_model.settings import SAMPLE_RATE
from tools.demo_model.sound_effects import Random, Signal

RINGBACK, BUSY, CONGESTION = (1.0, 4.0), (0.35, 0.35), (0.7, 0.7)
"""Seconds on and off, 450 Hz."""
PROGRESS_HZ = 450.0


def silence(seconds: float) -> Signal:
    return np.zeros(round(seconds * SAMPLE_RATE))


def tone(hz: float, seconds: float) -> Signal:
    """A sine with edges of 5 ms."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    edge = np.minimum(1, np.minimum(time, seconds - time) / 0.005)
    return np.sqrt(2) * np.sin(2 * np.pi * hz * time) * edge


def progress(cadence: tuple[float, float], seconds: float, rng: Random) -> Signal:
    """A call progress tone, its rhythm and pitch within the tolerance of exchanges (2 %, 10 Hz)."""
    on, off = (part * rng.uniform(0.98, 1.02) for part in cadence)
    hz = PROGRESS_HZ + rng.uniform(-10, 10)
    one = np.concatenate([tone(hz, on), silence(off)])
    return np.tile(one, int(np.ceil(seconds * SAMPLE_RATE / len(one))))[: round(seconds * SAMPLE_RATE)]


def fax_answer(rng: Random) -> Signal:
    """CED or ANSam: 2100 Hz for about 3 s, half of them with a phase reversal each 450 ms (ITU-T V.25)."""
    seconds = rng.uniform(2.6, 4.0)
    sound = tone(2100 + rng.uniform(-10, 10), seconds)
    if rng.random() < 0.5:
        sound *= np.where((np.arange(len(sound)) // round(0.45 * SAMPLE_RATE)) % 2, -1, 1)
    return sound


def fax_call(rng: Random) -> Signal:
    """CNG: 1100 Hz, 0.5 s on and 3 s off (ITU-T T.30)."""
    one = np.concatenate([tone(1100 + rng.uniform(-20, 20), 0.5), silence(3.0)])
    return np.tile(one, 3)


def modem_answer(rng: Random) -> Signal:
    """ANS of a modem and the carrier behind it."""
    carrier = tone(2225 + rng.uniform(-10, 10), rng.uniform(2.0, 3.0))
    return np.concatenate([carrier, silence(0.075), tone(1650, 1.0)])


def beep(rng: Random) -> Signal:
    """An answering machine's."""
    return tone(rng.uniform(400, 1400), rng.uniform(0.2, 1.0))


def music(seconds: float, rng: Random, held_out: bool) -> Signal:
    """Ring-back music: plucked chords and random instruments, others where `held_out`."""
    kinds = (fx.arpeggio, fx.band_music) if held_out else (fx.arpeggio, fx.notes)
    sound = kinds[int(rng.integers(len(kinds)))](round(seconds * SAMPLE_RATE), rng)
    return sound / fx.rms(sound)

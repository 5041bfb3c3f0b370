"""What a telephone line and a room do to a voice, and sounds that are no voice. Pure, on float samples at 8 kHz.
Kinds for training and kinds for measuring are listed apart: what is measured was never trained on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.demo_model.settings import SAMPLE_RATE

Signal = npt.NDArray[np.float64]
Random = np.random.Generator
BAND_HZ = (300.0, 3400.0)
"""Of a telephone line (ITU-T G.712)."""
CALL_PROGRESS_HZ = (450, 450, 450, 425, 400, 440, 480, 950, 1400, 1800)
CADENCES_S = ((1.0, 4.0), (0.35, 0.35), (0.7, 0.7), (0.4, 0.04), (0.1, 0.1), (60.0, 0.0))
DTMF_HZ = ((697, 770, 852, 941), (1209, 1336, 1477))


def rms(samples: npt.NDArray[np.floating[Any]]) -> float:
    return float(np.sqrt(np.mean(np.square(samples)) + 1e-9))


def active_rms(samples: Signal) -> float:
    """Level of the loud part, so that pauses do not count."""
    loud = np.abs(samples) > 0.05 * np.abs(samples).max()
    return rms(samples[loud]) if loud.any() else 1e-4


def mixed(speech: Signal, noise: Signal, snr_db: float) -> Signal:
    return speech + noise * (active_rms(speech) / rms(noise) / 10 ** (snr_db / 20))


def mixed_in_band(speech: Signal, noise: Signal, snr_db: float) -> Signal:
    """`mixed`, with both levels measured in the telephone's band: rumble below it masks nothing."""
    speech_level, noise_level = active_rms(band_limited(speech, *BAND_HZ)), rms(band_limited(noise, *BAND_HZ))
    return speech + noise * (speech_level / noise_level / 10 ** (snr_db / 20))


def band_limited(samples: Signal, low_hz: float, high_hz: float) -> Signal:
    frequency = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    gain = 1 / (1 + (low_hz / np.maximum(frequency, 1)) ** 6) / (1 + (frequency / high_hz) ** 16)
    return np.fft.irfft(np.fft.rfft(samples) * gain, len(samples))


def tilted(samples: Signal, rng: Random) -> Signal:
    """A random smooth spectral colour, a few dB: handsets differ."""
    frequency = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    decibels = np.interp(frequency, np.linspace(0, SAMPLE_RATE / 2, 6), rng.normal(0, 4, 6))
    return np.fft.irfft(np.fft.rfft(samples) * 10 ** (decibels / 20), len(samples))


def in_room(samples: Signal, rng: Random) -> Signal:
    """A short exponentially decaying reverberation."""
    length = int(SAMPLE_RATE * rng.uniform(0.05, 0.25))
    response = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / length) * rng.uniform(0.05, 0.25)
    response[0] = 1.0
    size = len(samples) + length
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(response, size), size)[: len(samples)]


def faster(samples: Signal, factor: float) -> Signal:
    """Resampled by linear interpolation: pitch, formants and tempo move together."""
    return np.interp(np.arange(int(len(samples) / factor)) * factor, np.arange(len(samples)), samples)


def coloured(length: int, rng: Random, slope: float) -> Signal:
    """Noise whose amplitude falls as frequency ** -slope: 0 white, 0.5 pink, 1 brown."""
    frequency = np.maximum(np.fft.rfftfreq(length, 1 / SAMPLE_RATE), 20)
    return np.fft.irfft(np.fft.rfft(rng.normal(size=length)) / frequency**slope, length)


def white(length: int, rng: Random) -> Signal:
    return rng.normal(size=length)


def pink(length: int, rng: Random) -> Signal:
    return coloured(length, rng, 0.5)


def brown(length: int, rng: Random) -> Signal:
    return coloured(length, rng, 1.0)


def hum(length: int, rng: Random) -> Signal:
    time = np.arange(length) / SAMPLE_RATE
    base = rng.choice([50, 60, 100])
    harmonics = [np.sin(2 * np.pi * base * k * time + rng.random() * 6) / k for k in range(1, 6)]
    return np.sum(harmonics, axis=0) + 0.2 * rng.normal(size=length)


def gusts(length: int, rng: Random) -> Signal:
    """Pink noise whose level wanders by some 10 dB."""
    knots = max(2, length // 2000)
    decibels = np.interp(np.arange(length), np.linspace(0, length, knots), rng.normal(0, 6, knots))
    return pink(length, rng) * 10 ** (decibels / 20)


def clicks(length: int, rng: Random) -> Signal:
    """Handling noise: short decaying bursts now and then."""
    sparse = (rng.random(length) < 4 / SAMPLE_RATE) * rng.normal(0, 1, length)
    burst = rng.normal(size=160) * np.exp(-np.arange(160) / 30)
    return np.convolve(sparse, burst)[:length] + 0.002 * rng.normal(size=length)


def call_progress(length: int, rng: Random) -> Signal:
    """Ring-back, busy, special information and announcement tones with their cadences."""
    time = np.arange(length) / SAMPLE_RATE
    on, off = CADENCES_S[rng.integers(len(CADENCES_S))]
    tone = np.sin(2 * np.pi * rng.choice(CALL_PROGRESS_HZ) * time) * ((time % (on + off)) < on)
    return np.roll(tone, rng.integers(length))


def keypad(length: int, rng: Random) -> Signal:
    time = np.arange(length) / SAMPLE_RATE
    low, high = rng.choice(DTMF_HZ[0]), rng.choice(DTMF_HZ[1])
    return (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)) * ((time % 0.3) < 0.12)


def arpeggio(length: int, rng: Random) -> Signal:
    """Music on hold: plucked notes of a chord with harmonics."""
    base, beat = rng.uniform(130, 400), int(SAMPLE_RATE * rng.uniform(0.12, 0.5))
    tune = np.zeros(length)
    for start in range(0, length, beat):
        note = base * 2 ** (rng.choice([0, 4, 7, 12, 16, -5]) / 12)
        time = np.arange(min(3 * beat, length - start)) / SAMPLE_RATE
        sound = np.sum([np.sin(2 * np.pi * note * k * time) / k**1.5 for k in range(1, 6)], axis=0)
        tune[start : start + len(time)] += sound * np.exp(-time * rng.uniform(1, 6))
    return tune


def notes(length: int, rng: Random) -> Signal:
    """A random instrument playing random notes: waveform, modulation, decay and rhythm are drawn each time."""
    beat = int(SAMPLE_RATE * rng.uniform(0.08, 0.8))
    base, steps = rng.uniform(80, 900), rng.integers(-12, 13, 8)
    ratio, depth, decay, edge = (
        rng.uniform(0.3, 4),
        rng.choice([0, rng.uniform(0, 4)]),
        rng.uniform(0, 12),
        rng.uniform(0, 3),
    )
    tune = np.zeros(length)
    for start in range(0, length, beat):
        time = np.arange(min(int(beat * rng.choice([1, 1, 2, 3])), length - start)) / SAMPLE_RATE
        phase = 2 * np.pi * base * 2 ** (rng.choice(steps) / 12) * time
        wave = np.sin(phase + depth * np.sin(ratio * phase))
        tune[start : start + len(time)] += np.tanh(wave * (1 + edge)) * np.exp(-decay * time) * rng.uniform(0.3, 1)
    return tune


def knocks(length: int, rng: Random) -> Signal:
    """Resonant or noisy impulses at a random rate: typing, steps, drums, cutlery."""
    size = int(SAMPLE_RATE * rng.uniform(0.01, 0.15))
    rate, decay, pitch = rng.uniform(1, 14), rng.uniform(30, 700), rng.uniform(60, 3600)
    sound = np.zeros(length + size)
    time = np.arange(size) / SAMPLE_RATE
    for start in np.flatnonzero(rng.random(length) < rate / SAMPLE_RATE):
        ring = np.sin(2 * np.pi * pitch * rng.uniform(0.7, 1.4) * time) + rng.choice([0, 1]) * rng.normal(size=size)
        sound[start : start + size] += ring * np.exp(-decay * time) * rng.uniform(0.2, 1)
    return sound[:length] + rng.uniform(0, 0.02) * pink(length, rng)


def engine(length: int, rng: Random) -> Signal:
    """Harmonics of a wandering low frequency over brown noise."""
    points = max(2, length // 4000)
    speed = np.interp(
        np.arange(length), np.linspace(0, length, points), rng.uniform(30, 160) * rng.uniform(0.8, 1.25, points)
    )
    phase = 2 * np.pi * np.cumsum(speed) / SAMPLE_RATE
    harmonics = np.sum(
        [np.sin(k * phase + rng.random() * 6) / k ** rng.uniform(0.4, 1.5) for k in range(1, 15)], axis=0
    )
    rumble = brown(length, rng)
    return harmonics + rng.uniform(0, 3) * rumble / rms(rumble)


def medley(length: int, rng: Random) -> Signal:
    """Two or three of the above at random levels."""
    parts = [(notes, knocks, engine, gusts)[rng.integers(4)](length, rng) for _ in range(rng.integers(2, 4))]
    return np.sum([part / rms(part) * rng.uniform(0.2, 1) for part in parts], axis=0)


def traffic(length: int, rng: Random) -> Signal:
    """Engines whose speed wanders over a rumble, and a horn."""
    speed = np.interp(np.arange(length), np.linspace(0, length, 8), rng.uniform(40, 110, 8))
    phase = 2 * np.pi * np.cumsum(speed) / SAMPLE_RATE
    engine = np.sum([np.sin(k * phase + rng.random() * 6) / k**0.7 for k in range(1, 12)], axis=0)
    horn = np.zeros(length)
    start = int(rng.integers(length))
    time = np.arange(min(3200, length - start)) / SAMPLE_RATE
    horn[start : start + len(time)] = np.sign(np.sin(2 * np.pi * 370 * time)) + np.sign(np.sin(2 * np.pi * 466 * time))
    rumble = brown(length, rng)
    return engine + 3 * rumble / rms(rumble) + 0.8 * horn


def keyboard(length: int, rng: Random) -> Signal:
    """Typing: pairs of resonant knocks over a fan."""
    knocks = np.zeros(length + 400)
    at = 0
    while at < length:
        time = np.arange(200) / SAMPLE_RATE
        knock = np.exp(-time * 400) * np.sin(2 * np.pi * rng.uniform(900, 3000) * time)
        knocks[at : at + 200] += knock
        knocks[at + 150 : at + 350] += 0.5 * knock
        at += int(SAMPLE_RATE * rng.uniform(0.08, 0.4))
    fan = coloured(length, rng, 0.7)
    return knocks[:length] + 0.03 * fan / rms(fan)


def band_music(length: int, rng: Random) -> Signal:
    """Drums and gliding frequency-modulated bells."""
    time = np.arange(length) / SAMPLE_RATE
    beats = np.arange(0, time[-1] + 1, 0.4)
    glide = 300 * 2 ** (np.interp(time, beats, rng.integers(-7, 12, len(beats))) / 12)
    phase = 2 * np.pi * np.cumsum(glide) / SAMPLE_RATE
    bells = np.sin(phase + 2 * np.sin(1.41 * phase)) * np.exp(-3 * (time % 0.4))
    snare = rng.normal(size=length) * np.exp(-30 * (time % 0.5))
    return bells + snare + np.sin(2 * np.pi * 70 * time) * np.exp(-12 * (time % 1.0))


Source = Callable[[int, Random], Signal]
TRAINED_NOISES: tuple[Source, ...] = (white, pink, brown, hum, gusts, clicks, notes, knocks, engine, medley)
TRAINED_SOUNDS: tuple[Source, ...] = (call_progress, call_progress, keypad, arpeggio, *TRAINED_NOISES)
MEASURED_NOISES: tuple[Source, ...] = (traffic, keyboard, band_music)

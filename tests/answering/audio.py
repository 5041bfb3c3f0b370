"""Made sounds for the tests of hearing: tones, noise, something like a voice, and how frames of them are fed."""

from collections.abc import Callable, Iterator

import numpy as np

from voicebot.media.frames import FRAME_BYTES, RATE, ms_of
from voicebot.media.pcm import through_alaw, to_int16

Signal = np.ndarray[tuple[int], np.dtype[np.float64]]


def silence(ms: int) -> Signal:
    return np.zeros(ms * RATE // 1000)


def tone(hz: float, ms: int, amplitude: float = 3000.0) -> Signal:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(ms * RATE // 1000) / RATE)


def voice(ms: int, seed: int = 1, amplitude: float = 4000.0) -> Signal:
    """Syllables of 200 ms: harmonics of a gliding pitch through moving formants, with a closure between them."""
    rng = np.random.default_rng(seed)
    syllables = []
    for _ in range(ms // 200):
        time = np.arange(170 * RATE // 1000) / RATE
        pitch = rng.uniform(110, 200) * (1 + rng.uniform(-0.3, 0.3) * time / 0.17)
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        formants = rng.uniform([300, 900, 2300], [900, 2200, 3000])
        gains = [sum(np.exp(-(((k * 150 - f) / 180) ** 2)) for f in formants) + 0.03 for k in range(1, 22)]
        wave = np.sum([g * np.sin(k * phase) for k, g in enumerate(gains, 1)], axis=0)
        syllables += [amplitude * wave * np.hanning(len(wave)), silence(30)]
    return np.concatenate(syllables)


def noisy(sound: Signal, rms: float, seed: int = 2) -> Signal:
    return sound + np.random.default_rng(seed).normal(0, rms, len(sound))


def frames(*parts: Signal) -> Iterator[tuple[int, bytes]]:
    """The parts one after the other through A-law: time and frame."""
    data = through_alaw(to_int16(np.concatenate(parts))).astype("<i2").tobytes()
    for begin in range(0, len(data) - FRAME_BYTES + 1, FRAME_BYTES):
        yield ms_of(begin), data[begin : begin + FRAME_BYTES]


def play(listen: Callable[[bytes, int], object], *parts: Signal) -> int:
    """Feed the parts; how long they are in ms."""
    at_ms = -20
    for at_ms, frame in frames(*parts):
        listen(frame, at_ms)
    return at_ms + 20

"""Sounds for calls without speech: what listeners take for speech, tones, silence. L16 8 kHz."""

import numpy as np

from voicebot.media.frames import RATE

VOICE_RMS = 3000.0


def tone(hz: float, ms: int, level: float = 6000.0) -> bytes:
    """One sine."""
    when = np.arange(ms * RATE // 1000) / RATE
    return (level * np.sin(2 * np.pi * hz * when)).astype("<i2").tobytes()


def voice(ms: int, seed: int = 1) -> bytes:
    """Noise as loud as speech: the rhythm of somebody who speaks without a pause."""
    samples = np.random.default_rng(seed).standard_normal(ms * RATE // 1000) * VOICE_RMS
    return samples.clip(-32768, 32767).astype("<i2").tobytes()


def silence(ms: int) -> bytes:
    """Nothing."""
    return bytes(2 * ms * RATE // 1000)

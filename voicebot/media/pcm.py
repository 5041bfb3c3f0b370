"""Linear PCM as values: resampling, WAV bytes, G.711 round trips, level. Pure; no files, no devices.
Voice activity, turn taking and playout live beside this file, not in it."""

from __future__ import annotations

import io
import math
import wave
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from voicebot.media.frames import RATE, SAMPLE_BYTES

Samples = npt.NDArray[np.int16]

FULL_SCALE: Final = 32768.0
SILENCE_DBFS: Final = -96.0  # below one step of 16 bits; the level of digital silence and of no samples

_ULAW_BIAS: Final = 0x84
_ULAW_CLIP: Final = 32635


def resample(pcm: Samples, from_rate: int, to_rate: int = RATE) -> Samples:
    """Band-limited conversion of a whole mono signal (soxr, high quality), rounded and clipped to int16."""
    if from_rate <= 0 or to_rate <= 0:
        raise ValueError(f"sample rates {from_rate} -> {to_rate} Hz: both must be positive")
    if from_rate == to_rate or len(pcm) == 0:
        return pcm
    converted = soxr.resample(pcm.astype(np.float32), from_rate, to_rate, quality="HQ")
    return to_int16(converted)


def to_int16(samples: npt.NDArray[np.floating[Any]]) -> Samples:
    """Round float samples on the int16 scale, clipping what is beyond it."""
    return np.clip(np.round(samples), -32768, 32767).astype(np.int16)


def l16(samples: npt.NDArray[np.integer[Any] | np.floating[Any]]) -> bytes:
    """Samples as frames, files and the switch carry them: 16 bits each, little-endian; fractions are cut off."""
    return samples.astype("<i2").tobytes()


def samples_of(pcm: bytes) -> Samples:
    """The samples of L16 bytes; half a sample at the end is left out."""
    return np.frombuffer(pcm[: len(pcm) // SAMPLE_BYTES * SAMPLE_BYTES], "<i2").astype(np.int16)


def encode_wav(samples: Samples, rate: int = RATE) -> bytes:
    """A mono 16-bit RIFF/WAVE file."""
    return wav_of(l16(samples), rate=rate)


def encode_stereo(left: Samples, right: Samples, rate: int = RATE) -> bytes:
    """A 16-bit RIFF/WAVE file of two channels; the shorter one ends in silence."""
    both = np.zeros((max(len(left), len(right)), 2), "<i2")
    both[: len(left), 0], both[: len(right), 1] = left, right
    return wav_of(both.tobytes(), 2, rate)


def wav_of(pcm: bytes, channels: int = 1, rate: int = RATE) -> bytes:
    """A RIFF/WAVE file of L16 bytes, the channels' samples in turn."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(rate)
        file.writeframes(pcm)
    return out.getvalue()


def decode_wav(data: bytes) -> tuple[Samples, int]:
    """Samples and rate of a 16-bit PCM WAV; channels are averaged into one. Raises ValueError otherwise."""
    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"not a PCM WAV ({error or 'it ends too early'}); convert it to 16-bit PCM") from error
    if width != 2:
        raise ValueError(f"WAV with {8 * width} bits a sample; convert it to 16-bit PCM")
    samples = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    if channels == 1:
        return samples[:, 0].astype(np.int16), rate
    return to_int16(samples.mean(axis=1)), rate


def l16_of_wav(data: bytes) -> bytes:
    """A 16-bit PCM WAV of any rate, its channels mixed, as L16 8 kHz. Raises ValueError otherwise."""
    return l16(resample(*decode_wav(data)))


def level_dbfs(pcm: Samples) -> float:
    """RMS level in dB relative to a full-scale square wave, at least `SILENCE_DBFS`."""
    if len(pcm) == 0:
        return SILENCE_DBFS
    rms = math.sqrt(float(np.mean(np.square(pcm.astype(np.float64)))))
    return max(SILENCE_DBFS, 20 * math.log10(rms / FULL_SCALE)) if rms else SILENCE_DBFS


def encode_ulaw(pcm: Samples) -> npt.NDArray[np.uint8]:
    """G.711 mu-law, one byte a sample (ITU-T G.711, table 2a)."""
    sign = (pcm < 0).astype(np.int32) << 7
    magnitude = np.minimum(np.abs(pcm.astype(np.int32)), _ULAW_CLIP) + _ULAW_BIAS
    exponent = _top_bit(magnitude) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    code: npt.NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return code


def decode_ulaw(code: npt.NDArray[np.uint8]) -> Samples:
    """The PCM that a mu-law byte stands for (ITU-T G.711, table 2a)."""
    bits = ~code.astype(np.int32) & 0xFF
    magnitude = ((((bits & 0x0F) << 3) + _ULAW_BIAS) << ((bits >> 4) & 0x07)) - _ULAW_BIAS
    return np.where(bits & 0x80, -magnitude, magnitude).astype(np.int16)


def encode_alaw(pcm: Samples) -> npt.NDArray[np.uint8]:
    """G.711 A-law, one byte a sample (ITU-T G.711, table 1a)."""
    wide = pcm.astype(np.int32) >> 3
    sign = np.where(wide < 0, 0x00, 0x80)
    magnitude = np.where(wide < 0, -wide - 1, wide)
    exponent = np.maximum(_top_bit(np.maximum(magnitude, 1)) - 4, 0)
    mantissa = (magnitude >> np.maximum(exponent, 1)) & 0x0F
    code: npt.NDArray[np.uint8] = ((sign | (exponent << 4) | mantissa) ^ 0x55).astype(np.uint8)
    return code


def decode_alaw(code: npt.NDArray[np.uint8]) -> Samples:
    """The PCM that an A-law byte stands for (ITU-T G.711, table 1a)."""
    bits = code.astype(np.int32) ^ 0x55
    exponent, mantissa = (bits >> 4) & 0x07, (bits & 0x0F) << 4
    magnitude = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(bits & 0x80, magnitude, -magnitude).astype(np.int16)


def through_ulaw(pcm: Samples) -> Samples:
    """What a G.711 mu-law leg leaves of the signal."""
    return decode_ulaw(encode_ulaw(pcm))


def through_alaw(pcm: Samples) -> Samples:
    """What a G.711 A-law leg leaves of the signal."""
    return decode_alaw(encode_alaw(pcm))


def _top_bit(positive: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Index of the highest set bit."""
    exponent: npt.NDArray[np.int32] = np.frexp(positive.astype(np.float64))[1].astype(np.int32) - 1
    return exponent

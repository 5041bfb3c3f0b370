"""What one frame of sound is made of: its level, and how far it is one pure tone. Counted in samples; no memory
beyond the samples that the window overlaps."""

from typing import Any, Final, NamedTuple

import numpy as np

from voicebot.media.frames import FRAME_BYTES, RATE
from voicebot.media.pcm import FULL_SCALE, SILENCE_DBFS

WINDOW: Final = 256  # samples: 32 ms, a resolution of 31 Hz
_HANN: Final = np.hanning(WINDOW).astype(np.float32)
_BIN_HZ: Final = RATE / WINDOW
_LOWEST_BIN: Final = 8  # 250 Hz: below it a telephone line carries nothing but hum
_BESIDE: Final = 2  # bins of a Hann window's main lobe on each side of its peak
_EDGES_HZ: Final = (200, 500, 800, 1100, 1500, 1900, 2400, 2900, 3500)
_BANDS: Final = np.array([round(hz / _BIN_HZ) for hz in _EDGES_HZ])
BANDS: Final = len(_EDGES_HZ) - 1
_LEAST_POWER: Final = 1e-9
_BAND_FLOOR: Final = 0.02
"""Power of a band below -50 dB of full scale: what is softer is no part of a sound's shape."""


class FrameSound(NamedTuple):
    """One frame. `level_db`: RMS in dB below full scale. `hz`: the strongest partial. `purity`: its share of the power
    above 250 Hz, 0 to 1; `bands`: log power (natural) of `BANDS` bands from 200 to 3500 Hz."""

    level_db: float
    hz: float
    purity: float
    bands: "np.ndarray[tuple[int], np.dtype[np.float32]]"


class Spectrum:
    """Frame by frame; a frame is looked at together with the last 12 ms before it."""

    def __init__(self) -> None:
        self._window = np.zeros(WINDOW, np.float32)

    def push(self, frame: bytes) -> FrameSound:
        """The next 20 ms. Raises ValueError for any other length."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame of {len(frame)} bytes: 20 ms are {FRAME_BYTES}")
        samples = np.frombuffer(frame, "<i2").astype(np.float32) / FULL_SCALE
        size = len(samples)
        self._window[:-size] = self._window[size:]
        self._window[-size:] = samples
        mean_square = float(samples @ samples) / size
        level_db = max(SILENCE_DBFS, 10 * float(np.log10(mean_square))) if mean_square else SILENCE_DBFS
        spectrum = np.fft.rfft(self._window * _HANN)
        power = spectrum.real**2 + spectrum.imag**2
        bands = np.log(np.add.reduceat(power[: _BANDS[-1]], _BANDS[:-1]) + _BAND_FLOOR).astype(np.float32)
        peak = _LOWEST_BIN + int(power[_LOWEST_BIN:].argmax())
        total = float(power[_LOWEST_BIN:].sum())
        if total < _LEAST_POWER:
            return FrameSound(level_db, 0.0, 0.0, bands)
        near = float(power[max(_LOWEST_BIN, peak - _BESIDE) : peak + _BESIDE + 1].sum())
        return FrameSound(level_db, _interpolated_hz(power, peak), near / total, bands)


def _interpolated_hz(power: "np.ndarray[Any, np.dtype[np.float64]]", peak: int) -> float:
    """The peak's frequency between bins: the vertex of a parabola through three log powers."""
    if peak + 1 >= len(power):
        return peak * _BIN_HZ
    left, middle, right = (float(np.log(power[at] + _LEAST_POWER)) for at in (peak - 1, peak, peak + 1))
    bend = left - 2 * middle + right
    return (peak + (0.5 * (left - right) / bend if bend else 0.0)) * _BIN_HZ

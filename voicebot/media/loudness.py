"""Prompts made equally loud and free of dead air at both ends. Pure; works on whole signals."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from voicebot.media.frames import RATE
from voicebot.media.pcm import FULL_SCALE, Samples, to_int16

TARGET_DBFS: Final = -20.0  # RMS of active speech; G.711 telephony's usual level, 17 dB below overload
PEAK: Final = 0.89  # -1 dBFS: what G.711 codes without clipping, and a margin
MARGIN_MS: Final = 30  # kept on each side of the speech: the onset of a soft consonant
_STEP: Final = RATE // 100  # 10 ms
_ACTIVE_DB: Final = 30.0  # below the loudest 10 ms: what is softer is pause
_AUDIBLE_DB: Final = 45.0  # below the loudest 10 ms: what is softer is dead air


def trimmed(pcm: Samples) -> Samples:
    """`pcm` with at most `MARGIN_MS` of dead air at each end; nothing at all when nothing is audible."""
    audible = np.flatnonzero(_levels(pcm) > _threshold(pcm, _AUDIBLE_DB))
    if len(audible) == 0:
        return pcm[:0]
    margin = MARGIN_MS * RATE // 1000
    start = max(0, int(audible[0]) * _STEP - margin)
    return pcm[start : (int(audible[-1]) + 1) * _STEP + margin]


def levelled(pcm: Samples, target_dbfs: float = TARGET_DBFS) -> Samples:
    """`pcm` amplified so that its active parts have `target_dbfs` RMS, less where peaks would clip."""
    levels = _levels(pcm)
    active = levels[levels > _threshold(pcm, _ACTIVE_DB)]
    if len(active) == 0:
        return pcm
    gain = FULL_SCALE * 10 ** (target_dbfs / 20) / float(np.sqrt(np.mean(active**2)))
    peak = float(np.abs(pcm.astype(np.int32)).max()) / FULL_SCALE
    return to_int16(pcm.astype(np.float64) * min(gain, PEAK / peak))


def _levels(pcm: Samples) -> npt.NDArray[np.floating[Any]]:
    """RMS of each 10 ms; a shorter rest counts as a whole step."""
    padded = np.pad(pcm.astype(np.float64), (0, -len(pcm) % _STEP))
    levels: npt.NDArray[np.floating[Any]] = np.sqrt(np.mean(np.square(padded.reshape(-1, _STEP)), axis=1))
    return levels


def _threshold(pcm: Samples, below_db: float) -> float:
    """RMS that is `below_db` under the loudest 10 ms, at least one step of 16 bits."""
    return max(1.0, float(_levels(pcm).max(initial=0.0)) * 10 ** (-below_db / 20))

"""Telephone sounds to measure ears with: the offline voice clean and in noise, and what nobody said.
Deterministic; what is measured with them is `bench_ears`'s."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from voicebot.media.frames import FRAME_BYTES, RATE
from voicebot.media.pcm import Samples, resample, through_alaw, to_int16
from voicebot.speech.espeak import EspeakVoice

SHORT = ("好", "是", "对", "不", "嗯", "喂", "行", "好的")
LONGER = (
    "不用了",
    "我现在没空",
    "你是谁啊",
    "多少钱",
    "我在北京工作",
    "可以",
    "不需要",
    "周六下午三点",
    "你怎么知道我的电话",
)
VOICES = ("cmn+f2", "cmn+m3", "cmn+f3", "cmn+m1")
RATE_WPM = 175
LEVEL_DBFS = -26.0
QUIET_S = 1.0
SEED = 7
NO_SPEECH_S = 30

Signal = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Utterance:
    """`samples` with a second of quiet around; the true ms of the first and last audible 10 ms."""

    text: str
    samples: Samples
    began: int
    ended: int


def utterances(snr_db: float | None, kind: str = "white") -> list[Utterance]:
    """Every text by every voice, in noise when `snr_db` is given."""
    rng = np.random.default_rng(SEED)
    made = []
    with EspeakVoice() as engine:
        for voice in VOICES:
            for text in (*SHORT, *LONGER):
                speech = engine.synthesize(text, voice, RATE_WPM)
                made.append(_on_the_line(text, resample(speech.pcm, speech.sample_rate), snr_db, kind, rng))
    return made


def _on_the_line(text: str, pcm: Samples, snr_db: float | None, kind: str, rng: np.random.Generator) -> Utterance:
    levels = np.sqrt(np.mean(np.square(pcm[: len(pcm) // 80 * 80].astype(float).reshape(-1, 80)), axis=1))
    audible = np.flatnonzero(levels > levels.max() / 30)
    gain = 32768 * 10 ** (LEVEL_DBFS / 20) / math.sqrt(float(np.mean(levels[audible] ** 2)))
    quiet = np.zeros(int(QUIET_S * RATE))
    line = np.concatenate([quiet, pcm * gain, quiet])
    if snr_db is not None:
        line += _noise(len(line), kind, LEVEL_DBFS - snr_db, rng)
    lead_ms = int(QUIET_S * 1000)
    began, ended = (lead_ms + 10 * int(audible[0]), lead_ms + 10 * int(audible[-1] + 1))
    return Utterance(text, through_alaw(to_int16(line)), began, ended)


def _noise(size: int, kind: str, dbfs: float, rng: np.random.Generator) -> Signal:
    signal = rng.standard_normal(size)
    if kind == "pink":
        spectrum = np.fft.rfft(signal)
        spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
        signal = np.fft.irfft(spectrum, size)
    made: Signal = signal / np.sqrt(np.mean(signal**2)) * 32768 * 10 ** (dbfs / 20)
    return made


def nobody_speaks() -> dict[str, Samples]:
    """What must begin nothing."""
    rng, size = np.random.default_rng(SEED), NO_SPEECH_S * RATE
    at = np.arange(size) / RATE

    def tone(hertz: float, on_s: float, off_s: float) -> Signal:
        return 6000 * np.sin(2 * np.pi * hertz * at) * (at % (on_s + off_s) < on_s)

    sounds = {
        "white noise": _noise(size, "white", -41, rng),
        "loud noise": _noise(size, "white", -30, rng),
        "pink noise": _noise(size, "pink", -35, rng),
        "ringback": tone(450, 1, 4),
        "busy tone": tone(450, 0.35, 0.35),
        "keys": tone(770, 0.1, 0.3) + tone(1336, 0.1, 0.3),
    }
    return {name: through_alaw(to_int16(sound)) for name, sound in sounds.items()}


def frames(samples: Samples) -> Iterator[bytes]:
    pcm = samples.astype("<i2").tobytes()
    return (pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm) // FRAME_BYTES * FRAME_BYTES, FRAME_BYTES))

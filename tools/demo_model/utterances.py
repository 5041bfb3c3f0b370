"""One synthetic utterance with its time-stamped units, then a telephone line's version of it.
Shared by training (`shards`) and measuring (`cases`); no features, no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tools.demo_model import sound_effects as fx
from tools.demo_model.profiles import Profile
from tools.demo_model.reader import Reader
from tools.demo_model.settings import PITCH_RANGES, PITCHES, RATES, SAMPLE_RATE
from tools.demo_model.sounds import without_short_pauses
from voicebot.errors import SpeechError
from voicebot.media import pcm
from voicebot.speech.espeak import EspeakVoice

T = TypeVar("T")
PEAK_LOG10 = (2.3, 4.4)  # of int16: 200 to 25 000
LOUD_NOISE = 0.65  # share of utterances
NOISE_DB = (1.0, 24.0)  # below the voice, in the telephone's band


@dataclass(frozen=True)
class Utterance:
    """Float samples at 8 kHz; units with starts in seconds, the last one ending at `end_s`."""

    samples: fx.Signal
    timed: tuple[tuple[str, float], ...]
    end_s: float


def pick(items: Sequence[T], rng: fx.Random) -> T:
    """One of the items, each as likely."""
    return items[int(rng.integers(len(items)))]


class Speaker:
    """Says texts of one language in espeak's voices."""

    def __init__(self, profile: Profile, voice: EspeakVoice) -> None:
        self.profile = profile
        self._voice = voice
        self._reader = Reader(voice, profile.reading_voice, profile.units_of, profile.full_stop)

    def speak(self, text: str, voice_name: str, rng: fx.Random) -> Utterance | None:
        """`text` at a random rate and pitch; None when espeak cannot say it so (it crashes on a few combinations, and
        its events and mnemonics disagree on a few words)."""
        units = self._reader.units(text) if self.profile.needs_reading else ()
        if units is None:
            return None
        try:
            speech = self._voice.synthesize(
                text,
                voice_name,
                rate=int(rng.integers(*RATES)),
                pitch=int(rng.integers(*PITCHES)),
                range=int(rng.integers(*PITCH_RANGES)),
            )
        except SpeechError:
            return None
        timed = self.profile.timed(speech, units)
        if timed is None:
            return None
        samples = pcm.resample(speech.pcm, speech.sample_rate).astype(np.float64)
        timed = without_short_pauses(timed, speech.seconds)
        return Utterance(samples, tuple(timed), speech.seconds)


def stretched(utterance: Utterance, factor: float) -> Utterance:
    """Faster and higher by `factor`."""
    timed = tuple((unit, start / factor) for unit, start in utterance.timed)
    return Utterance(fx.faster(utterance.samples, factor), timed, utterance.end_s / factor)


def padded(utterance: Utterance, before_s: float, after_s: float) -> Utterance:
    """With digital silence around it; a negative `before_s` clips the start."""
    if before_s >= 0:
        samples = np.concatenate([np.zeros(int(before_s * SAMPLE_RATE)), utterance.samples])
    else:
        samples = utterance.samples[int(-before_s * SAMPLE_RATE) :]
    samples = np.concatenate([samples, np.zeros(int(after_s * SAMPLE_RATE))])
    timed = tuple((unit, start + before_s) for unit, start in utterance.timed)
    return Utterance(samples, timed, utterance.end_s + before_s)


def on_the_line(samples: fx.Signal, rng: fx.Random, others: list[fx.Signal]) -> fx.Signal:
    """Random level, handset, room, band, noise (`others` are voices to talk in the background) and codec."""
    heard = samples / (np.abs(samples).max() + 1e-9) * 10 ** rng.uniform(*PEAK_LOG10)
    if rng.random() < 0.4:
        heard = fx.tilted(heard, rng)
    if rng.random() < 0.15:
        heard = fx.in_room(heard, rng)
    banded = rng.random() < 0.6
    kind = rng.random()
    if kind < LOUD_NOISE:
        heard = fx.mixed_in_band(heard, noise(len(heard), rng), rng.uniform(*NOISE_DB))
        banded = True  # what lies below the telephone's band may be louder than the voice
    elif kind < LOUD_NOISE + 0.12 and others:
        voices = 1 if rng.random() < 0.4 else 4
        heard = fx.mixed(heard, babble(len(heard), rng, others, voices), rng.uniform(10, 28))
    elif kind < LOUD_NOISE + 0.27:
        heard = heard + rng.normal(size=len(heard)) * rng.uniform(1, 30)
    if banded:
        heard = fx.band_limited(heard, rng.uniform(60, 320), rng.uniform(3100, 4200))
    return coded(heard, rng)


def noise(length: int, rng: fx.Random) -> fx.Signal:
    """A noise of the kinds for training: half of them steady, of any colour."""
    if rng.random() < 0.5:
        return fx.tilted(fx.coloured(length, rng, rng.uniform(-0.2, 1.0)), rng)
    return pick(fx.TRAINED_NOISES, rng)(length, rng)


def babble(length: int, rng: fx.Random, others: list[fx.Signal], voices: int) -> fx.Signal:
    """So many of the other voices at once, each from a random moment on."""
    chosen = [pick(others, rng) for _ in range(voices)]
    return np.sum([np.resize(np.roll(voice, rng.integers(len(voice))), length) for voice in chosen], axis=0)


def coded(samples: fx.Signal, rng: fx.Random) -> fx.Signal:
    """Through G.711 of either law, or neither."""
    heard = pcm.to_int16(samples)
    law = rng.random()
    if law < 0.4:
        heard = pcm.through_ulaw(heard)
    elif law < 0.75:
        heard = pcm.through_alaw(heard)
    return heard.astype(np.float64)

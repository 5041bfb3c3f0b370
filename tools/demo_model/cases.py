"""The sets that measure a model: texts, voices, noise, levels. Each case is audio with what was said in it.
Deterministic for a seed; recognition and scores are `evaluate`'s."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tools.demo_model import corpus, utterances
from tools.demo_model import sound_effects as fx
from tools.demo_model.profiles import Profile
from tools.demo_model.settings import SAMPLE_RATE, SILENCE
from tools.demo_model.utterances import Speaker, pick
from voicebot.media import pcm

BEFORE_S, AFTER_S = 0.3, 1.5
PEAK_LOG10 = (3.4, 4.2)
QUIET = (2.4, 3.2)  # 20 dB below
NO_SPEECH_S = 30
SEED = 7
SHORT_NUMBER = 3  # tokens; every shorter one is trained


@dataclass(frozen=True)
class Case:
    said: str
    samples: npt.NDArray[np.int16]
    speech_end_s: float


@dataclass(frozen=True)
class TestSet:
    """What a set is made of; noise `kinds` are mixed in at `snr_db`."""

    name: str
    texts: Sequence[str]
    voices: Sequence[str]
    snr_db: float | None = None
    kinds: Sequence[fx.Source] = ()
    background_voice_db: float | None = None
    clipped_s: float = 0.0
    peak_log10: tuple[float, float] = PEAK_LOG10
    leg: Callable[[pcm.Samples], pcm.Samples] = field(default=pcm.through_ulaw)


def test_sets(profile: Profile) -> list[TestSet]:
    """All sets of speech, in the order of the report."""
    sentences = corpus.collect(profile)
    trained = [sentence.text for sentence in sentences if not sentence.held_out]
    withheld = [sentence.text for sentence in sentences if sentence.held_out]
    new = corpus.measuring_text(profile, "heldout")
    numbers = _numbers(profile, set(trained))
    short = corpus.measuring_text(profile, "short")
    trained_voices, other_voices = profile.training_voices, profile.held_out_voices
    both = (*trained_voices, *other_voices)
    common = (fx.white, fx.pink)
    return [
        TestSet("trained text, trained voices", trained, trained_voices),
        TestSet("held-out text, trained voices", withheld, trained_voices),
        TestSet("held-out text, held-out voices", withheld, other_voices),
        TestSet("new sentences, trained voices", new, trained_voices),
        TestSet("new sentences, held-out voices", new, other_voices),
        TestSet("short answers, trained voices", short, trained_voices),
        TestSet("short answers, held-out voices", short, other_voices),
        TestSet("numbers, weekdays, times; all voices", numbers, both),
        TestSet("held-out text, trained voices, 15 dB white or pink", withheld, trained_voices, 15, common),
        TestSet("held-out text, held-out voices, 15 dB white or pink", withheld, other_voices, 15, common),
        TestSet("held-out text, trained voices, 8 dB white or pink", withheld, trained_voices, 8, common),
        TestSet("held-out text, all voices, 15 dB unheard noise", withheld, both, 15, fx.MEASURED_NOISES),
        TestSet("short answers, trained voices, 15 dB unheard noise", short, trained_voices, 15, fx.MEASURED_NOISES),
        TestSet("held-out text, all voices, another voice 12 dB below", withheld, both, background_voice_db=12),
        TestSet("held-out text, all voices, A-law, quiet", withheld, both, peak_log10=QUIET, leg=pcm.through_alaw),
        TestSet("held-out text, all voices, first 60 ms clipped", withheld, both, clipped_s=0.06),
    ]  # fmt: skip


def unknown_set(profile: Profile) -> TestSet:
    texts = corpus.measuring_text(profile, "unknown")
    return TestSet("sentences of unknown words", texts, profile.training_voices)


def make(test_set: TestSet, count: int, speaker: Speaker) -> Iterator[Case]:
    """`count` cases; what espeak cannot say is drawn anew."""
    rng = np.random.default_rng([SEED, *test_set.name.encode()])
    made = 0
    while made < count:
        case = _one(test_set, speaker, rng)
        if case is not None:
            made += 1
            yield case


def no_speech() -> Iterator[tuple[str, npt.NDArray[np.int16]]]:
    """Half a minute each of sounds that are no voice, by name."""
    rng = np.random.default_rng(SEED)
    length = NO_SPEECH_S * SAMPLE_RATE
    time = np.arange(length) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 450 * time)
    yield "digital silence", np.zeros(length, np.int16)
    yield "450 Hz ring-back", pcm.to_int16(6000 * tone * (time % 5 < 1))
    yield "450 Hz busy", pcm.to_int16(6000 * tone * (time % 0.7 < 0.35))
    sounds: tuple[fx.Source, ...] = (fx.white, fx.pink, fx.keypad, fx.arpeggio, *fx.MEASURED_NOISES)
    for sound in sounds:
        for level in (300.0, 3000.0):
            samples = sound(length, rng)
            yield f"{sound.__name__} at {level:g}", pcm.through_ulaw(pcm.to_int16(samples / fx.rms(samples) * level))


def _numbers(profile: Profile, trained: set[str]) -> list[str]:
    rng = random.Random(SEED)
    drawn = (profile.spoken_classes[rng.choice(profile.measured_numbers)](rng) for _ in range(3000))
    return [text for text in drawn if text not in trained or len(profile.tokens(text)) <= SHORT_NUMBER]


def _one(test_set: TestSet, speaker: Speaker, rng: fx.Random) -> Case | None:
    text = pick(test_set.texts, rng)
    spoken = speaker.speak(text, pick(test_set.voices, rng), rng)
    if spoken is None:
        return None
    if test_set.clipped_s:
        spoken = utterances.padded(spoken, -test_set.clipped_s, 0.0)
    pauses = [start for unit, start in spoken.timed if unit == SILENCE]
    speech_end = pauses[-1] if spoken.timed[-1][0] == SILENCE else spoken.end_s
    spoken = utterances.padded(spoken, BEFORE_S, AFTER_S)
    samples = spoken.samples / np.abs(spoken.samples).max() * 10 ** rng.uniform(*test_set.peak_log10)
    if test_set.snr_db is not None:
        noise = pick(test_set.kinds, rng)(len(samples), rng)
        samples = fx.mixed(samples, noise, test_set.snr_db)
    if test_set.background_voice_db is not None:
        other = pick(test_set.texts, rng)
        behind = speaker.speak(other, pick(test_set.voices, rng), rng)
        if behind is None:
            return None
        until = len(spoken.samples) - int(AFTER_S * SAMPLE_RATE)
        heard = np.resize(behind.samples, len(samples)) * (np.arange(len(samples)) < until)
        samples = fx.mixed(samples, heard, test_set.background_voice_db)
    return Case(text, test_set.leg(pcm.to_int16(samples)), speech_end + BEFORE_S)

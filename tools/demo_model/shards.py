"""Training data: sentences spoken, spoilt and turned into features with a unit for each output frame, in shards.
A shard is made by one process from its own seed; finished shards are kept, so a build can be resumed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.demo_model import corpus, utterances
from tools.demo_model import sound_effects as fx
from tools.demo_model.features import mfcc
from tools.demo_model.profiles import Profile
from tools.demo_model.settings import SAMPLE_RATE, SILENCE, SUBSAMPLING, BuildPaths
from tools.demo_model.sounds import frame_labels
from voicebot.speech.espeak import EspeakVoice

UTTERANCES_PER_SHARD = 500
WITHOUT_SPEECH = 0.15  # share of utterances
JOINED = 0.12  # two sentences in one breath
SINGLE_WORDS = 0.12  # one to three random words: every word is heard, however rare its sentences
CLIPPED_START = 0.06
BACKGROUND_VOICES = 60
FEWEST_FRAMES = 5
PROCESSES = 2


def make(profile: Profile, paths: BuildPaths, total: int) -> list[Path]:
    """So many utterances (rounded up to whole shards) on disk; returns the shards' paths."""
    paths.shards.mkdir(parents=True, exist_ok=True)
    wanted = [paths.shards / f"{seed:04d}.npz" for seed in range(-(-total // UTTERANCES_PER_SHARD))]
    missing = [(seed, path) for seed, path in enumerate(wanted) if not path.exists()]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        running = {pool.submit(_make_one, profile, seed, path, paths.corpus): path for seed, path in missing}
        for done, future in enumerate(as_completed(running), 1):
            print(f"shard {done} of {len(missing)}: {future.result():.2f} h", flush=True)
    return wanted


def read(shards: Sequence[Path], units: Sequence[str]) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.int64]]:
    """Features [frames, FEATURES] and the index in `units` for each SUBSAMPLING of them, all shards in a row.
    Units that are not listed count as silence (the first)."""
    index = {unit: at for at, unit in enumerate(units)}
    features, labels = [], []
    for path in shards:
        with np.load(path) as shard:
            features.append(shard["features"])
            translate = np.array([index.get(unit, 0) for unit in shard["units"]])
            labels.append(translate[shard["labels"]])
    return np.concatenate(features), np.concatenate(labels)


class TextSource:
    """Random training texts in proportion to their weights."""

    def __init__(self, profile: Profile, sentences: Sequence[corpus.Sentence], rng: fx.Random) -> None:
        trained = [sentence for sentence in sentences if not sentence.held_out]
        weights = np.sqrt([sentence.weight for sentence in trained])
        self._texts = [sentence.text for sentence in trained]
        self._shares = np.cumsum(weights) / weights.sum()
        self._words = sorted({word for sentence in trained for word in profile.segment(sentence.text)})
        self._profile, self._rng = profile, rng

    def draw(self) -> str:
        kind = self._rng.random()
        if kind < SINGLE_WORDS:
            return self._profile.between_words.join(
                self._words[at] for at in self._rng.integers(len(self._words), size=self._rng.integers(1, 4))
            )
        if kind < SINGLE_WORDS + JOINED:
            return self._sentence() + self._profile.between_sentences + self._sentence()
        return self._sentence()

    def _sentence(self) -> str:
        return self._texts[int(np.searchsorted(self._shares, self._rng.random()))]


def _make_one(profile: Profile, seed: int, path: Path, corpus_path: Path) -> float:
    """One shard; returns its hours."""
    rng = np.random.default_rng(seed)
    source = TextSource(profile, corpus.load(corpus_path), rng)
    features: list[npt.NDArray[np.float16]] = []
    labels: list[str] = []
    others: list[fx.Signal] = []
    with EspeakVoice() as voice:
        speaker = utterances.Speaker(profile, voice)
        while len(features) < UTTERANCES_PER_SHARD:
            made = _one_without_speech(rng) if rng.random() < WITHOUT_SPEECH else _one(source, speaker, rng, others)
            if made is None:
                continue
            samples, timed, end_s = made
            found = mfcc(samples)
            frames = len(found) // SUBSAMPLING
            if frames >= FEWEST_FRAMES:
                features.append(found[: frames * SUBSAMPLING].astype(np.float16))
                labels += frame_labels(timed, end_s, frames)
    units, indices = np.unique(labels, return_inverse=True)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, features=np.concatenate(features), labels=indices.astype(np.int16), units=units)
    partial.rename(path)
    return len(labels) * SUBSAMPLING * 0.010 / 3600


def _one(
    source: TextSource, speaker: utterances.Speaker, rng: fx.Random, others: list[fx.Signal]
) -> tuple[fx.Signal, Sequence[tuple[str, float]], float] | None:
    spoken = speaker.speak(source.draw(), utterances.pick(speaker.profile.training_voices, rng), rng)
    if spoken is None:
        return None
    if rng.random() < 0.5:
        spoken = utterances.stretched(spoken, rng.uniform(0.86, 1.16))
    before = (
        -rng.uniform(0.02, 0.08)
        if rng.random() < CLIPPED_START
        else rng.choice([rng.uniform(0, 0.1), rng.uniform(0.1, 0.8)])
    )
    spoken = utterances.padded(spoken, before, rng.uniform(0.1, 0.8))
    if len(others) < BACKGROUND_VOICES:
        others.append(spoken.samples / fx.rms(spoken.samples))
    return utterances.on_the_line(spoken.samples, rng, others), spoken.timed, spoken.end_s


def _one_without_speech(rng: fx.Random) -> tuple[fx.Signal, Sequence[tuple[str, float]], float]:
    length = int(rng.uniform(1, 3) * SAMPLE_RATE)
    samples = np.zeros(length)
    if rng.random() < 0.85:
        sound = utterances.pick(fx.TRAINED_SOUNDS, rng)(length, rng)
        samples = sound / (np.abs(sound).max() + 1e-9) * 10 ** rng.uniform(1.0, 4.3)
    if rng.random() < 0.5:
        samples = samples + rng.normal(size=length) * 10 ** rng.uniform(0, 2.5)
    return utterances.coded(samples, rng), [(SILENCE, 0.0)], length / SAMPLE_RATE

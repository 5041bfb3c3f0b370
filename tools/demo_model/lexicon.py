"""Words with their pronunciations, of how espeak reads them in whole sentences, and what each reading costs.
How a language's readings are counted stands in its profile."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.demo_model.corpus import Sentence
from tools.demo_model.profiles import Profile
from voicebot.speech.espeak import EspeakVoice

RAREST_READING = 0.03  # of a word's readings, by share

Lexicon = dict[str, dict[tuple[str, ...], float]]  # word -> reading -> cost, -ln of its share


def learn(profile: Profile, sentences: Iterable[Sentence], voice: EspeakVoice) -> Lexicon:
    """Readings of every word of the sentences (held-out ones included: the words are the model's, only their order
    is withheld)."""
    counts = profile.count_readings((sentence.text for sentence in sentences), voice)
    return {word: costs(readings, profile.most_readings) for word, readings in counts.items()}


def costs(readings: Mapping[tuple[str, ...], int], most_readings: int) -> dict[tuple[str, ...], float]:
    """Costs of the usual readings, at most so many, relative to the most usual one, which is free."""
    most = max(readings.values())
    usual = sorted(readings.items(), key=lambda item: (-item[1], item[0]))[:most_readings]
    return {reading: -math.log(count / most) for reading, count in usual if count >= RAREST_READING * most}


def save(lexicon: Lexicon, path: Path) -> None:
    rows = {
        word: [[" ".join(reading), cost] for reading, cost in readings.items()] for word, readings in lexicon.items()
    }
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=0), encoding="utf-8")


def load(path: Path) -> Lexicon:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {word: {tuple(reading.split()): cost for reading, cost in readings} for word, readings in rows.items()}

"""Words and characters with their pronunciations, learnt from how espeak reads whole sentences.
A word said in context may differ from the word alone (的, 了, tones of 一 and 不), so readings are counted."""

from __future__ import annotations

import collections
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.demo_model.corpus import Sentence
from tools.demo_model.reader import Reader
from tools.demo_model.sounds import CODAS, syllables
from tools.demo_model.words import segment

RAREST_READING = 0.03  # of a word's readings, by share
MOST_READINGS = 4

Lexicon = dict[str, dict[tuple[str, ...], float]]  # word -> reading -> cost, -ln of its share


def learn(sentences: Iterable[Sentence], reader: Reader) -> Lexicon:
    """Readings of every word and every single character of the sentences (held-out ones included: the words are the
    model's, only their order is withheld)."""
    sentences = list(sentences)
    reader.read(sentence.text for sentence in sentences)
    reader.read(character for sentence in sentences for character in sentence.text)
    counts: dict[str, collections.Counter[tuple[str, ...]]] = collections.defaultdict(collections.Counter)
    for sentence in sentences:
        cut = _cut(sentence.text, reader)
        if cut is None:
            continue
        at, words = 0, segment(sentence.text)
        for word in words:
            counts[word][sum(cut[at : at + len(word)], ())] += 1
            at += len(word)
        for character, syllable in zip(sentence.text, cut, strict=True):
            if character not in words:
                counts[character][syllable] += 1
    for word in list(counts):
        alone = reader.units(word)
        if alone:
            counts[word][alone] += 1
    return {word: costs(readings) for word, readings in counts.items()}


def costs(readings: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], float]:
    """Costs of the usual readings relative to the most usual one, which is free."""
    most = max(readings.values())
    usual = sorted(readings.items(), key=lambda item: (-item[1], item[0]))[:MOST_READINGS]
    return {reading: -math.log(count / most) for reading, count in usual if count >= RAREST_READING * most}


def save(lexicon: Lexicon, path: Path) -> None:
    rows = {
        word: [[" ".join(reading), cost] for reading, cost in readings.items()] for word, readings in lexicon.items()
    }
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=0), encoding="utf-8")


def load(path: Path) -> Lexicon:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {word: {tuple(reading.split()): cost for reading, cost in readings} for word, readings in rows.items()}


def _cut(text: str, reader: Reader) -> list[tuple[str, ...]] | None:
    units = reader.units(text)
    alone = [reader.units(character) for character in text]
    if units is None:
        return None
    return syllables(units, [bool(reading) and reading[-1] in CODAS for reading in alone])

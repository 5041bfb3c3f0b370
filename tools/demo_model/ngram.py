"""A word n-gram model with Witten-Bell interpolation (Witten and Bell 1991), as back-off entries. Pure."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

START, END = "<s>", "</s>"
ORDER = 3
NOVELTY = 2.0  # how much a history's number of different successors counts as evidence for yet another
FLOOR = 0.06  # share of the unigram mass spread evenly over the vocabulary

History = tuple[str, ...]


@dataclass(frozen=True)
class Ngram:
    """`successors[history][word]` is a probability; words not listed get `backoff[history]` times that of the
    shorter history. Every suffix of a listed history is listed."""

    successors: dict[History, dict[str, float]]
    backoff: dict[History, float]

    def probability(self, word: str, history: History) -> float:
        while history not in self.successors:
            history = history[1:]
        listed = self.successors[history].get(word)
        if listed is not None or not history:
            return listed or 0.0
        return self.backoff[history] * self.probability(word, history[1:])

    def longest(self, history: History) -> History:
        """The longest suffix of `history` that the model knows as a history."""
        while history not in self.successors:
            history = history[1:]
        return history


def estimate(
    sentences: Iterable[tuple[Sequence[str], float]],
    vocabulary: Iterable[str],
    least_gain: float = 0.0,
    order: int = ORDER,
) -> Ngram:
    """From (words, weight) sentences; every word of `vocabulary` gets some probability. A third-order entry that saves
    less than `least_gain` nats a word over backing off is pruned."""
    counts: dict[History, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for words, weight in sentences:
        padded = [START, *words, END]
        for at in range(1, len(padded)):
            for length in range(min(order, at + 1)):
                counts[tuple(padded[at - length : at])][padded[at]] += weight  # type: ignore[assignment]
    return _interpolate(counts, sorted(set(vocabulary)), least_gain)


def _interpolate(counts: dict[History, collections.Counter[str]], vocabulary: list[str], least_gain: float) -> Ngram:
    unigram = counts[()]
    total = sum(unigram.values())
    words = [*vocabulary, END]
    even = FLOOR / len(words)
    model = Ngram({(): {word: (1 - FLOOR) * unigram[word] / total + even for word in words}}, {})
    for history in sorted(counts, key=lambda known: (len(known), known)):
        if not history:
            continue
        found = counts[history]
        novelty = NOVELTY * len(found)
        mass = sum(found.values()) + novelty
        lower = {word: model.probability(word, history[1:]) for word in found}
        full = {word: (count + novelty * lower[word]) / mass for word, count in found.items()}
        kept = {
            word: probability
            for word, probability in full.items()
            if len(history) < 2 or found[word] / total * math.log(probability / lower[word]) >= least_gain
        }
        if kept:
            model.successors[history] = kept
            left, left_below = 1 - sum(kept.values()), 1 - sum(lower[word] for word in kept)
            model.backoff[history] = left / left_below
    return model

"""How well an engine understands sentences whose intents are known: every figure of `voicebot nlu test`.

An engine is asked as in a call: short answers first, thresholds, doubts; where every intent is expected.
"""

import random
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter_ns

from voicebot.nlu.noise import noisy
from voicebot.nlu.sentences import Sentence
from voicebot.understanding.classifier import OUT_OF_SCOPE
from voicebot.understanding.doubt import AGREEMENT
from voicebot.understanding.match import match
from voicebot.understanding.types import Choice, Classifier, Expectation

BINS = 10
NOISE_ROUNDS = 5
SEED = 20


@dataclass(frozen=True)
class Judged:
    """A sentence with what was told of it. `score`: how sure the engine's first word was, right or not, before any
    threshold; None when it said nothing.
    """

    sentence: Sentence
    told: str
    score: float | None
    first: str

    @property
    def is_right(self) -> bool:
        return self.told in self.sentence.right

    @property
    def truth(self) -> str:
        """The intent that it counts under: the one told when that is right, else the first that is."""
        return self.told if self.is_right else self.sentence.right[0]


@dataclass(frozen=True)
class IntentFigures:
    """Of one intent; a share is None when there is nothing to share."""

    precision: float | None
    recall: float | None
    f1: float | None
    count: int
    told: int


@dataclass(frozen=True)
class Bin:
    """Sentences whose first word had a probability in this bin: how sure on average, how often right."""

    probability: float
    right: float
    count: int


@dataclass(frozen=True)
class Figures:
    """`accuracy`: right of all. `out_of_scope_rejected`: share of the sentences of no intent that were told none.

    `agreement_precision`: right of what was told as agreement or interest, `agreement_told` of them.
    `new_accuracy`: of the sentences that do not stand word for word in the training, `new` of them.
    """

    sentences: int
    accuracy: float
    macro_f1: float
    noisy_accuracy: float
    out_of_scope_rejected: float | None
    us_per_sentence: float
    agreement_precision: float | None
    agreement_told: int
    new: int
    new_accuracy: float | None
    calibration_error: float | None
    reliability: tuple[Bin, ...]
    per_intent: Mapping[str, IntentFigures]


def everything(intents: Iterable[str]) -> Expectation:
    """An expectation in which every intent is a choice of its name."""
    return Expectation(tuple(Choice(intent, (intent,)) for intent in intents if intent != OUT_OF_SCOPE))


def judge(engine: Classifier | None, intents: Iterable[str], sentences: Iterable[Sentence]) -> tuple[Judged, ...]:
    """What is told of each sentence; without an engine by short answers alone."""
    expected = everything(intents)
    return tuple(_judged(engine, expected, sentence) for sentence in sentences)


def _judged(engine: Classifier | None, expected: Expectation, sentence: Sentence) -> Judged:
    found = match(sentence.text, expected, engine)
    ranking = engine.parse(sentence.text).ranking if engine is not None else ()
    score, first = (ranking[0].score, ranking[0].intent) if ranking else (None, OUT_OF_SCOPE)
    return Judged(sentence, found.choice or OUT_OF_SCOPE, score, first)


def measure(
    engine: Classifier, intents: Sequence[str], sentences: Sequence[Sentence], trained_on: Collection[str]
) -> Figures:
    """All figures. `trained_on`: the texts that the engine has seen."""
    judged = judge(engine, intents, sentences)
    strange = [one for one in judged if one.sentence.right == (OUT_OF_SCOPE,)]
    yes = [one for one in judged if one.told in AGREEMENT]
    new = [one for one in judged if one.sentence.text not in trained_on]
    per_intent = by_intent(judged)
    bins = reliability(judged)
    return Figures(
        sentences=len(judged),
        accuracy=share(judged) or 0.0,
        macro_f1=statistics.fmean(one.f1 or 0.0 for one in per_intent.values() if one.count),
        noisy_accuracy=_noisy_accuracy(engine, intents, sentences),
        out_of_scope_rejected=share(strange),
        us_per_sentence=_us_per_sentence(engine, sentences),
        agreement_precision=share(yes),
        agreement_told=len(yes),
        new=len(new),
        new_accuracy=share(new),
        calibration_error=calibration_error(bins),
        reliability=bins,
        per_intent=per_intent,
    )


def share(judged: Sequence[Judged]) -> float | None:
    """How many of them are right; None of nothing."""
    return sum(one.is_right for one in judged) / len(judged) if judged else None


def by_intent(judged: Iterable[Judged]) -> Mapping[str, IntentFigures]:
    """Precision and recall of every intent that was right or told, by name."""
    truths, told, right = Counter[str](), Counter[str](), Counter[str]()
    for one in judged:
        truths[one.truth] += 1
        told[one.told] += 1
        right[one.told] += one.is_right
    return {name: _figures(right[name], truths[name], told[name]) for name in sorted({*truths, *told})}


def _figures(right: int, count: int, told: int) -> IntentFigures:
    precision, recall = (right / told if told else None), (right / count if count else None)
    return IntentFigures(precision, recall, 2 * right / (count + told), count, told)


def reliability(judged: Iterable[Judged]) -> tuple[Bin, ...]:
    """How often the engine's first word is right, by how sure it was; empty bins are left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for one in judged:
        if one.score is not None:
            held = bins.setdefault(min(int(one.score * BINS), BINS - 1), [])
            held.append((one.score, one.first in one.sentence.right))
    return tuple(
        Bin(statistics.fmean(score for score, _ in held), statistics.fmean(right for _, right in held), len(held))
        for _, held in sorted(bins.items())
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error: how far probability and truth lie apart, averaged over sentences."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.right - one.probability) for one in bins) / total if total else None


def _noisy_accuracy(engine: Classifier, intents: Sequence[str], sentences: Sequence[Sentence]) -> float:
    """The mean over several draws of swapped characters, always the same ones."""
    chance = random.Random(SEED)
    rounds = []
    for _ in range(NOISE_ROUNDS):
        swapped = [Sentence(noisy(one.text, chance), one.right, one.label) for one in sentences]
        rounds.append(share(judge(engine, intents, swapped)) or 0.0)
    return statistics.fmean(rounds)


def _us_per_sentence(engine: Classifier, sentences: Sequence[Sentence]) -> float:
    """The median time of one parse, microseconds, the dictionaries loaded."""
    spans = []
    for sentence in sentences:
        began = perf_counter_ns()
        engine.parse(sentence.text)
        spans.append((perf_counter_ns() - began) / 1e3)
    return statistics.median(spans)

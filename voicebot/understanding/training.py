"""Fitting the embedded engine: TF-IDF, a regression for each intent, probabilities set right by cross-validation.

Needs scikit-learn, which is imported only here and only when something is trained.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from voicebot.understanding.classifier import EmbeddedClassifier, softmax
from voicebot.understanding.entities import Entities
from voicebot.understanding.features import features, units_of
from voicebot.understanding.nlu_yaml import Example, Training

if TYPE_CHECKING:
    from numpy.typing import NDArray

INVERSE_REGULARISATION = 15.0
RARE_POWER = 0.5
"""How much examples of rare intents weigh more: 0 not, 1 until all intents weigh the same."""
COMMON = 3
"""A character in fewer examples than this is strange."""
TOLERANCE = 1e-3
"""Ten times the library's, for a fifth less time and the same words told."""
FOLDS = 5
SHARPNESS = (0.05, 20.0)
"""Bounds of the factor on the logits that calibration may find."""


@dataclass(frozen=True)
class CrossValidated:
    """What folds of the engine said of examples that they were not trained on. A row of `probabilities` an example,
    a column an intent, both in the training's order; they are calibrated.
    """

    intents: tuple[str, ...]
    examples: tuple[Example, ...]
    probabilities: "NDArray[np.float64]"


@dataclass(frozen=True)
class Fit:
    """The numbers of one fit, before calibration."""

    common: frozenset[str]
    vocabulary: dict[str, int]
    idf: "NDArray[np.float32]"
    weights: "NDArray[np.float32]"
    bias: "NDArray[np.float32]"


def train(training: Training) -> EmbeddedClassifier:
    """The engine for this training. Raises ValueError when there are fewer than two intents."""
    return train_checked(training)[0]


def train_checked(training: Training) -> tuple[EmbeddedClassifier, CrossValidated]:
    """The engine, and what cross-validation said of the same examples.

    Logits of the folds give the one factor that makes probabilities true (temperature scaling, Guo et al. 2017).
    Raises ValueError when there are fewer than two intents.
    """
    intents = _at_least_two(training)
    with _one_thread():
        logits = _out_of_fold(training.examples, intents)
        fit = _fit(training.examples, intents)
    column = {intent: index for index, intent in enumerate(intents)}
    factor = _sharpness(logits, np.array([column[example.intent] for example in training.examples]))
    fit = replace(fit, weights=fit.weights * factor, bias=fit.bias * factor)
    return _engine(fit, intents, Entities(training)), CrossValidated(
        intents, training.examples, softmax(logits * factor)
    )


def train_uncalibrated(training: Training) -> EmbeddedClassifier:
    """The engine without what cross-validation adds, in a sixth of the time: its shares of 1 rank the intents and are
    no probabilities. Raises ValueError when there are fewer than two intents.
    """
    intents = _at_least_two(training)
    with _one_thread():
        fit = _fit(training.examples, intents)
    return _engine(fit, intents, Entities(training))


def _at_least_two(training: Training) -> tuple[str, ...]:
    intents = training.intents
    if len(intents) < 2:
        raise ValueError(f"{len(intents)} intents; a classifier needs at least two")
    return intents


def _one_thread() -> "AbstractContextManager[object]":
    """So small a fit only waits for its other threads: ten times slower on a busy machine."""
    import sklearn.linear_model  # noqa: F401  (its libraries must be here before their threads are limited)
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits


def _engine(fit: Fit, intents: tuple[str, ...], entities: Entities | None) -> EmbeddedClassifier:
    return EmbeddedClassifier(fit.common, fit.vocabulary, fit.idf, fit.weights, fit.bias, intents, entities)


def _fit(examples: Sequence[Example], intents: tuple[str, ...]) -> Fit:
    """One regression for each intent against all others; an intent without an example is never told."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    seen = Counter(unit for example in examples for unit in set(units_of(example.text)))
    common = frozenset(unit for unit, count in seen.items() if count >= COMMON)
    vectorizer = TfidfVectorizer(analyzer=lambda text: list(features(text, common)), sublinear_tf=True)
    matrix = vectorizer.fit_transform([example.text for example in examples])
    wanted = np.array([example.intent for example in examples])
    fits = [_regression(matrix, wanted == intent) for intent in intents]
    return Fit(
        common,
        {feature: int(index) for feature, index in vectorizer.vocabulary_.items()},
        vectorizer.idf_.astype(np.float32),
        np.ascontiguousarray(np.stack([weights for weights, _ in fits], axis=1), dtype=np.float32),
        np.array([bias for _, bias in fits], dtype=np.float32),
    )


NEVER = -30.0
"""Logit of an intent that has no example in a fold."""


def _regression(matrix: Any, wanted: "NDArray[np.bool_]") -> tuple["NDArray[np.float64]", float]:
    from sklearn.linear_model import LogisticRegression

    count = int(wanted.sum())
    if not count:
        return np.zeros(matrix.shape[1]), NEVER
    weight = ((len(wanted) - count) / count) ** RARE_POWER
    model = LogisticRegression(
        C=INVERSE_REGULARISATION, solver="liblinear", tol=TOLERANCE, class_weight={False: 1.0, True: weight}
    )
    model.fit(matrix, wanted)
    return model.coef_[0], float(model.intercept_[0])


def fold_of(text: str, folds: int = FOLDS) -> int:
    """The fold of a text, by its hash: the same on every machine, and the same sentence never in two of them."""
    return sha256(text.encode()).digest()[0] % folds


def _out_of_fold(examples: Sequence[Example], intents: tuple[str, ...]) -> "NDArray[np.float64]":
    folds = np.array([fold_of(example.text) for example in examples])
    logits = np.zeros((len(examples), len(intents)))
    for fold in range(FOLDS):
        others = [example for example, its in zip(examples, folds, strict=True) if its != fold]
        if others:
            fit = _fit(others, intents)
            engine = _engine(fit, intents, None)
            for row in np.flatnonzero(folds == fold).tolist():
                logits[row] = engine.logits(examples[row].text)
    return logits


def _sharpness(logits: "NDArray[np.float64]", wanted: "NDArray[np.intp]") -> float:
    """The factor on the logits that makes the wanted intents most likely."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(wanted))

    def loss(log_factor: float) -> float:
        probabilities = softmax(logits * np.exp(log_factor))
        return float(-np.log(probabilities[rows, wanted] + 1e-12).mean())

    found = minimize_scalar(loss, bounds=tuple(np.log(SHARPNESS)), method="bounded")
    return float(np.exp(found.x))

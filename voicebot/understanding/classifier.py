"""The embedded engine: characters and toneless pinyin in n-grams, TF-IDF, logistic regressions; with entities.

scikit-learn trains and is imported only then; a sentence is judged by a few rows of one matrix.
"""

import functools
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from voicebot.understanding.entities import Entities
from voicebot.understanding.nlu_yaml import Training
from voicebot.understanding.normalise import CJK
from voicebot.understanding.thresholds import EMBEDDED, THRESHOLDS
from voicebot.understanding.types import Parse, Ranked

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUT_OF_SCOPE = "out_of_scope"
"""The intent whose examples belong to none: when it wins, nothing was understood."""
RANKS = 3
"""How many intents a parse tells."""
INVERSE_REGULARISATION = 30.0
_UNITS = re.compile(rf"[{CJK}]|[^\W{CJK}]+|'")
_SYLLABLE = re.compile(r"^(zh|ch|sh)|(?<=[ie])ng$")
_MERGED = {"zh": "z", "ch": "c", "sh": "s", "ng": "n"}


@functools.lru_cache(maxsize=20_000)
def syllable(character: str) -> str:
    """The toneless pinyin of one character, with sounds that telephones and dialects do not keep apart merged:
    zh z, ch c, sh s, ing in, eng en."""
    from pypinyin import Style, pinyin  # its dictionaries take a tenth of a second to load

    sound = pinyin(character, style=Style.NORMAL, errors="ignore")
    return _SYLLABLE.sub(lambda part: _MERGED[part[0]], sound[0][0]) if sound else character


def features(text: str) -> Iterator[str]:
    """Every feature of normalised `text`, with repetitions: one to three characters (or words) in a row, and sounds."""
    units = _UNITS.findall(text)
    sounds = [syllable(unit) if len(unit) == 1 and not unit.isascii() else unit for unit in units]
    yield from (f"c{gram}" for gram in _grams(units))
    yield from (f"p{gram}" for gram in _grams(sounds))


def _grams(units: list[str]) -> Iterator[str]:
    """Runs of one to three units; the two and three know where the text begins and ends."""
    yield from units
    framed = ["^", *units, "$"] if units else []
    for size in (2, 3):
        yield from (" ".join(framed[i : i + size]) for i in range(len(framed) - size + 1))


class EmbeddedClassifier:
    """A trained engine. `weights` has a row a feature and a column an intent; the rows are scaled by idf already."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        idf: "NDArray[np.float32]",
        weights: "NDArray[np.float32]",
        intents: tuple[str, ...],
        entities: Entities,
    ) -> None:
        self._vocabulary = vocabulary
        self._idf = idf
        self._weights = weights
        self.intents = intents
        self._entities = entities

    def parse(self, text: str) -> Parse:
        """The probable intents, best first, and the entity values. An empty ranking: not understood."""
        entities = self._entities.find(text)
        probability = self.probabilities(text)
        order = np.argsort(-probability)[:RANKS]
        best = order[0]
        if self.intents[best] == OUT_OF_SCOPE or probability[best] < THRESHOLDS[EMBEDDED].reject:
            return Parse((), entities, EMBEDDED)
        ranking = (Ranked(self.intents[i], float(probability[i])) for i in order if self.intents[i] != OUT_OF_SCOPE)
        return Parse(tuple(ranking), entities, EMBEDDED)

    def probabilities(self, text: str) -> "NDArray[np.float32]":
        """The probability of each of `intents`; the same sum as TfidfVectorizer (sublinear) and softmax."""
        counts: dict[int, int] = {}
        for feature in features(text):
            index = self._vocabulary.get(feature)
            if index is not None:
                counts[index] = counts.get(index, 0) + 1
        logits = np.zeros(len(self.intents), dtype=np.float32)
        if counts:
            rows = np.fromiter(counts, dtype=np.intp, count=len(counts))
            values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * self._idf[rows]
            logits = (values / np.sqrt(values @ values)) @ self._weights[rows]
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum(), dtype=np.float32)

    def dump(self) -> bytes:
        """The trained numbers, for a cache keyed by the training's digest; `load_classifier` reads them."""
        names = json.dumps({"vocabulary": self._vocabulary, "intents": self.intents}).encode()
        file = io.BytesIO()
        np.savez(file, idf=self._idf, weights=self._weights, names=np.frombuffer(names, dtype=np.uint8))
        return file.getvalue()


def load_classifier(data: bytes, training: Training) -> EmbeddedClassifier:
    """What `dump` wrote. Raises ValueError when the bytes are something else."""
    try:
        arrays: Mapping[str, Any] = np.load(io.BytesIO(data), allow_pickle=False)
        names = json.loads(arrays["names"].tobytes())
        return EmbeddedClassifier(
            names["vocabulary"],
            arrays["idf"],
            arrays["weights"],
            tuple(names["intents"]),
            Entities(training),
        )
    except (KeyError, OSError, EOFError, ValueError) as error:
        raise ValueError(f"not a trained classifier: {error}") from error


def train(training: Training) -> EmbeddedClassifier:
    """Fit the engine: for each intent one regression against all others, their logits joined by softmax.

    There is no bias, so that a text without a known feature makes every intent equally improbable.
    Raises ValueError when there are fewer than two intents.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # a second to import, and only training needs it
    from threadpoolctl import threadpool_limits

    if len(training.intents) < 2:
        raise ValueError(f"{len(training.intents)} intents; a classifier needs at least two")
    vectorizer = TfidfVectorizer(analyzer=lambda text: list(features(text)), sublinear_tf=True)
    matrix = vectorizer.fit_transform([example.text for example in training.examples])
    wanted = np.array([example.intent for example in training.examples])
    with threadpool_limits(1):  # so small a fit only waits for its other threads: ten times slower on a busy machine
        columns = [_regression().fit(matrix, wanted == intent).coef_[0] for intent in training.intents]
    return EmbeddedClassifier(
        {feature: int(index) for feature, index in vectorizer.vocabulary_.items()},
        vectorizer.idf_.astype(np.float32),
        np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.float32),
        training.intents,
        Entities(training),
    )


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=INVERSE_REGULARISATION, solver="liblinear", fit_intercept=False, class_weight="balanced"
    )

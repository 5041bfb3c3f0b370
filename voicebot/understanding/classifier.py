"""The embedded engine at work: a sentence is judged by a few rows of one matrix; with entities.

How the numbers are found is training.py's; what is seen of a text is features.py's.
"""

import io
import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from voicebot.understanding.entities import Entities
from voicebot.understanding.features import GENERAL, features
from voicebot.understanding.nlu_yaml import Training
from voicebot.understanding.thresholds import EMBEDDED, THRESHOLDS
from voicebot.understanding.types import Parse, Ranked

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUT_OF_SCOPE = "out_of_scope"
"""The intent whose examples belong to none: when it wins, nothing was understood."""
RANKS = 3
"""How many intents a parse tells."""


def softmax(logits: "NDArray[Any]") -> "NDArray[Any]":
    """Probabilities from logits, over the last axis."""
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


class EmbeddedClassifier:
    """A trained engine. `weights` has a row a feature and a column an intent; `bias` one number an intent; `common` are
    the characters and words that training knows well.
    """

    def __init__(
        self,
        common: Collection[str],
        vocabulary: Mapping[str, int],
        idf: "NDArray[np.float32]",
        weights: "NDArray[np.float32]",
        bias: "NDArray[np.float32]",
        intents: tuple[str, ...],
        entities: Entities | None,
    ) -> None:
        self._common = common
        self._vocabulary = vocabulary
        self._idf = idf
        self._weights = weights
        self._bias = bias
        self.intents = intents
        self._entities = entities

    def parse(self, text: str) -> Parse:
        """The probable intents, best first, and the entity values. An empty ranking: not understood."""
        entities = self._entities.find(text) if self._entities else {}
        probability = self.probabilities(text)
        order = np.argsort(-probability)[:RANKS]
        best = order[0]
        if self.intents[best] == OUT_OF_SCOPE or probability[best] < THRESHOLDS[EMBEDDED].reject:
            return Parse((), entities, EMBEDDED)
        ranking = (Ranked(self.intents[i], float(probability[i])) for i in order if self.intents[i] != OUT_OF_SCOPE)
        return Parse(tuple(ranking), entities, EMBEDDED)

    def probabilities(self, text: str) -> "NDArray[np.float32]":
        """The calibrated probability of each of `intents`."""
        return softmax(self.logits(text))

    def logits(self, text: str) -> "NDArray[np.float32]":
        """The same sum as TfidfVectorizer (sublinear) and a linear model. A text of which nothing is known gives zeros:
        every intent is equally improbable then.
        """
        counts: dict[int, int] = {}
        known = False
        for feature in features(text, self._common):
            index = self._vocabulary.get(feature)
            if index is not None:
                counts[index] = counts.get(index, 0) + 1
                known = known or not feature.startswith(GENERAL)
        if not known:
            return np.zeros(len(self.intents), dtype=np.float32)
        rows = np.fromiter(counts, dtype=np.intp, count=len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * self._idf[rows]
        return np.asarray((values / np.sqrt(values @ values)) @ self._weights[rows] + self._bias, dtype=np.float32)

    def dump(self) -> bytes:
        """The trained numbers, for a cache keyed by the training's digest; `load_classifier` reads them."""
        words = {"common": sorted(self._common), "vocabulary": self._vocabulary, "intents": self.intents}
        names = json.dumps(words).encode()
        file = io.BytesIO()
        packed = np.frombuffer(names, dtype=np.uint8)
        np.savez(file, names=packed, idf=self._idf, weights=self._weights, bias=self._bias)
        return file.getvalue()


def load_classifier(data: bytes, training: Training) -> EmbeddedClassifier:
    """What `dump` wrote; nothing in it is run. Raises ValueError when the bytes are something else."""
    try:
        arrays: Mapping[str, Any] = np.load(io.BytesIO(data), allow_pickle=False)
        names = json.loads(arrays["names"].tobytes())
        return EmbeddedClassifier(
            frozenset(names["common"]),
            names["vocabulary"],
            arrays["idf"],
            arrays["weights"],
            arrays["bias"],
            tuple(names["intents"]),
            Entities(training),
        )
    except (KeyError, OSError, EOFError, ValueError) as error:
        raise ValueError(f"not a trained classifier: {error}") from error

"""Which code a whole sentence is most like, of those that were heard before: for wordings that no key knows.

What a likeness weighs is announcements.py's; how it is computed is the embedded classifier's.
"""

from pathlib import Path
from typing import Final, NamedTuple

from voicebot.answering.evidence import Evidence
from voicebot.answering.tables import EARLY_CODES
from voicebot.answering.words import Words
from voicebot.understanding.classifier import OUT_OF_SCOPE, EmbeddedClassifier
from voicebot.understanding.nlu_yaml import Training, load_training
from voicebot.understanding.normalise import length
from voicebot.understanding.yaml_reader import suggestion
from voicebot.understanding.yaml_source import Place

EXAMPLES: Final = "examples.yml"


class Like(NamedTuple):
    """A text is like the examples of `code`, OUT_OF_SCOPE for those without one. `share`: of all likeness, 0 to 1; no
    probability."""

    code: str
    share: float


class Likeness:
    """A text against the examples of every code, and those of none."""

    def __init__(self, engine: EmbeddedClassifier) -> None:
        self._engine = engine

    def of(self, text: str) -> Like:
        """What normalised `text` is most like."""
        shares = self._engine.probabilities(text)
        best = int(shares.argmax())
        return Like(self._engine.intents[best], float(shares[best]))


class Resembling:
    """What all finished utterances together are like, and since when."""

    def __init__(self, likeness: Likeness | None, least_share: float, least_characters: float) -> None:
        """`likeness` None: nothing is like anything."""
        self._likeness = likeness
        self._least_share = least_share
        self._least_characters = least_characters
        self._of = ""
        self._at_ms = 0
        self.like: Like | None = None
        """To the examples of a code."""
        self.without_code: Like | None = None
        """To those without one."""

    def look(self, words: Words, at_ms: int) -> None:
        """The words have changed."""
        if self._likeness is None or words.settled == self._of:
            return
        self._of, self._at_ms = words.settled, at_ms
        self.like = self.without_code = None
        if length(words.settled) < self._least_characters:
            return
        like = self._likeness.of(words.settled)
        if like.share < self._least_share:
            return
        if like.code == OUT_OF_SCOPE:
            self.without_code = like
        else:
            self.like = like

    def evidence(self, what: str, like: Like, weight: float) -> Evidence:
        """That it is `like`, as something that speaks for its code or against another."""
        return Evidence(f"{what}:{like.code}", self._at_ms, round(like.share, 2), weight)


def load_examples(directory: Path) -> Training:
    """`EXAMPLES` of a directory: intents are result codes. Raises InputFault (file:line:column): a broken file, an
    intent that is no code of an announcement, a code without an example.
    """
    training = load_training((directory / EXAMPLES,))
    known = (*EARLY_CODES, OUT_OF_SCOPE)
    for example in training.examples:
        if example.intent not in known:
            example.place.fault(f"code {example.intent!r} is not told by words{suggestion(example.intent, known)}")
    missing = sorted({*known} - {*training.intents})
    if missing:
        place = training.examples[0].place if training.examples else Place(str(directory / EXAMPLES), 1, 1)
        place.fault(f"no example of {', '.join(missing)}; each code, and {OUT_OF_SCOPE!r}, needs sentences")
    return training

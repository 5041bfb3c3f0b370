"""Which code a whole sentence is most like, of those that were heard before: for wordings that no key knows.

What a likeness weighs is announcements.py's; how it is computed is the embedded classifier's.
"""

from pathlib import Path
from typing import Final, NamedTuple

from voicebot.answering.tables import EARLY_CODES
from voicebot.understanding.classifier import OUT_OF_SCOPE, EmbeddedClassifier
from voicebot.understanding.nlu_yaml import Training, load_training
from voicebot.understanding.yaml_reader import suggestion
from voicebot.understanding.yaml_source import Place

EXAMPLES: Final = "examples.yml"


class Like(NamedTuple):
    """A text is like the examples of `code`. `share`: of all likeness, 0 to 1; no probability."""

    code: str
    share: float


class Likeness:
    """A text against the examples of every code, and those of none."""

    def __init__(self, engine: EmbeddedClassifier) -> None:
        self._engine = engine

    def of(self, text: str) -> Like | None:
        """What normalised `text` is most like. None: the examples without a code, or nothing at all."""
        shares = self._engine.probabilities(text)
        best = int(shares.argmax())
        code = self._engine.intents[best]
        return None if code == OUT_OF_SCOPE else Like(code, float(shares[best]))


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

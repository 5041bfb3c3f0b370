"""What understanding takes and gives: an expectation of the dialog, a match of what was said.

Values only; the matching is in `match`, the engines behind the `Classifier` port.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True)
class Choice:
    """One thing that the customer may say here. `id` is the dialog's own name for it."""

    id: str
    intents: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    slot: str | None = None
    """An entity that must be found in the text for this choice to hold (city, number, yes_no, ...)."""


@dataclass(frozen=True)
class Expectation:
    """What the dialog can make use of now: the node's answers in order, then the script's `anywhere`."""

    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """One intent and its probability, 0 to 1."""

    intent: str
    score: float


@dataclass(frozen=True)
class Parse:
    """What an engine made of a text: intents with the best first, and entity values by name.

    `engine`: whose word it is: `embedded`, `rasa`, `embedded after rasa: <why>`; empty for none.
    """

    ranking: tuple[Ranked, ...] = ()
    entities: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""


MatchedBy = Literal["keyword", "pattern", "slot", "classifier", "digits", "nothing"]


@dataclass(frozen=True)
class Match:
    """The choice that holds (None: no match), the intent with its score, and why.

    `evidence` is the keyword, pattern or characters that decided, for people to read. `engine`: which engine was asked
    for intent and values, as its Parse tells; whether its word decided is `by`.
    """

    choice: str | None
    intent: str | None
    score: float
    by: MatchedBy
    evidence: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""


NO_MATCH = Match(choice=None, intent=None, score=0.0, by="nothing")


class Classifier(Protocol):
    """An engine that names the intent of a text. Implementations: embedded, Rasa, a stand-in for tests."""

    def parse(self, text: str) -> Parse:
        """Normalised text to a ranking; empty ranking when nothing is known. Never raises on content."""
        ...

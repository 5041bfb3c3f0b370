"""What understanding takes and gives: an expectation of the dialog, a match of what was said.

Values only; the matching is in `match`, the engines behind the `Classifier` port.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

SlotType = Literal["name", "number", "date", "time", "amount", "yes_no", "phone", "text"]


@dataclass(frozen=True)
class Slot:
    """One value to be heard, and what may be said for it. Values are kept in one canonical spelling.

    | type | canonical | bounds |
    |---|---|---|
    | name | as the lookup `entity` of intents/ (the slot's own name when empty) spells it | |
    | number, amount | "120", "2.5"; "100.50" | `least`, `most` |
    | date | "2026-11-23" | not in the past; with `past` the wanted day lies behind, and a past one is allowed |
    | time | "15:30" | `least`, `most` |
    | yes_no | "yes", "no" | |
    | phone | E.164; `region`: the country whose national numbers are said | |
    | text | all that was said | |
    """

    name: str
    type: SlotType = "name"
    entity: str = ""
    least: str = ""
    most: str = ""
    past: bool = False
    region: str = "CN"


@dataclass(frozen=True)
class Choice:
    """One thing that the customer may say here. `id` is the dialog's own name for it."""

    id: str
    intents: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    """Values that must be found in the text for this choice to hold."""
    any_slot: bool = False
    """One of `slots` is enough."""


@dataclass(frozen=True)
class Expectation:
    """What the dialog can make use of now: the node's answers in order, then the script's `anywhere`."""

    choices: tuple[Choice, ...] = ()
    now: datetime | None = None
    """The customer's wall clock when the call was answered, by which 明天 is read; None: no date can be heard."""
    sound: bool = True
    """Whether words that only sound like a keyword count as it."""


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


MatchedBy = Literal["keyword", "pattern", "slot", "sound", "classifier", "digits", "nothing"]


@dataclass(frozen=True)
class Match:
    """The choice that holds (None: no match), the intent with its score, and why.

    `evidence` is the keyword, pattern or characters that decided, for people to read. `engine`: which engine was asked
    for intent and values, as its Parse tells; whether its word decided is `by`. `refused`: a slot for which a value out
    of bounds was said, when nothing holds.
    """

    choice: str | None
    intent: str | None
    score: float
    by: MatchedBy
    evidence: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""
    refused: str = ""


NO_MATCH = Match(choice=None, intent=None, score=0.0, by="nothing")


class Classifier(Protocol):
    """An engine that names the intent of a text. Implementations: embedded, Rasa, a stand-in for tests."""

    def parse(self, text: str) -> Parse:
        """Normalised text to a ranking; empty ranking when nothing is known. Never raises on content."""
        ...

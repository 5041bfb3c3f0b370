"""What picked up, as told to others: the verdict, what speaks for it, and all that was heard.

Values only. The codes are the names of the campaign's result codes.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for a verdict. `what`: a name of thresholds.yml, with what was heard after a colon.

    `value` is the measure in the unit of its name (ms, characters, or 1 for heard), `weight` what it added to the
    score; below 0 it speaks against.
    """

    what: str
    at_ms: int
    value: float
    weight: float


@dataclass(frozen=True)
class Verdict:
    """What was decided, and when. `score`: certainty, 0 to 1. `at_ms`: audio time since the phase began."""

    code: str
    score: float
    at_ms: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Span:
    """One kind of sound from `from_ms` to `to_ms`. `hz`: of a tone, else 0."""

    sound: str
    from_ms: int
    to_ms: int
    hz: float = 0.0

    @property
    def ms(self) -> int:
        return self.to_ms - self.from_ms


@dataclass(frozen=True)
class Heard:
    """All that was heard so far, for the store. `text` is normalised; utterances are parted by one space.

    `evidence`: what speaks for the code that leads now, decided or not.
    """

    text: str
    sounds: tuple[Span, ...]
    evidence: tuple[Evidence, ...]


def total(evidence: Iterable[Evidence]) -> float:
    """The score that evidence makes: its weights added, within 0 and 1."""
    return round(max(0.0, min(1.0, sum(one.weight for one in evidence))), 3)

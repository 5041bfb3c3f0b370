"""In which order waiting leads are called: due call-backs, flagged need, score, fresh before retry. With the reasons.

Pure. The store sorts by the same key: `lane`, then the score, then who has waited longest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Lane(IntEnum):
    """Who goes first; smaller is earlier."""

    CALLBACK = 0
    NEED = 1
    FRESH = 2
    RETRY = 3


@dataclass(frozen=True)
class Waiting:
    """What the order looks at. `score`: expected response, 0 to 1 or any number, larger is better.

    `waiting_since`: when it became callable; `best_hours`: local hours that suit its persona.
    """

    score: float
    waiting_since: datetime
    tries: int = 0
    need: bool = False
    callback: bool = False
    persona: str = ""


@dataclass(frozen=True)
class BestTimes:
    """Hours of the day by persona: `hours[persona]` are ranges (from, to) of local hours, `bonus` is added to the score
    of a lead within its hours."""

    hours: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    bonus: float = 0.2

    def fits(self, persona: str, local_hour: int) -> bool:
        """Whether this hour suits the persona; one without an entry has no preference."""
        return any(begin <= local_hour < end for begin, end in self.hours.get(persona, ()))


PARTS_OF_DAY = {"morning": (9, 12), "noon": (12, 16), "evening": (16, 18), "night": (18, 20)}
"""The parts of the day in which customer-behaviour tables are written."""


def lane_of(lead: Waiting) -> Lane:
    """The lead's lane."""
    if lead.callback:
        return Lane.CALLBACK
    if lead.need and lead.tries == 0:
        return Lane.NEED
    return Lane.RETRY if lead.tries else Lane.FRESH


def worth(lead: Waiting, best: BestTimes, local_hour: int) -> float:
    """The score with the bonus of its best time."""
    return lead.score + (best.bonus if best.fits(lead.persona, local_hour) else 0.0)


def key(lead: Waiting, best: BestTimes, local_hour: int) -> tuple[int, float, datetime]:
    """What leads are sorted by, ascending."""
    return lane_of(lead), -worth(lead, best, local_hour), lead.waiting_since


def explain(lead: Waiting, best: BestTimes, local_hour: int) -> str:
    """The reasons of its place, for people."""
    reasons = {
        Lane.CALLBACK: "asked to be called back: before all others",
        Lane.NEED: "stated a need: before other new leads",
        Lane.FRESH: "not called yet",
        Lane.RETRY: f"called {lead.tries} times: after new leads",
    }
    text = f"{reasons[lane_of(lead)]}; score {lead.score:g}"
    if best.fits(lead.persona, local_hour):
        text += f" + {best.bonus:g}: {local_hour}:00 suits {lead.persona}"
    return f"{text}; waiting since {lead.waiting_since:%Y-%m-%d %H:%M}"

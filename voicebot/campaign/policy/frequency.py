"""How often one person may be called, over all campaigns and all of our numbers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class FrequencyCap:
    """At most `calls` within `days` days of 24 hours that end at the moment of the next call."""

    calls: int
    days: int


DEFAULT = (FrequencyCap(1, 1), FrequencyCap(3, 30))
"""Once a day and three times in thirty days."""


@dataclass(frozen=True)
class TooOften:
    """Which cap is reached, and when the next call is within all caps again."""

    why: str
    free_at: datetime


def too_often(
    caps: Sequence[FrequencyCap], called_at: Sequence[datetime], at: datetime, asked_for: bool = False
) -> TooOften | None:
    """None when a person who was called at these moments (any order) may be called `at`.

    A call-back that the person asked for passes caps of one day, and no others: the wish is for that call.
    """
    reached: list[tuple[datetime, FrequencyCap, int]] = []
    for cap in caps:
        if asked_for and cap.days <= 1:
            continue
        span = timedelta(days=cap.days)
        recent = sorted(one for one in called_at if at - span < one <= at)
        if len(recent) >= cap.calls:
            reached.append((recent[len(recent) - cap.calls] + span if cap.calls else at + span, cap, len(recent)))
    if not reached:
        return None
    free_at, cap, count = max(reached, key=lambda one: one[0])
    return TooOften(f"called {count} times in {cap.days} days, the cap is {cap.calls}", free_at)

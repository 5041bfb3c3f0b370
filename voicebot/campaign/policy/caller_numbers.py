"""Which of our numbers is shown to a lead, and when one of them rests or is taken out: health by short calls, rejects
and complaints.

Pure; replaceable: a strategy is any function from candidates to one of them (`Strategy`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class NumberState(StrEnum):
    """`resting`: until a moment; `quarantined`: until a person lets it back; `retired`: for good."""

    ACTIVE = "active"
    RESTING = "resting"
    QUARANTINED = "quarantined"
    RETIRED = "retired"


@dataclass(frozen=True)
class CallerNumber:
    """One of our numbers as it stands now. `area`: home area for a local match; `hour`, `day`: calls placed in the
    last hour and since local midnight; `last_used`: None if never. Caps of None do not limit. `gateway`: the only one
    that may show it, empty for any; `max_calls`: at once, `calls_per_second`: started; None: as its gateway takes them.
    """

    number: str
    weight: int = 1
    area: str = ""
    state: NumberState = NumberState.ACTIVE
    rest_until: datetime | None = None
    hour: int = 0
    day: int = 0
    hourly_cap: int | None = None
    daily_cap: int | None = None
    last_used: datetime | None = None
    gap: timedelta = timedelta()
    gateway: str = ""
    max_calls: int | None = None
    calls_per_second: float | None = None


@dataclass(frozen=True)
class Health:
    """What came of a number's recent calls: counts. `short`: answered and over within a few seconds by the customer."""

    attempts: int
    answered: int
    short: int
    rejected: int
    blocked: int
    complaints: int


@dataclass(frozen=True)
class HealthRule:
    """Limits over the recent calls of a number, as shares of its attempts (`short`: of its answered calls).

    Below `least` calls nothing is judged but complaints.
    """

    least: int = 50
    short: float = 0.5
    rejected: float = 0.25
    blocked: float = 0.05
    complaints: int = 2


Strategy = Callable[[Sequence[CallerNumber], str, int], CallerNumber]
"""(numbers that may be used, the lead's area, a draw) to the one to show. The draw is a number of the lead's own, so
that the same lead always draws the same."""


def usable(number: CallerNumber, now: datetime) -> str:
    """Why the number may not be shown now; empty when it may."""
    if number.state in (NumberState.QUARANTINED, NumberState.RETIRED):
        return f"{number.state}"
    if number.state == NumberState.RESTING and (number.rest_until is None or now < number.rest_until):
        return f"resting until {number.rest_until:%H:%M}" if number.rest_until else "resting"
    if number.hourly_cap is not None and number.hour >= number.hourly_cap:
        return f"{number.hour} calls in this hour, its cap is {number.hourly_cap}"
    if number.daily_cap is not None and number.day >= number.daily_cap:
        return f"{number.day} calls today, its cap is {number.daily_cap}"
    if number.last_used is not None and now < number.last_used + number.gap:
        return f"used at {number.last_used:%H:%M:%S}, its gap is {number.gap.total_seconds():.0f} s"
    return ""


def choose(
    numbers: Sequence[CallerNumber],
    now: datetime,
    area: str,
    draw: int,
    before: str = "",
    strategy: Strategy | None = None,
) -> CallerNumber | None:
    """The number to show to a lead of `area`; None when none may be used now.

    `before`: the number that the lead saw last time; it is shown again while it may be.
    """
    free = [one for one in numbers if not usable(one, now)]
    if not free:
        return None
    again = [one for one in free if one.number == before]
    return again[0] if again else (strategy or local_by_weight)(free, area, draw)


def local_by_weight(numbers: Sequence[CallerNumber], area: str, draw: int) -> CallerNumber:
    """One of the lead's own area if there is one, drawn by weight; those of weight 0 only when all have it."""
    local = [one for one in numbers if area and one.area == area] or list(numbers)
    total = sum(one.weight for one in local)
    if total == 0:
        return local[draw % len(local)]
    left = draw % total
    for one in local:
        left -= one.weight
        if left < 0:
            return one
    raise AssertionError("weights are not negative")


def least_used(numbers: Sequence[CallerNumber], area: str, draw: int) -> CallerNumber:
    """The one with the fewest calls today for its weight, local or not; the draw parts equal ones."""
    fewest = min(one.day / max(one.weight, 1) for one in numbers)
    equal = [one for one in numbers if one.day / max(one.weight, 1) == fewest]
    return equal[draw % len(equal)]


STRATEGIES: Mapping[str, Strategy] = {"local_by_weight": local_by_weight, "least_used": least_used}
"""By the name that a plan gives as `strategy` of its lines; another one is another entry."""


def illness(health: Health, rule: HealthRule) -> str:
    """Why the number must be taken out; empty while it is well."""
    if health.complaints >= rule.complaints:
        return f"{health.complaints} complaints, the limit is {rule.complaints}"
    if health.attempts < rule.least:
        return ""
    for what, count, of, limit in (
        ("blocked by the carrier", health.blocked, health.attempts, rule.blocked),
        ("rejected", health.rejected, health.attempts, rule.rejected),
        ("hung up within seconds", health.short, health.answered, rule.short),
    ):
        if of and count / of > limit:
            return f"{count} of {of} calls {what} ({count / of:.0%}), the limit is {limit:.0%}"
    return ""

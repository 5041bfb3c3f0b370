"""A total shared out to weeks: by the minutes in which calls may start, with a ramp for the first weeks.

Weeks run from Monday to Sunday when the first day is known; else each seven days are a week. Pure and exact.
"""

import datetime
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from voicebot.campaign.policy.accounts import last_day
from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.exact import shared
from voicebot.campaign.policy.windows import LEGAL, Window, open_minutes
from voicebot.errors import UsageError


@dataclass(frozen=True)
class Day:
    """The `number`th day of the plan (1 is the first); `minutes`: in which calls may start. `holiday`: its name."""

    number: int
    minutes: int
    date: datetime.date | None = None
    holiday: str = ""


@dataclass(frozen=True)
class Week:
    """A week's days, how many have calls, the holidays without, and its share of each total by name."""

    number: int
    first: Day
    last: Day
    days: int
    calling_days: int
    holidays: tuple[str, ...]
    amounts: Mapping[str, int]


def dated_days(
    start: datetime.date, count: int, window: Window, calendar: Calendar, outer: Window = LEGAL
) -> list[Day]:
    """`count` days from `start` on, by the campaign's window inside the `outer` one. Raises UsageError."""
    last_day(start, count)
    dates = [start + datetime.timedelta(ahead) for ahead in range(count)]
    minutes = [open_minutes(window, outer, calendar, date) for date in dates]
    return [
        Day(number, open_, date, "" if open_ else calendar.name(date))
        for number, (date, open_) in enumerate(zip(dates, minutes, strict=True), 1)
    ]


def plain_days(count: int, first: int = 1) -> list[Day]:
    """`count` days that are all alike, for a plan without a date."""
    return [Day(number, 1) for number in range(first, first + count)]


def weekly(days: Sequence[Day], totals: Mapping[str, int], ramp: Sequence[Fraction] = ()) -> tuple[Week, ...]:
    """Each total in whole parts that add up to it exactly. `ramp`: pace of the first weeks, as a share of the full one.

    Raises UsageError when there is no day, or none with calls.
    """
    weeks = [tuple(group) for _, group in itertools.groupby(days, _week_of)]
    paces = itertools.chain(ramp, itertools.repeat(Fraction(1)))
    weights = [pace * sum(day.minutes for day in week) for pace, week in zip(paces, weeks, strict=False)]
    if not any(weights):
        raise UsageError(
            f"in these {len(days)} days no call may be made; give more days, other --call-days, or a ramp above 0"
        )
    parts = {name: shared(total, weights) for name, total in totals.items()}
    return tuple(
        Week(
            number,
            week[0],
            week[-1],
            len(week),
            sum(day.minutes > 0 for day in week),
            tuple(dict.fromkeys(_short(day.holiday) for day in week if day.holiday)),
            {name: part[number - 1] for name, part in parts.items()},
        )
        for number, week in enumerate(weeks, 1)
    )


def _short(holiday: str) -> str:
    """A holiday's name without what the calendar adds in brackets: observed, substituted from."""
    return holiday.partition(" (")[0]


def _week_of(day: Day) -> int:
    """The same for two days of one week."""
    return (day.number - 1) // 7 if day.date is None else (day.date.toordinal() - 1) // 7  # ordinal 1 is a Monday

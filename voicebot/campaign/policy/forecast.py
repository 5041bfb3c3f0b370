"""When a campaign will be through: rounds of attempts, the hours that are open, and what the lines carry. Pure.

Rates and lengths are arguments, measured or assumed; who measures them is the store's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.frequency import FrequencyCap
from voicebot.campaign.policy.windows import Window, next_open, open_until

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(days=366)
"""A campaign that is not through by then is not forecast further."""


@dataclass(frozen=True)
class Lengths:
    """What attempts are like. `answer_rate`: answered by attempts; `again`: share of attempts after which the lead is
    called once more; `ring_s`: time a line is held before the answer or the end, `talk_s`: after the answer.

    `source`: where the figures are from, for people.
    """

    answer_rate: float
    again: float
    ring_s: float
    talk_s: float
    source: str

    measured: bool = True

    @property
    def line_s(self) -> float:
        """Seconds that an attempt holds a line, on average."""
        return self.ring_s + self.answer_rate * self.talk_s


ASSUMED = Lengths(0.45, 0.45, 20.0, 35.0, "assumed, since there are no past calls", measured=False)
"""Estimates of ours for marketing calls in Mandarin; used until there are at least `ENOUGH` calls of one's own."""
ENOUGH = 100


@dataclass(frozen=True)
class Work:
    """What is left. `fresh`: leads without an attempt; `begun`: leads that will be called again."""

    fresh: int
    begun: int = 0


@dataclass(frozen=True)
class Hours:
    """When calls may start: the campaign's window inside the outer one, in the campaign's zone."""

    own: Window
    outer: Window
    calendar: Calendar
    zone: tzinfo


@dataclass(frozen=True)
class Forecast:
    """`once`: when every lead was called once; `end`: when the repeated ones are through too. None: not within a year,
    or never. `attempts`: expected in all; `a_minute`: attempts that the lines carry in an open minute."""

    once: datetime | None
    end: datetime | None
    attempts: int
    a_minute: float
    lengths: Lengths


def carried_a_minute(concurrency: int, calls_per_second: float, lengths: Lengths) -> float:
    """Attempts a minute: as many as lines come free (Little's law), or as may be started, whichever is less."""
    return min(concurrency * 60.0 / max(lengths.line_s, 1.0), calls_per_second * 60.0)


def forecast(
    work: Work,
    hours: Hours,
    lengths: Lengths,
    a_minute: float,
    max_attempts: int,
    caps: Sequence[FrequencyCap],
    at: datetime,
) -> Forecast:
    """The end of a campaign that runs from `at` (aware) on.

    Round n + 1 holds the share `again` of round n, and does not begin before the caps let the person called first be
    called for the n + 1st time. A round of days is worked off in order: the pessimistic side.
    """
    offsets = _earliest(max_attempts, caps)
    wanted = float(work.fresh + work.begun)
    moment: datetime | None = at
    once: datetime | None = None
    total = 0.0
    for number, offset in enumerate(offsets):
        if wanted < 0.5 or moment is None:
            break
        total += wanted
        moment = _worked(wanted / a_minute, hours, max(moment, at + offset), at + LONGEST) if a_minute > 0 else None
        if number == 0:
            once = moment
        wanted *= lengths.again
    return Forecast(once, moment if total else at, round(total), a_minute, lengths)


def _earliest(count: int, caps: Sequence[FrequencyCap]) -> list[timedelta]:
    """How long after a person's first call each of `count` calls can be at the earliest, under all caps."""
    found: list[timedelta] = []
    for number in range(count):
        earliest = found[-1] if found else timedelta()
        for cap in caps:
            if number >= cap.calls:
                earliest = max(earliest, found[number - cap.calls] + timedelta(days=cap.days))
        found.append(earliest)
    return found


def _worked(minutes: float, hours: Hours, begin: datetime, last: datetime) -> datetime | None:
    """The moment at which so many open minutes have passed since `begin`; None when that is after `last`."""
    left = timedelta(minutes=minutes)
    moment = begin
    while moment < last:
        opened = next_open(hours.own, hours.outer, hours.calendar, hours.zone, moment)
        if opened is None:
            return None
        closes = open_until(hours.own, hours.outer, hours.calendar, hours.zone, opened)
        if opened + left <= closes:
            return (opened + left).astimezone(UTC)
        left -= closes - opened
        moment = max(closes, opened + MINUTE)  # where the clock is set back a range may end before it began
    return None

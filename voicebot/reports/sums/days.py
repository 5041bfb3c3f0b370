"""Days of some campaigns that are to be counted: which attempts are of them, and of which day and hour each was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_

from voicebot.campaign.policy.windows import zone_named
from voicebot.reports.sums.functions import local_day, local_hour
from voicebot.store.tables import Attempt
from voicebot.store.zones import day_begins, day_ends

STEP = timedelta(minutes=15)
"""Clocks are put forward or back at quarters of an hour, wherever they are."""
NO_CAMPAIGN = ""
"""Sums keep attempts without a campaign under this name."""


@dataclass(frozen=True)
class Unit:
    """The days `first` to `last` of these campaigns, which have one zone."""

    first: date
    last: date
    zone: str
    campaigns: tuple[str, ...]

    @property
    def length(self) -> int:
        """Days from the first to the last."""
        return (self.last - self.first).days + 1

    def attempts(self) -> ColumnElement[bool]:
        """The attempts of it."""
        begin, end = day_begins(self.first, self.zone), day_ends(self.last, self.zone)
        return and_(Attempt.started_at >= begin, Attempt.started_at < end, self._campaigns())

    def day(self) -> ColumnElement[date]:
        """The day of an attempt, by the clock of the zone."""
        return literal(self.first) if self.first == self.last else self._local(local_day)

    def hour(self) -> ColumnElement[int]:
        """The hour of the day of an attempt, by the clock of the zone; also when it is put forward or back."""
        hour: ColumnElement[int] = self._local(local_hour)
        return hour

    def _local(self, part: Any) -> Any:
        """A part of the moment of an attempt as the zone's clock showed it."""
        spans = offsets(self.first, self.last, self.zone)
        last = part(Attempt.started_at, literal(spans[-1][1]))
        earlier = [(Attempt.started_at < end, part(Attempt.started_at, literal(s))) for end, s in spans[:-1]]
        return case(*earlier, else_=last) if earlier else last

    def _campaigns(self) -> ColumnElement[bool]:
        named = Attempt.campaign_id.in_([name for name in self.campaigns if name != NO_CAMPAIGN])
        return or_(named, Attempt.campaign_id.is_(None)) if NO_CAMPAIGN in self.campaigns else named


@lru_cache(maxsize=4_096)
def offsets(first: date, last: date, zone: str) -> tuple[tuple[datetime, int], ...]:
    """Spans of the days as (end in UTC, seconds ahead of UTC); one, but where the clock changes."""
    begin, end, place = day_begins(first, zone), day_ends(last, zone), zone_named(zone)
    spans: list[tuple[datetime, int]] = []
    at = begin
    while at < end:
        ahead = int((at.astimezone(place).utcoffset() or timedelta()).total_seconds())
        at += STEP
        if spans and spans[-1][1] == ahead:
            spans[-1] = (at, ahead)
        else:
            spans.append((at, ahead))
    return tuple(spans)


def units(rows: Iterable[tuple[str, date, str, bool]], at_once: int) -> list[Unit]:
    """Units of what is not counted yet, each of `at_once` days at most. `rows`: (zone, day, campaign, whether it is
    counted), by zone and day; a unit never has a counted day of one of its campaigns."""
    found: list[Unit] = []
    for zone, its in groupby(rows, itemgetter(0)):
        mine, others = set[str](), set[str]()
        first = last = date.min
        for day, of_day in groupby(its, itemgetter(1)):
            counted = {True: set[str](), False: set[str]()}
            for _, _, campaign, done in of_day:
                counted[bool(done)].add(campaign)
            if mine and ((mine | counted[False]) & (others | counted[True]) or (day - first).days >= at_once):
                found.append(Unit(first, last, zone, tuple(sorted(mine))))
                mine = set()
            if not mine:
                first, others = day, set()
            if counted[False]:
                last = day
            mine |= counted[False]
            others |= counted[True]
        if mine:
            found.append(Unit(first, last, zone, tuple(sorted(mine))))
    return found


def local_days(utc_day: date, zone: str) -> set[date]:
    """The days of the zone that have a part of that day of UTC."""
    place = zone_named(zone)
    first = day_begins(utc_day, "UTC").astimezone(place).date()
    last = (day_ends(utc_day, "UTC") - timedelta(microseconds=1)).astimezone(place).date()
    return {first, last}

"""A day of some campaigns that is to be counted: which attempts are of it, and at which hour of the day each was."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, case, func, literal

from voicebot.campaign.policy.windows import zone_named
from voicebot.reports.segments import Segment, of_lead
from voicebot.reports.sums.functions import local_hour
from voicebot.store.tables import Attempt
from voicebot.store.zones import day_begins, day_ends

STEP = timedelta(minutes=15)
"""Clocks are put forward or back at quarters of an hour, wherever they are."""
NO_CAMPAIGN = ""
"""Sums keep attempts without a campaign under this name."""


@dataclass(frozen=True)
class Unit:
    """The day of these campaigns, which have one zone; only of leads in `segment`."""

    day: date
    zone: str
    campaigns: tuple[str, ...]
    segment: Segment = ()

    def attempts(self) -> ColumnElement[bool]:
        """The attempts of it."""
        begin, end = day_begins(self.day, self.zone), day_ends(self.day, self.zone)
        parts = [Attempt.started_at >= begin, Attempt.started_at < end, self._campaigns()]
        if self.segment:
            parts.append(of_lead(Attempt.lead_id, self.segment))
        return and_(*parts)

    def hour(self) -> ColumnElement[int]:
        """The hour of the day of an attempt, by the clock of the zone; also when it is put forward or back."""
        spans = offsets(self.day, self.zone)
        last = local_hour(Attempt.started_at, literal(spans[-1][1]))
        earlier = [(Attempt.started_at < end, local_hour(Attempt.started_at, literal(s))) for end, s in spans[:-1]]
        return case(*earlier, else_=last) if earlier else last

    def _campaigns(self) -> ColumnElement[bool]:
        return func.coalesce(Attempt.campaign_id, NO_CAMPAIGN).in_(self.campaigns)


@lru_cache(maxsize=4_096)
def offsets(day: date, zone: str) -> tuple[tuple[datetime, int], ...]:
    """Spans of the day as (end in UTC, seconds ahead of UTC); one, but where the clock changes."""
    begin, end, place = day_begins(day, zone), day_ends(day, zone), zone_named(zone)
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


def local_days(utc_day: date, zone: str) -> set[date]:
    """The days of the zone that have a part of that day of UTC."""
    place = zone_named(zone)
    first = day_begins(utc_day, "UTC").astimezone(place).date()
    last = (day_ends(utc_day, "UTC") - timedelta(microseconds=1)).astimezone(place).date()
    return {first, last}

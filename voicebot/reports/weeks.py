"""Plan against actual week by week: people dialled, connected, added, each counted in the week of the first time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date

from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.exact import from_store, upward
from voicebot.campaign.policy.weeks import Week, dated_days, weekly
from voicebot.campaign.policy.windows import MARKETING, zone_named
from voicebot.errors import UsageError
from voicebot.reports.leads import leads_dialled
from voicebot.reports.only import Only
from voicebot.reports.targets import first_day
from voicebot.store.campaigns import StoredCampaign, all_in
from voicebot.store.store import Store
from voicebot.store.targets import targets_of

COUNTS = {"leads": None, "connected": "connected", "adds": "added"}
"""Targets that are shared out to weeks, and the step that counts for them; None: being dialled."""


@dataclass(frozen=True)
class WeekRow:
    """One target of one week of a campaign, `first` to `last` day. `target`: its share of the whole by the minutes in
    which calls may start; `actual`: people for the first time in this week; `gap`: actual minus target; both None for a
    week that has not begun as of the last call."""

    campaign: str
    week: int
    first: date
    last: date
    name: str
    target: int
    actual: int | None
    gap: int | None


def week_report(store: Store, only: Only) -> tuple[WeekRow, ...]:
    """Campaigns with a target of people, a number of days and a beginning. Raises StoreError, InputFault."""
    wanted = [found for found in all_in(store) if only.campaign in (None, found.id)]
    return tuple(row for found in sorted(wanted, key=lambda one: one.id) for row in _rows(store, found))


def _rows(store: Store, campaign: StoredCampaign) -> list[WeekRow]:
    targets = targets_of(store, campaign.id)
    totals = {name: upward(from_store(targets[name])) for name in COUNTS if targets.get(name)}
    if not totals or not targets.get("days"):
        return []
    plan = campaign.plan
    zone = zone_named(plan.zone) if plan else UTC
    start = campaign.starts_at.astimezone(zone).date() if campaign.starts_at else first_day(store, campaign.id)
    if start is None:
        return []
    window, calendar = (plan.window, plan.calendar()) if plan else (MARKETING, Calendar())
    try:
        weeks = weekly(dated_days(start, int(targets["days"]), window, calendar), totals)
    except UsageError:  # none of these days has calls: there is nothing to share out
        return []
    firsts = _firsts(store, campaign.id)
    latest = max((day for days in firsts.values() for day in days), default=None)
    return [row for week in weeks for name in totals if (row := _row(campaign.id, week, name, firsts[name], latest))]


def _row(campaign: str, week: Week, name: str, days: Mapping[date, int], latest: date | None) -> WeekRow | None:
    first, last, target = week.first.date, week.last.date, week.amounts[name]
    if first is None or last is None:
        return None
    begun = latest is not None and first <= latest
    actual = sum(count for day, count in days.items() if first <= day <= last) if begun else None
    return WeekRow(
        campaign, week.number, first, last, name, target, actual, None if actual is None else actual - target
    )


def _firsts(store: Store, campaign: str) -> Mapping[str, Mapping[date, int]]:
    """People by the day on which they were first dialled, connected, added."""
    with leads_dialled(store, Only(campaign)) as (_, leads):
        return {name: Counter(leads.first_days(step)) for name, step in COUNTS.items()}

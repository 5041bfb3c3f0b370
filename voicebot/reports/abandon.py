"""Customers who asked for an agent and whom none talked to: by campaign and day, over 30 days, against the cap.

Who counts as abandoned is sums/facts.py's, as store/asked.py has it for the dialer; how the pace follows it is
policy/pacing.py's.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from voicebot.campaign.policy.plan import Lines
from voicebot.reports.only import Only
from voicebot.reports.stats import quantile
from voicebot.reports.sums.columns import narrowed
from voicebot.reports.sums.grouping import grouped
from voicebot.reports.sums.reading import ATTEMPT, NONE, came_to
from voicebot.reports.sums.refresh import opened
from voicebot.store.campaigns import all_in
from voicebot.store.store import Store

KEY = ("campaign_id", "day")
DAYS = 30
"""The cap is kept over so many days, the last one within."""


@dataclass(frozen=True)
class AbandonRow:
    """One campaign and day (of its zone) on which a customer `asked` for an agent; `abandoned`: of these, those whom no
    agent talked to, because they left or none came. `wait_s`, the quantiles, `wait_longest_s`: of all who asked. The
    `_30` are of the 30 days up to this one. `over`: their rate is above the campaign's `cap`."""

    campaign: str
    day: date
    asked: int
    abandoned: int
    rate: float
    wait_s: float
    wait_p50_s: float
    wait_p95_s: float
    wait_longest_s: float
    asked_30: int
    abandoned_30: int
    rate_30: float
    cap: float
    over: bool


@dataclass
class _Day:
    """`waits`: of each customer who asked, milliseconds."""

    abandoned: int = 0
    waits: list[int] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return len(self.waits)


def abandon_report(store: Store, only: Only) -> tuple[AbandonRow, ...]:
    """Campaign by campaign, the latest day last. Raises StoreError, InputFault."""
    caps = {found.id: found.plan.lines.abandon_cap for found in all_in(store) if found.plan}
    # The first days of the period count also what was before it.
    wide = replace(only, since=only.since - timedelta(days=DAYS - 1)) if only.since else only
    rows = []
    for campaign, days in sorted(_days(store, wide).items()):
        cap = caps.get(campaign, Lines().abandon_cap)
        rows += [_row(campaign, day, days, cap) for day in sorted(days) if not only.since or day >= only.since]
    return tuple(rows)


def _row(campaign: str, day: date, days: Mapping[date, _Day], cap: float) -> AbandonRow:
    of_day = days[day]
    counts = Counter(of_day.waits)
    within = [found for when, found in days.items() if day - timedelta(days=DAYS) < when <= day]
    asked, lost = sum(found.asked for found in within), sum(found.abandoned for found in within)
    return AbandonRow(
        campaign=campaign,
        day=day,
        asked=of_day.asked,
        abandoned=of_day.abandoned,
        rate=of_day.abandoned / of_day.asked,
        wait_s=sum(of_day.waits) / of_day.asked / 1000,
        wait_p50_s=(quantile(counts, 0.5) or 0) / 1000,
        wait_p95_s=(quantile(counts, 0.95) or 0) / 1000,
        wait_longest_s=max(of_day.waits) / 1000,
        asked_30=asked,
        abandoned_30=lost,
        rate_30=lost / asked,
        cap=cap,
        over=lost / asked > cap,
    )


def _days(store: Store, only: Only) -> Mapping[str, Mapping[date, _Day]]:
    """By campaign and day; days on which nobody asked are not there."""
    found: dict[str, dict[date, _Day]] = defaultdict(dict)
    with opened(store, only, ATTEMPT) as reader:
        rows = reader.facts(ATTEMPT, ("waited_ms", "came"))
        rows = narrowed(rows, rows["waited_ms"].values != NONE)
    groups = grouped([rows["campaign_id"].values, rows["day"].values], len(rows["day"].values))
    lost = groups.total(~came_to(rows, "handed_off"))
    for group, (campaign, day) in enumerate(zip(*(rows[name].known(groups.some_row) for name in KEY), strict=True)):
        waits = rows["waited_ms"].values[groups.of_row == group].tolist()
        found[campaign][date.fromordinal(day)] = _Day(int(lost[group]), waits)
    return found

"""Plan against actual: each target of a campaign, what was reached, and the gap; whole and by weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from voicebot.campaign.policy.outcomes import ADDED, ORDER
from voicebot.campaign.policy.replan import Actuals
from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.reports.leads import INTENT, Leads, leads_of
from voicebot.reports.only import Only
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import ATTEMPT
from voicebot.reports.sums.refresh import fresh, opened
from voicebot.reports.sums.totals import totals
from voicebot.store.store import Store
from voicebot.store.tables import Campaign, Lead
from voicebot.store.tables_quality import Outcome
from voicebot.store.tables_sums import DayResult
from voicebot.store.targets import targets_of


@dataclass(frozen=True)
class TargetRow:
    """One target. Rates 0 to 1. `actual` and `gap` (actual minus target) are None for what is not counted yet."""

    campaign: str
    name: str
    target: float
    actual: float | None
    gap: float | None


def actuals(store: Store, campaign: str) -> Actuals | None:
    """Leads dialled, connected, graded A or B, added; None before the first. Adds are None until `voicebot outcome` was
    told of one: then nobody counts them. Raises StoreError."""
    with opened(store, Only(campaign), ATTEMPT) as reader:
        return _actuals(leads_of(reader, alone=True), won(reader.connection, campaign))


def _actuals(leads: Leads, outcomes: Mapping[str, int]) -> Actuals | None:
    if not leads.count:
        return None
    connected, intents = int(leads.reached("connected").sum()), int(leads.graded(*INTENT).sum())
    return Actuals(leads.count, connected, intents, outcomes.get("adds"))


def won(connection: Connection, campaign: str) -> Mapping[str, int]:
    """`adds`: people added after a call, `orders` placed after one; a type that nobody tells of is not there."""
    # People first: PostgreSQL would sort all outcomes by the letters of their type to count distinct ones.
    each = select(Outcome.type, Outcome.lead_id, func.count().label("times")).where(
        Outcome.campaign_id == campaign, Outcome.attempt_id.is_not(None)
    )
    people = each.group_by(Outcome.type, Outcome.lead_id).subquery()
    told = select(people.c.type, func.count(people.c.lead_id), func.sum(people.c.times)).group_by(people.c.type)
    rows = connection.execute(told).all()
    found = {kind: (whom, int(times)) for kind, whom, times in rows}
    counts = {"adds": found[ADDED][0]} if ADDED in found else {}
    return counts | ({"orders": found[ORDER][1]} if ORDER in found else {})


def loaded(connection: Connection, campaign: str) -> int:
    """Leads in the campaign's list."""
    return connection.scalar(select(func.count()).where(Lead.campaign_id == campaign)) or 0


def target_report(store: Store, campaign: str | None = None) -> tuple[TargetRow, ...]:
    """The targets of the campaign, or of all that have any. Raises StoreError."""
    with store.reading() as connection:
        names = connection.scalars(select(Campaign.id).order_by(Campaign.created_at, Campaign.id)).all()
    wanted = names if campaign is None else [campaign]
    return tuple(row for name in wanted for row in _rows(store, name))


def _rows(store: Store, campaign: str) -> list[TargetRow]:
    targets = targets_of(store, campaign)
    if not targets:
        return []
    with opened(store, Only(campaign), ATTEMPT) as reader:
        done = reached(reader, campaign)
    rows = []
    for name in sorted(targets, key=_place):
        actual = done.get(name)
        gap = None if actual is None else actual - targets[name]
        rows.append(TargetRow(campaign, name, targets[name], actual, gap))
    return rows


def reached(reader: Reader, campaign: str) -> Mapping[str, float]:
    """Every figure that a target may name, as far as it is counted: those of QUANTITIES, orders, order_rate (orders of
    adds). Empty before the first attempt. `reader`: of all attempts of the campaign."""
    outcomes = won(reader.connection, campaign)
    done = _actuals(leads_of(reader, alone=True), outcomes)
    if done is None:
        return {}
    found = {name: float(rate) for name, rate in done.rates().items()}
    counts = {"leads": done.leads, "connected": done.connected, "intents": done.intents, "adds": done.adds}
    found |= {name: count for name, count in counts.items() if count is not None}
    orders = outcomes.get("orders")
    if orders is not None:
        found["orders"] = orders
        if done.adds:
            found["order_rate"] = orders / done.adds
    return found


def _place(name: str) -> tuple[int, str]:
    """In the order of the funnel, other names behind."""
    order = list(QUANTITIES)
    return (order.index(name) if name in order else len(order), name)


def first_day(store: Store, campaign: str) -> date | None:
    """When the campaign first dialled, in its zone. Raises StoreError."""
    return min((day for day, _ in fresh(store, DayResult, Only(campaign), ("day",), totals("attempts"))), default=None)

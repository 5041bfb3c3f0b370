"""Plan against actual: each target of a campaign, what was reached, and the gap."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from voicebot.campaign.policy.replan import Actuals
from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.reports.funnel import funnel
from voicebot.reports.only import Only
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Campaign
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
    """Leads dialled, connected and graded A or B of the campaign; None before the first. Adds are not recorded by
    calls: they are None. Raises StoreError."""
    steps = {step.name: step.leads for step in funnel(store, Only(campaign))}
    return Actuals(steps["dialled"], steps["connected"], steps["intent"]) if steps["dialled"] else None


def loaded(store: Store, campaign: str) -> int:
    """Leads in the campaign's list. Raises StoreError."""
    return funnel(store, Only(campaign))[0].leads


def target_report(store: Store, campaign: str | None = None) -> tuple[TargetRow, ...]:
    """The targets of the campaign, or of all that have any. Raises StoreError."""
    with store.reading() as connection:
        names = connection.scalars(select(Campaign.id).order_by(Campaign.created_at, Campaign.id)).all()
    wanted = names if campaign is None else [campaign]
    return tuple(row for name in wanted for row in _rows(store, name))


def _rows(store: Store, campaign: str) -> list[TargetRow]:
    targets = targets_of(store, campaign)
    done = actuals(store, campaign) if targets else None
    reached: dict[str, float] = {}
    if done is not None:
        reached = {name: float(rate) for name, rate in done.rates().items()}
        counts = {"leads": done.leads, "connected": done.connected, "intents": done.intents}
        reached |= {name: count for name, count in counts.items() if count is not None}
    rows = []
    for name in sorted(targets, key=_place):
        actual = reached.get(name)
        gap = None if actual is None else actual - targets[name]
        rows.append(TargetRow(campaign, name, targets[name], actual, gap))
    return rows


def _place(name: str) -> tuple[int, str]:
    """In the order of the funnel, other names behind."""
    order = list(QUANTITIES)
    return (order.index(name) if name in order else len(order), name)


def first_attempt(store: Store, campaign: str) -> datetime | None:
    """When the campaign first dialled; UTC. Raises StoreError."""
    with store.reading() as connection:
        return connection.scalar(select(func.min(Attempt.started_at)).where(Attempt.campaign_id == campaign))

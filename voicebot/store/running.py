"""How the campaigns stand that a dialer has to do with, asked several times a second; and how one is closed.

Steps from state to state are campaigns.py's, decisions policy's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, update

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.states import CampaignState, LeadState
from voicebot.store.campaigns import PLAN
from voicebot.store.claims import used_calls
from voicebot.store.store import Store
from voicebot.store.tables import Campaign, Lead

_S = CampaignState
ACTIVE = frozenset({_S.SCHEDULED, _S.RUNNING, _S.OUT_OF_WINDOW, _S.PAUSING, _S.DRAINING})
"""States from which something may follow without anybody's order."""


@dataclass(frozen=True)
class Standing:
    """A campaign at this moment. `live`: leads under lease, of whichever dialer; `waiting`: some lead waits."""

    campaign: str
    state: CampaignState
    plan_text: str
    starts_at: datetime | None
    live: int
    waiting: bool
    loaded: bool


def standings(store: Store, *, simulated: bool, names: Collection[str] = ()) -> list[Standing]:
    """The active campaigns with a plan, of real or of simulated customers; `names`: only these. Raises StoreError."""
    asked = select(Campaign.id, Campaign.state, Campaign.plan, Campaign.starts_at).where(
        Campaign.state.in_([str(state) for state in ACTIVE]), Campaign.simulated == simulated
    )
    if names:
        asked = asked.where(Campaign.id.in_(names))
    leased = (
        select(Lead.campaign_id, func.count())
        .where(Lead.lease_until.is_not(None), Lead.state == LeadState.CLAIMED)
        .group_by(Lead.campaign_id)
    )
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(Campaign.id)).all()
        live = {campaign: count for campaign, count in connection.execute(leased)} if rows else {}  # noqa: C416 - rows
        found = []
        for name, state, plan, starts_at in rows:
            waits = select(exists().where(Lead.campaign_id == name, Lead.state == LeadState.WAITING))
            loaded = select(exists().where(Lead.campaign_id == name))
            waiting = bool(connection.scalar(waits))
            found.append(
                Standing(
                    campaign=name,
                    state=CampaignState(state),
                    plan_text=str(plan.get(PLAN, "")),
                    starts_at=starts_at,
                    live=live.get(name, 0),
                    waiting=waiting,
                    loaded=waiting or bool(connection.scalar(loaded)),
                )
            )
    return [one for one in found if one.plan_text]


def anyone_due(store: Store, names: Collection[str], at: datetime) -> bool:
    """Whether a lead of these campaigns that run may be called as of `at`, or is under lease. Raises StoreError."""
    due = and_(Lead.state == LeadState.WAITING, or_(Lead.due_at.is_(None), Lead.due_at <= at))
    asked = exists().where(
        Lead.campaign_id == Campaign.id,
        Campaign.id.in_(names),
        Campaign.state.in_([str(state) for state in ACTIVE]),
        or_(Lead.state == LeadState.CLAIMED, due),
    )
    with store.reading() as connection:
        return bool(connection.scalar(select(asked)))


def zones_of(store: Store, campaign: str) -> tuple[str, ...]:
    """The time zones that its leads have of their own. Raises StoreError."""
    asked = select(Lead.zone).where(Lead.campaign_id == campaign, Lead.zone != "").distinct()
    with store.reading() as connection:
        return tuple(connection.scalars(asked))


def budget_spent(store: Store, campaign: str, calls: int) -> bool:
    """Whether so many calls of the campaign have used up an attempt. Raises StoreError."""
    with store.reading() as connection:
        return used_calls(connection, campaign, live=False) >= calls


def close_waiting(store: Store, campaign: str, code: Code, why: str) -> int:
    """Refuse the leads of an ending campaign that were not called to the end; how many. Raises StoreError."""
    waiting = (Lead.campaign_id == campaign, Lead.state == LeadState.WAITING)
    values = {"state": str(LeadState.REFUSED), "code": str(code), "why": why, "due_at": None}
    with store.writing() as connection:
        return connection.execute(update(Lead).where(*waiting).values(values)).rowcount

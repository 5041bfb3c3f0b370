"""How the campaigns stand that a dialer has to do with, asked several times a second.

Steps from state to state are campaigns.py's, decisions policy's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select

from voicebot.campaign.policy.states import CampaignState, LeadState
from voicebot.store.campaigns import PLAN
from voicebot.store.claims import used_calls
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Campaign, Lead

_S = CampaignState
ACTIVE = frozenset({_S.SCHEDULED, _S.RUNNING, _S.OUT_OF_WINDOW, _S.PAUSING, _S.DRAINING})
"""States from which something may follow without anybody's order."""


@dataclass(frozen=True)
class Standing:
    """A campaign at this moment. `live`: leads under lease, of whichever dialer; `unlined`: of these, those whose
    attempt has no line yet; `waiting`: some lead waits."""

    campaign: str
    state: CampaignState
    plan_text: str
    starts_at: datetime | None
    live: int
    unlined: int
    waiting: bool
    loaded: bool


def standings(store: Store, *, simulated: bool, names: Collection[str] = ()) -> list[Standing]:
    """The active campaigns with a plan, of real or of simulated customers; `names`: only these. Raises StoreError."""
    mine = Lead.campaign_id == Campaign.id
    claimed = select(func.count()).where(mine, Lead.state == LeadState.CLAIMED)
    no_line = (Attempt.id == Lead.attempt_id, Attempt.gateway.is_(None), Attempt.code.is_(None))
    live, unlined = claimed.scalar_subquery(), claimed.where(*no_line).scalar_subquery()
    # One statement, so that it is one moment: a lead between two would be missing from both counts.
    asked = select(
        *(Campaign.id, Campaign.state, Campaign.plan, Campaign.starts_at, live, unlined),
        *(exists().where(mine, Lead.state == LeadState.WAITING), exists().where(mine)),
    ).where(Campaign.state.in_([str(state) for state in ACTIVE]), Campaign.simulated == simulated)
    if names:
        asked = asked.where(Campaign.id.in_(names))
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(Campaign.id)).all()
    return [
        Standing(name, CampaignState(state), str(plan[PLAN]), starts_at, *counts)
        for name, state, plan, starts_at, *counts in rows
        if PLAN in plan
    ]


def anyone_due(store: Store, at: datetime, *, simulated: bool, names: Collection[str] = ()) -> bool:
    """Whether a lead of these campaigns that run may be called as of `at`, or is under lease. Raises StoreError."""
    due = and_(Lead.state == LeadState.WAITING, or_(Lead.due_at.is_(None), Lead.due_at <= at))
    asked = exists().where(
        Lead.campaign_id == Campaign.id,
        Campaign.simulated == simulated,
        Campaign.state.in_([str(state) for state in ACTIVE]),
        *([Campaign.id.in_(names)] if names else []),
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

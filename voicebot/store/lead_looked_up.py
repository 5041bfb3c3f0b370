"""One lead looked up for people: where it stands, all that refuses it, how many come before it. Read only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, or_, select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.order import Lane
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import LeadState
from voicebot.campaign.policy.windows import zone_named
from voicebot.store.refusals import Refusal, every_refusal
from voicebot.store.store import Store
from voicebot.store.tables import Lead

NAMES = {
    Code.STOP_LIST: "stop list",
    Code.COMPLAINT: "complaints",
    Code.NO_CONSENT: "consent",
    Code.DUPLICATE: "exclusion",
    Code.TOO_OFTEN: "frequency",
}
"""Which check a refusal's code belongs to."""
SHOWN = 5
"""Leads with one number that are told of, the latest first."""


@dataclass(frozen=True)
class FoundLead:
    """A lead as it stands; fields as the columns of `lead`."""

    id: int
    key: str
    number: str
    zone: str
    persona: str
    score: float
    lane: int
    state: str
    code: str | None
    why: str
    due_at: datetime | None
    created_at: datetime
    tries: int
    attempts: int
    attempt_id: str | None
    lease_owner: str | None
    dated: date | None


_COLUMNS = (
    *(Lead.id, Lead.key, Lead.number, Lead.zone, Lead.persona, Lead.score, Lead.lane, Lead.state, Lead.code),
    *(Lead.why, Lead.due_at, Lead.created_at, Lead.tries, Lead.attempts, Lead.attempt_id, Lead.lease_owner),
    Lead.dated,
)


def find_leads(store: Store, campaign: str, key: str, number: str | None) -> list[FoundLead]:
    """The campaign's leads with this key (the day behind its @ may be left out), else with this number (E.164).

    Raises StoreError.
    """
    mine = Lead.campaign_id == campaign
    by_key = or_(Lead.key == key, Lead.key.startswith(f"{key}@", autoescape=True))
    with store.reading() as connection:
        for wanted in (by_key, Lead.number == number):
            asked = select(*_COLUMNS).where(mine, wanted).order_by(Lead.id.desc()).limit(SHOWN)
            found = [FoundLead(**row) for row in connection.execute(asked).mappings()]
            if found:
                return found
    return []


def refusals_of(store: Store, plan: Plan, lead: FoundLead, at: datetime) -> Mapping[str, Refusal]:
    """All that refuses the lead now, by the name of the check. Raises StoreError."""
    asked_for = frozenset({lead.number}) if lead.lane == Lane.CALLBACK else frozenset()
    with store.reading() as connection:
        found = every_refusal(connection, [lead.number], plan, at, asked_for, lead.attempt_id or "")
        return {NAMES[refusal.code]: refusal for _, refusal in reversed(list(found))}


def before_it(store: Store, plan: Plan, lead: FoundLead, at: datetime) -> int:
    """Due leads that a claim would take first, by the claim's own order. Raises StoreError."""
    hour = at.astimezone(zone_named(plan.zone)).hour
    favoured = [persona for persona in plan.best.hours if plan.best.fits(persona, hour)]
    worth = Lead.score + case((Lead.persona.in_(favoured), plan.best.bonus), else_=0.0)
    mine = lead.score + (plan.best.bonus if lead.persona in favoured else 0.0)
    since = lead.due_at or lead.created_at
    waits = func.coalesce(Lead.due_at, Lead.created_at)
    first = or_(
        Lead.lane < lead.lane,
        and_(Lead.lane == lead.lane, worth > mine),
        and_(Lead.lane == lead.lane, worth == mine, waits < since),
        and_(Lead.lane == lead.lane, worth == mine, waits == since, Lead.id < lead.id),
    )
    due = or_(Lead.due_at.is_(None), Lead.due_at <= at)
    asked = select(func.count()).where(Lead.campaign_id == plan.name, Lead.state == LeadState.WAITING, due, first)
    with store.reading() as connection:
        return connection.scalar(asked) or 0


def in_air(store: Store, campaign: str) -> int:
    """Leads of the campaign that a dialer holds. Raises StoreError."""
    asked = select(func.count()).where(Lead.campaign_id == campaign, Lead.state == LeadState.CLAIMED)
    with store.reading() as connection:
        return connection.scalar(asked) or 0

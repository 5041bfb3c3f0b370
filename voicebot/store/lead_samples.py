"""Variables of a campaign's leads, for whoever tries a script on them: which are missing, and a sample. Read only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import func, or_, select

from voicebot.campaign.policy.states import LeadState
from voicebot.store.refusals import AT_ONCE
from voicebot.store.store import Store
from voicebot.store.tables import Lead


@dataclass(frozen=True)
class SampleLead:
    """A waiting lead. `number`: E.164."""

    key: str
    number: str
    persona: str
    variables: Mapping[str, str]


def missing(store: Store, campaign: str, name: str) -> int:
    """How many waiting leads have no value for the variable. Raises StoreError."""
    value = Lead.variables[name].as_string()
    asked = select(func.count()).where(
        Lead.campaign_id == campaign, Lead.state == LeadState.WAITING, or_(value.is_(None), value == "")
    )
    with store.reading() as connection:
        return connection.scalar(asked) or 0


def first_leads(store: Store, campaign: str, limit: int) -> Sequence[SampleLead]:
    """The first waiting leads in the order of their lanes and scores. Raises StoreError."""
    asked = (
        select(Lead.key, Lead.number, Lead.persona, Lead.variables)
        .where(Lead.campaign_id == campaign, Lead.state == LeadState.WAITING)
        .order_by(Lead.lane, Lead.score.desc(), Lead.due_at, Lead.id)
        .limit(limit)
    )
    with store.reading() as connection:
        return [SampleLead(*row) for row in connection.execute(asked)]


def sample(store: Store, campaign: str, count: int, dice: Random) -> Sequence[SampleLead]:
    """At most `count` waiting leads, drawn by `dice`, each once, in the order of the list. Raises StoreError."""
    mine = (Lead.campaign_id == campaign, Lead.state == LeadState.WAITING)
    with store.reading() as connection:
        ids = connection.scalars(select(Lead.id).where(*mine)).all()
        drawn = sorted(dice.sample(sorted(ids), min(count, len(ids))))
        found: list[SampleLead] = []
        for begin in range(0, len(drawn), AT_ONCE):
            asked = select(Lead.key, Lead.number, Lead.persona, Lead.variables)
            asked = asked.where(Lead.id.in_(drawn[begin : begin + AT_ONCE])).order_by(Lead.id)
            found += [SampleLead(*row) for row in connection.execute(asked)]
    return found

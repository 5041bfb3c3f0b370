"""The agents of some hand-off targets at this moment, and the customers who wait for them, for the dialer's pacing.

Only read, several times a second. Who is given to whom is agent_desk.py's; what follows for pacing is policy's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.engine import Row

from voicebot.campaign.policy.agent_states import AT_WORK, AgentState
from voicebot.campaign.policy.soon import Busy
from voicebot.store.store import Store
from voicebot.store.tables import Attempt
from voicebot.store.tables_quality import Agent, AgentSpell, AgentWait

LATEST_TALKS = 500
"""So many talks of the agents tell how long one lasts."""


@dataclass(frozen=True)
class AgentsNow:
    """`names`: those at work; `idle`: how many of them are, `busy`: the others. `waiting`: customers of any campaign
    for whom no agent rings yet; `passed_on`: the campaign's own who wait or talk with an agent."""

    names: frozenset[str]
    idle: int
    busy: tuple[Busy, ...]
    waiting: int
    passed_on: int


def agents_now(store: Store, campaign: str, teams: Collection[str], at: datetime) -> AgentsNow:
    """The agents who answer for `teams`, as of `at`. Raises StoreError."""
    with store.reading() as connection:
        at_work = or_(Agent.state.in_([str(state) for state in AT_WORK]), Agent.free_at.is_not(None))
        stays = Agent.after_call == ""  # who leaves after his call takes no further customer
        mine = (Agent.removed_at.is_(None), Agent.team.in_(["", *teams]), at_work, stays)
        rows = connection.execute(select(Agent.__table__).where(*mine)).all()
        waiting = _waiting(connection, teams, at)
        passed_on = _passed_on(connection, campaign, at)
    busy = tuple(one for row in rows if (one := _busy(row, at)) is not None)
    return AgentsNow(frozenset(row.name for row in rows), len(rows) - len(busy), busy, waiting, passed_on)


def talk_lengths(store: Store, names: Collection[str]) -> list[float]:
    """How long the latest talks of these agents lasted, seconds. Raises StoreError."""
    asked = (
        select(AgentSpell.began_at, AgentSpell.ended_at)
        .where(AgentSpell.state == AgentState.TALKING, AgentSpell.ended_at.is_not(None))
        .where(AgentSpell.agent.in_(list(names)))
        .order_by(AgentSpell.began_at.desc())
        .limit(LATEST_TALKS)
    )
    with store.reading() as connection:
        return [(row.ended_at - row.began_at).total_seconds() for row in connection.execute(asked)]


def _busy(row: Row[tuple[object, ...]], at: datetime) -> Busy | None:
    """None for one who is idle, also when nobody has written yet that his wrap-up is over."""
    if row.state == AgentState.IDLE or (row.free_at is not None and row.free_at <= at):
        return None
    if row.free_at is not None:
        return Busy(free_in_s=(row.free_at - at).total_seconds())
    talked = (at - row.state_since).total_seconds() if row.state == AgentState.TALKING else 0.0
    return Busy(max(0.0, talked), None, row.wrap_up_s)


def _waiting(connection: Connection, teams: Collection[str], at: datetime) -> int:
    rung = select(Agent.attempt_id).where(Agent.attempt_id.is_not(None))
    waits = (AgentWait.target.in_(list(teams)), AgentWait.lease_until > at, AgentWait.attempt_id.not_in(rung))
    return connection.scalar(select(func.count()).select_from(AgentWait).where(*waits)) or 0


def _passed_on(connection: Connection, campaign: str, at: datetime) -> int:
    waits = select(func.count()).where(AgentWait.campaign_id == campaign, AgentWait.lease_until > at)
    talks = (
        select(func.count())
        .select_from(Agent)
        .join(Attempt, Attempt.id == Agent.attempt_id)
        .where(Agent.state == AgentState.TALKING, Attempt.campaign_id == campaign)
    )
    return (connection.scalar(waits) or 0) + (connection.scalar(talks) or 0)

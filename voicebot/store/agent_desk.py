"""Agents for customers who wait, in one transaction: the longest idle first, the longest waiting customer first, at
most one call an agent; and what became of them. What people do with agents is agents.py's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Literal

from sqlalchemy import Connection, and_, delete, func, or_, select, update
from sqlalchemy.engine import RowMapping

from voicebot.campaign.policy.agent_states import (
    AT_WORK,
    HELD,
    AgentState,
    Step,
    after_ring,
    after_talk,
    as_ordered,
)
from voicebot.store.agent_spells import free_those_due, one, order_of, take_step
from voicebot.store.agents import unknown
from voicebot.store.rows import insert_once
from voicebot.store.store import Store
from voicebot.store.tables import Attempt
from voicebot.store.tables_quality import Agent, AgentWait

LEASE = timedelta(seconds=45)
"""A call server renews its agents long before; those of one that died are looked for after this time."""


@dataclass(frozen=True)
class Ask:
    """A customer who waits for an agent of `target`, since and until a moment. `leg_id`: the channel that the agent's
    telephone would get; `tried`: agents that were rung for him in vain."""

    attempt_id: str
    target: str
    leg_id: str
    since: datetime
    until: datetime
    tried: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Given:
    """An agent who is ours now, to be rung."""

    name: str
    dial: str


class Absence(Enum):
    """Why there is no agent: the store has none for the target, none of them is at work, or all are busy."""

    NONE_KNOWN = auto()
    NOBODY_AT_WORK = auto()
    ALL_BUSY = auto()


@dataclass(frozen=True)
class Told:
    """What became of an agent that was given. `talking`: bridged; `over`: the call has ended or was given up; a reason
    of a hand-off that failed: the ring was in vain."""

    leg_id: str
    what: Literal["talking", "over"] | str
    at: datetime


@dataclass(frozen=True)
class Round:
    """What a call server has to tell and to ask at once. `held`: the legs of its agents, whose leases are renewed;
    `gone`: customers who wait no more."""

    told: Sequence[Told] = ()
    asks: Sequence[Ask] = ()
    held: Collection[str] = ()
    gone: Collection[str] = ()


@dataclass(frozen=True)
class Held:
    """An agent whose lease has run out. `owner`: who held it."""

    name: str
    leg_id: str
    owner: str
    since: datetime = field(compare=False)


def serve(store: Store, owner: str, wanted: Round, at: datetime) -> dict[str, Given | Absence]:
    """One round of the call server `owner` as of `at`; the answers to its asks by attempt. Raises StoreError.

    Safe to repeat: the round may have been written although its answer was lost.
    """
    with store.writing() as connection:
        free_those_due(connection, at)
        for told in wanted.told:
            _follow(connection, owner, told, at)
        if wanted.held:
            mine = (Agent.leg_id.in_(list(wanted.held)), Agent.lease_owner == owner)
            connection.execute(update(Agent).where(*mine).values(lease_until=at + LEASE))
        if wanted.gone:
            connection.execute(delete(AgentWait).where(AgentWait.attempt_id.in_(list(wanted.gone))))
        for ask in wanted.asks:
            _queue(connection, ask)
        by_age = sorted(wanted.asks, key=lambda ask: (ask.since, ask.attempt_id))
        return {
            ask.attempt_id: _given_before(connection, ask) or _agent_for(connection, owner, ask, at) for ask in by_age
        }


def reserve(store: Store, owner: str, name: str, attempt_id: str | None, leg_id: str, at: datetime) -> Given:
    """This very agent, for a call of its own. Raises UsageError for an unknown one or one that is not idle."""
    with store.writing() as connection:
        free_those_due(connection, at)
        row = one(connection, name)
        if row is None:
            raise unknown(connection, name)
        return _give(connection, owner, row, attempt_id, leg_id, at)


def expired(store: Store, at: datetime) -> list[Held]:
    """Agents whose call server has let go of them. Raises StoreError."""
    asked = select(Agent.name, Agent.leg_id, Agent.lease_owner, Agent.state_since).where(
        Agent.lease_until < at, Agent.state.in_([str(state) for state in HELD])
    )
    with store.reading() as connection:
        rows = connection.execute(asked).all()
    return [Held(row.name, str(row.leg_id), row.lease_owner or "", row.state_since) for row in rows]


def keep(store: Store, leg_id: str, at: datetime) -> None:
    """An agent's leg lives although its call server does not: it is busy for another lease. Raises StoreError."""
    with store.writing() as connection:
        connection.execute(update(Agent).where(Agent.leg_id == leg_id).values(lease_until=at + LEASE))


def give_back(store: Store, leg_id: str, at: datetime) -> bool:
    """An agent's leg is gone and nobody told: it is free again; False when somebody has renewed it meanwhile.

    Raises StoreError.
    """
    with store.writing() as connection:
        free_those_due(connection, at)
        row = _by_leg(connection, leg_id)
        if row is None or row["lease_until"] >= at:
            return False
        _over(connection, row, "released", at)
    return True


def _follow(connection: Connection, owner: str, told: Told, at: datetime) -> None:
    row = _by_leg(connection, told.leg_id)
    if row is None or row["lease_owner"] != owner:
        return  # its lease had run out, and it is somebody else's or free
    if told.what == "talking" and row["state"] == AgentState.TALKING:
        return  # told before, in a round whose answer was lost
    if told.what != "talking":
        _over(connection, row, "released" if told.what == "over" else told.what, told.at)
        return
    held = {"attempt_id": row["attempt_id"], "lease_owner": owner, "lease_until": at + LEASE, "leg_id": told.leg_id}
    take_step(connection, row, Step(AgentState.TALKING), told.at, held)
    if row["attempt_id"]:
        connection.execute(delete(AgentWait).where(AgentWait.attempt_id == row["attempt_id"]))


def _over(connection: Connection, row: RowMapping, reason: str, at: datetime) -> None:
    talked = row["state"] == AgentState.TALKING
    step = after_talk(row["wrap_up_s"], at) if talked else after_ring(reason, row["missed"], at)
    take_step(connection, row, as_ordered(step, *order_of(row)), at)


def _by_leg(connection: Connection, leg_id: str) -> RowMapping | None:
    return connection.execute(select(Agent.__table__).where(Agent.leg_id == leg_id)).mappings().first()


def _given_before(connection: Connection, ask: Ask) -> Given | None:
    """The agent who was given to this very ask, in a round whose answer was lost."""
    row = _by_leg(connection, ask.leg_id)
    return Given(row["name"], row["dial"]) if row is not None else None


def _queue(connection: Connection, ask: Ask) -> None:
    row = {"attempt_id": ask.attempt_id, "target": ask.target, "since": ask.since, "lease_until": ask.until}
    campaign = select(Attempt.campaign_id).where(Attempt.id == ask.attempt_id).scalar_subquery()
    connection.execute(insert_once(connection, AgentWait).values(campaign_id=campaign, **row))


def _agent_for(connection: Connection, owner: str, ask: Ask, at: datetime) -> Given | Absence:
    """The longest idle agent, if there are more idle ones than customers of the target who wait longer."""
    found = select(Agent.__table__).where(Agent.removed_at.is_(None), Agent.team.in_(["", ask.target]))
    rows = connection.execute(found.order_by(Agent.state_since, Agent.name)).mappings().all()
    if not rows:
        return Absence.NONE_KNOWN
    left = [row for row in rows if row["name"] not in ask.tried and not row["after_call"]]
    idle = [row for row in left if row["state"] == AgentState.IDLE]
    if idle and _before(connection, ask, at) < len(idle):
        return _give(connection, owner, idle[0], ask.attempt_id, ask.leg_id, at)
    if any(row["state"] in AT_WORK or row["free_at"] is not None for row in left):
        return Absence.ALL_BUSY
    return Absence.NOBODY_AT_WORK


def _before(connection: Connection, ask: Ask, at: datetime) -> int:
    """Customers of the target who wait longer, and for whom no agent is being rung."""
    older = or_(AgentWait.since < ask.since, and_(AgentWait.since == ask.since, AgentWait.attempt_id < ask.attempt_id))
    rung = select(Agent.attempt_id).where(Agent.attempt_id.is_not(None))
    waits = (AgentWait.target == ask.target, AgentWait.lease_until > at, AgentWait.attempt_id.not_in(rung))
    return connection.scalar(select(func.count()).where(older, *waits)) or 0


def _give(
    connection: Connection, owner: str, row: RowMapping, attempt_id: str | None, leg_id: str, at: datetime
) -> Given:
    held = {"attempt_id": attempt_id, "lease_owner": owner, "lease_until": at + LEASE, "leg_id": leg_id}
    take_step(connection, row, Step(AgentState.RINGING, missed=row["missed"]), at, held)
    return Given(row["name"], row["dial"])

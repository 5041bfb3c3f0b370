"""Human agents as people deal with them: added, changed, removed, listed, sent to work, to a pause and home.

Who is rung for a customer, and what a call makes of an agent, is agent_desk.py's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import RowMapping

from voicebot.campaign.policy.agent_states import HELD, MAY_WAIT, AgentState, Step
from voicebot.errors import UsageError
from voicebot.store.agent_spells import (
    NO_ORDER,
    begin_spell,
    end_spell,
    free_those_due,
    lock_floor,
    one,
    order_of,
    take_step,
)
from voicebot.store.campaigns import note
from voicebot.store.store import Store
from voicebot.store.tables_quality import Agent, AgentSpell

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
COLUMNS = ("title", "dial", "team", "wrap_up_s")
"""What people may set."""
WRAP_UP_MOST = 3600
"""Longest wrap-up, seconds: longer is a pause."""


@dataclass(frozen=True)
class AgentNow:
    """One agent as it stands. `since`: of its state; `free_at`: when that ends by itself; `attempt_id`: the call that
    has it; `missed`: rings in a row that it did not take; `after_call`: what it becomes when its call is over, by order
    of a person, `after_why`: why; None: what the call makes of it. Moments are UTC."""

    name: str
    title: str
    dial: str
    team: str
    state: AgentState
    since: datetime
    wrap_up_s: int
    free_at: datetime | None
    attempt_id: str | None
    missed: int
    after_call: AgentState | None = None
    after_why: str = ""


@dataclass(frozen=True)
class Ordered:
    """What came of a person's order. `changed`: something did; `waits`: it is done when the agent's call is over."""

    before: AgentState
    changed: bool
    waits: bool = False


@dataclass(frozen=True)
class Spell:
    """One stay in one state; `ended_at` None: it lasts."""

    state: AgentState
    began_at: datetime
    ended_at: datetime | None
    why: str


def add(store: Store, name: str, values: Mapping[str, Any], at: datetime, *, by: str = "") -> None:
    """Add an agent, offline. `values`: those of COLUMNS; `dial` is needed, and whoever calls has checked it.

    A name that was removed before comes back. Raises UsageError for a wrong value or a name that is there; StoreError.
    """
    _check(name, values)
    if not values.get("dial"):
        raise UsageError(f"agent {name!r} needs a dial string, for example sofia/gateway/office/1001")
    row = {"title": name, "team": "", "wrap_up_s": 0, **values, "state": str(AgentState.OFFLINE), "state_since": at}
    row |= {"free_at": None, "missed": 0, "removed_at": None, **NO_ORDER}
    with store.writing() as connection:
        lock_floor(connection)
        before = connection.execute(select(Agent.removed_at).where(Agent.name == name)).first()
        if before is not None and before.removed_at is None:
            raise UsageError(f"there is an agent {name!r} already; change it with: voicebot agent update {name}")
        if before is None:
            connection.execute(insert(Agent).values(name=name, **row))
        else:
            connection.execute(update(Agent).where(Agent.name == name).values(row))
        begin_spell(connection, name, AgentState.OFFLINE, at)
        note(connection, by, "agent.add", f"agent:{name}", {}, values)


def change(store: Store, name: str, values: Mapping[str, Any], *, by: str = "") -> None:
    """Change those of COLUMNS that are in `values`; a call that has the agent goes on as it began.

    Raises UsageError for a wrong value or an unknown name; StoreError.
    """
    _check(name, values)
    with store.writing() as connection:
        lock_floor(connection)
        before = one(connection, name)
        if before is None:
            raise unknown(connection, name)
        connection.execute(update(Agent).where(Agent.name == name).values(dict(values)))
        note(connection, by, "agent.update", f"agent:{name}", {key: before[key] for key in values}, values)


def remove(store: Store, name: str, at: datetime, *, by: str = "", why: str = "") -> None:
    """Take an agent off the list; what it did stays in reports. Raises UsageError while a call has it; StoreError."""
    with store.writing() as connection:
        free_those_due(connection, at)
        row = one(connection, name)
        if row is None:
            raise unknown(connection, name)
        if AgentState(row["state"]) in HELD:
            raise UsageError(f"agent {name!r} is {row['state']}: remove it when the call is over")
        end_spell(connection, name, at)
        gone = {"removed_at": at, "state": str(AgentState.OFFLINE), "state_since": at, "free_at": None, **NO_ORDER}
        connection.execute(update(Agent).where(Agent.name == name).values(gone))
        note(connection, by, "agent.remove", f"agent:{name}", {key: row[key] for key in COLUMNS}, {}, why)


def set_state(store: Store, name: str, to: AgentState, at: datetime, *, by: str = "", why: str = "") -> Ordered:
    """A person sends the agent to work, to a pause or home. In that state already: nothing changes, but a short rest
    becomes a lasting pause and the rings it missed are forgotten.

    Who is rung or talks leaves when that and the wrap-up are over; sent to work before, he stays. Raises UsageError for
    an unknown agent, for a state that is a call's to set, and for a step that is not legal.
    """
    if to in HELD or to == AgentState.WRAP_UP:
        raise UsageError(f"agent {name!r} becomes {to} by a call, not by order")
    with store.writing() as connection:
        free_those_due(connection, at)
        row = one(connection, name)
        if row is None:
            raise unknown(connection, name)
        now = AgentState(row["state"])
        if now in HELD:
            return _order(connection, row, to, by, why)
        if now == to:
            connection.execute(update(Agent).where(Agent.name == name).values(free_at=None, missed=0))
            return Ordered(now, changed=False)
        take_step(connection, row, Step(to, why=why), at)
        note(connection, by, f"agent.{to}", f"agent:{name}", {"state": str(now)}, {"state": str(to)}, why)
    return Ordered(now, changed=True)


def _order(connection: Connection, row: RowMapping, to: AgentState, by: str, why: str) -> Ordered:
    """Note what the agent becomes after the call it is in; sent to work, it stays at work and nothing waits."""
    order = {"after_call": str(to), "after_why": why} if to in MAY_WAIT else dict(NO_ORDER)
    before = AgentState(row["state"])
    if row["after_call"] == order["after_call"]:
        return Ordered(before, changed=False, waits=to in MAY_WAIT)
    connection.execute(update(Agent).where(Agent.name == row["name"]).values(order))
    was = {"state": row["state"], "after_call": row["after_call"]}
    note(connection, by, f"agent.{to}", f"agent:{row['name']}", was, {"after_call": order["after_call"]}, why)
    return Ordered(before, changed=True, waits=to in MAY_WAIT)


def listed(store: Store, at: datetime, team: str | None = None) -> list[AgentNow]:
    """All agents by name, or those of a team and those of any; wrap-ups that are over have ended. Raises StoreError."""
    with store.writing() as connection:
        free_those_due(connection, at)
        asked = select(Agent.__table__).where(Agent.removed_at.is_(None)).order_by(Agent.name)
        if team is not None:
            asked = asked.where(Agent.team.in_(["", team]))
        return [_now(row) for row in connection.execute(asked).mappings()]


def find(store: Store, name: str, at: datetime) -> AgentNow:
    """The agent of that name. Raises UsageError naming those there are, StoreError."""
    with store.writing() as connection:
        free_those_due(connection, at)
        row = one(connection, name)
        if row is None:
            raise unknown(connection, name)
    return _now(row)


def spells(store: Store, name: str, limit: int) -> Sequence[Spell]:
    """The latest spells of an agent, the newest first. Raises StoreError."""
    columns = (AgentSpell.state, AgentSpell.began_at, AgentSpell.ended_at, AgentSpell.why)
    asked = select(*columns).where(AgentSpell.agent == name).order_by(AgentSpell.id.desc()).limit(limit)
    with store.reading() as connection:
        return [Spell(AgentState(row.state), row.began_at, row.ended_at, row.why) for row in connection.execute(asked)]


def unknown(connection: Connection, name: str) -> UsageError:
    """The error for an agent that is not there."""
    names = connection.scalars(select(Agent.name).where(Agent.removed_at.is_(None)).order_by(Agent.name)).all()
    return UsageError(f"there is no agent {name!r}; there are: {', '.join(names) or 'none'}")


def _check(name: str, values: Mapping[str, Any]) -> None:
    if not NAME.fullmatch(name):
        raise UsageError(f"agent {name!r}: a name has letters, digits, `.`, `_` and `-`, at most 64")
    unknown_ones = sorted(values.keys() - set(COLUMNS))
    if unknown_ones:
        raise UsageError(f"agent {name!r} has no {', '.join(unknown_ones)}; it has {', '.join(COLUMNS)}")
    wrap_up = values.get("wrap_up_s", 0)
    if not 0 <= wrap_up <= WRAP_UP_MOST:
        raise UsageError(f"agent {name!r}: a wrap-up of {wrap_up} s is not in 0..{WRAP_UP_MOST}; longer is a pause")


def _now(row: RowMapping) -> AgentNow:
    return AgentNow(
        row["name"],
        row["title"],
        row["dial"],
        row["team"],
        AgentState(row["state"]),
        row["state_since"],
        row["wrap_up_s"],
        row["free_at"],
        row["attempt_id"],
        row["missed"],
        *order_of(row),
    )

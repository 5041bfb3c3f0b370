"""An agent goes from one state to another: its row and its spells change together, in the caller's transaction.

Whether a step is legal is policy's; who takes it is agents.py's (people) and agent_desk.py's (calls).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import RowMapping

from voicebot.campaign.policy.agent_states import KEEPS_ORDER, AgentState, Step, as_ordered, check_step
from voicebot.store.tables_quality import Agent, AgentSpell
from voicebot.store.take_turns import take_turns

NOT_HELD: Mapping[str, Any] = {"attempt_id": None, "lease_until": None, "lease_owner": None, "leg_id": None}
"""Columns of an agent that no call has."""
NO_ORDER: Mapping[str, Any] = {"after_call": "", "after_why": ""}
"""Columns of an agent of whom nothing was ordered during a call."""


def lock_floor(connection: Connection) -> None:
    """From here to the end of the transaction nobody else changes agents: call servers, dialers and people take turns.

    Raises what SQLAlchemy raises.
    """
    take_turns(connection, "agents")


def one(connection: Connection, name: str) -> RowMapping | None:
    """The agent's row; None when there is none of that name. Raises what SQLAlchemy raises."""
    asked = select(Agent.__table__).where(Agent.name == name, Agent.removed_at.is_(None))
    return connection.execute(asked).mappings().first()


def begin_spell(connection: Connection, name: str, state: AgentState, at: datetime, why: str = "") -> None:
    """The first spell of an agent, or the one after `end_spell`. Raises what SQLAlchemy raises."""
    row = {"agent": name, "state": str(state), "began_at": at, "why": why}
    connection.execute(insert(AgentSpell).values(row))


def end_spell(connection: Connection, name: str, at: datetime) -> None:
    """The spell that lasts ends. Raises what SQLAlchemy raises."""
    lasting = (AgentSpell.agent == name, AgentSpell.ended_at.is_(None))
    connection.execute(update(AgentSpell).where(*lasting).values(ended_at=at))


def take_step(
    connection: Connection, row: RowMapping, step: Step, at: datetime, held: Mapping[str, Any] = NOT_HELD
) -> None:
    """Take the agent of `row` to another state at `at`. `held`: what call has it then, none by default.

    Raises UsageError when the step is not legal, and what SQLAlchemy raises.
    """
    check_step(row["name"], AgentState(row["state"]), step.to)
    at = max(at, row["state_since"])  # clocks of two machines may differ; a spell never ends before it began
    end_spell(connection, row["name"], at)
    begin_spell(connection, row["name"], step.to, at, step.why)
    values = {"state": str(step.to), "state_since": at, "free_at": step.free_at, "missed": step.missed, **held}
    if step.to not in KEEPS_ORDER:
        values |= NO_ORDER
    connection.execute(update(Agent).where(Agent.name == row["name"]).values(values))


def order_of(row: RowMapping) -> tuple[AgentState | None, str]:
    """What waits for the end of the agent's call, and why it was ordered."""
    return (AgentState(row["after_call"]) if row["after_call"] else None), row["after_why"]


def free_those_due(connection: Connection, at: datetime) -> int:
    """Wrap-ups and short rests that are over end at their own moment, however late this is asked; how many.

    Locks the floor, so it comes first in each transaction about agents. Raises what SQLAlchemy raises.
    """
    lock_floor(connection)
    due = select(Agent.__table__).where(Agent.free_at <= at, Agent.removed_at.is_(None))
    rows = connection.execute(due).mappings().all()
    for row in rows:
        step = as_ordered(Step(AgentState.IDLE, missed=row["missed"]), *order_of(row))
        take_step(connection, row, step, row["free_at"])
    return len(rows)

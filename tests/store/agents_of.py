"""Agents and waiting customers for tests: made in one line, looked at in one."""

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from voicebot.campaign.policy.agent_states import AgentState
from voicebot.store import agents
from voicebot.store.agent_desk import Ask
from voicebot.store.records import AttemptStarted
from voicebot.store.rows import write
from voicebot.store.store import Store
from voicebot.store.tables_quality import AgentSpell, AgentWait

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def at_work(store: Store, *names: str, team: str = "", wrap_up_s: int = 0, at: datetime = NOW) -> None:
    """Agents that are idle, the first named the longest."""
    for number, name in enumerate(names):
        values = {"dial": f"sofia/gateway/office/{name}", "team": team, "wrap_up_s": wrap_up_s}
        agents.add(store, name, values, at - MINUTE)
        agents.set_state(store, name, AgentState.IDLE, at - MINUTE + number * SECOND)


def waiting(
    store: Store,
    *,
    target: str = "sales",
    since: datetime = NOW,
    tried: tuple[str, ...] = (),
    campaign: str | None = None,
) -> Ask:
    """A customer with an attempt of its own."""
    attempt_id = str(uuid.uuid4())
    with store.writing() as connection:
        write(connection, [AttemptStarted(attempt_id, campaign, None, "+8613800000001", "demo", since)])
    return Ask(attempt_id, target, str(uuid.uuid4()), since, since + 20 * SECOND, frozenset(tried))


def state_of(store: Store, name: str, at: datetime = NOW) -> AgentState:
    return agents.find(store, name, at).state


def spells_of(store: Store, name: str) -> list[tuple[str, datetime, datetime | None, str]]:
    """Oldest first."""
    with store.reading() as connection:
        columns = (AgentSpell.state, AgentSpell.began_at, AgentSpell.ended_at, AgentSpell.why)
        asked = select(*columns).where(AgentSpell.agent == name).order_by(AgentSpell.id)
        return [tuple(row) for row in connection.execute(asked)]


def queue(store: Store) -> set[str]:
    with store.reading() as connection:
        return {str(key) for key in connection.scalars(select(AgentWait.attempt_id))}

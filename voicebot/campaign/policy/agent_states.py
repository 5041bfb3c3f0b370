"""The states of a human agent, which may follow which, and what follows a ring or a talk. Tables and decisions only.

Who is rung is decided in store/agent_desk.py, in one transaction; no clock here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from voicebot.errors import UsageError

REST = timedelta(seconds=30)
"""After a ring that an agent did not take it is not rung again for so long."""
MISSED_MOST = 3
"""After so many rings in a row that it did not take, an agent rests until a person says that it is back."""


class AgentState(StrEnum):
    """What an agent is doing. `ringing` and `talking` are the call server's; the others may be set by a person."""

    OFFLINE = "offline"
    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSE = "pause"


_A = AgentState
NEXT: Mapping[AgentState, frozenset[AgentState]] = {
    _A.OFFLINE: frozenset({_A.IDLE, _A.PAUSE}),
    _A.IDLE: frozenset({_A.RINGING, _A.PAUSE, _A.OFFLINE}),
    _A.RINGING: frozenset({_A.TALKING, _A.IDLE, _A.PAUSE, _A.OFFLINE}),
    _A.TALKING: frozenset({_A.WRAP_UP, _A.IDLE, _A.PAUSE, _A.OFFLINE}),
    _A.WRAP_UP: frozenset({_A.IDLE, _A.PAUSE, _A.OFFLINE}),
    _A.PAUSE: frozenset({_A.IDLE, _A.OFFLINE}),
}
"""Every legal step. Who is in a call stays in it until the call says otherwise: what a person orders waits."""
HELD = frozenset({_A.RINGING, _A.TALKING})
"""States in which a call has the agent, under a lease."""
MAY_WAIT = frozenset({_A.PAUSE, _A.OFFLINE})
"""What a person may order during a call; it is done when the call is over, and the wrap-up if the agent has one."""
KEEPS_ORDER = HELD | {_A.WRAP_UP}
"""States in which such an order still waits."""
AT_WORK = frozenset({_A.IDLE, _A.RINGING, _A.TALKING, _A.WRAP_UP})
"""States from which an agent comes to the next customer without a person's doing."""


@dataclass(frozen=True)
class Step:
    """What an agent becomes. `free_at`: when that ends by itself, None for not by itself; `why`: for people;
    `missed`: rings in a row that it did not take."""

    to: AgentState
    free_at: datetime | None = None
    why: str = ""
    missed: int = 0


def check_step(agent: str, now: AgentState, to: AgentState) -> None:
    """Raises UsageError naming the agent, its state and what may follow, unless `to` may follow `now`."""
    if to not in NEXT[now]:
        allowed = ", ".join(sorted(NEXT[now]))
        raise UsageError(f"agent {agent!r} is {now} and cannot become {to}; it can become {allowed}")


def after_ring(reason: str, missed: int, at: datetime) -> Step:
    """An agent was rung and no talk came of it. `reason`: as the hand-off ended; `missed`: rings before this one.

    A customer who left, or a call that was given up, is none of the agent's doing. Others rest a while, so that the
    next customer does not wait for the same telephone; who misses MISSED_MOST in a row has left his place.
    """
    if reason in ("customer_left", "released"):
        return Step(_A.IDLE, missed=missed)
    missed += 1
    if missed >= MISSED_MOST:
        return Step(_A.PAUSE, None, f"{reason}, {missed} in a row", missed)
    return Step(_A.PAUSE, at + REST, reason, missed)


def after_talk(wrap_up_s: int, at: datetime) -> Step:
    """A talk is over: time for notes if the agent has any, else idle."""
    return Step(_A.WRAP_UP, at + timedelta(seconds=wrap_up_s)) if wrap_up_s else Step(_A.IDLE)


def as_ordered(step: Step, order: AgentState | None, why: str) -> Step:
    """What an order that waits makes of the step that ends a ring, a talk or a wrap-up; None: none waits.

    A wrap-up comes first: the notes of the last talk are written before the pause.
    """
    return step if order is None or step.to in KEEPS_ORDER else Step(order, None, why, step.missed)

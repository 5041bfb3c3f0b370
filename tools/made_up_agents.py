"""Who took made-up hand-offs, for tools/make_history.py: the agent that was free, and how all of them spent the day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

Row = tuple[Any, ...]
AGENTS = tuple(f"agent-{n:02}" for n in range(1, 25))
"""Each has a day off a week; who is free for the longest time takes a call."""
DAY_BEGINS, DAY_ENDS, WRAP_UP = clock(9), clock(20), timedelta(seconds=20)
HELD, PART = 5, 6
"""Of so many customers one is put on hold, for one such part of the talk."""


def taken_by_agents(day: date, asked: Iterable[Row], ahead: timedelta) -> tuple[list[Row], list[Row]]:
    """Hand-offs with the agent who was free, and the spells of all agents: a day's work, ringing and talking within.
    `asked`: end of the call, and the hand-off without agent, ring and hold; `ahead`: how far the zone is before UTC."""
    begins, closes = (datetime.combine(day, hour, UTC) - ahead for hour in (DAY_BEGINS, DAY_ENDS))
    free = {agent: begins for agent in AGENTS if (day.toordinal() + AGENTS.index(agent)) % 7}
    handoffs, spells = list[Row](), list[Row]()
    for ended, key, seq, target, requested, outcome, waited, talked in sorted(asked):
        wished = ended - timedelta(milliseconds=waited + talked)
        ring = timedelta(milliseconds=waited // 2)
        rings = wished + timedelta(milliseconds=waited) - ring
        there = [name for name, since in free.items() if since <= rings and ended < closes]
        agent = min(there, key=lambda name: free[name], default=None)
        held = 0 if agent is None or talked % HELD else talked // PART
        ring_ms = 0 if agent is None else waited // 2
        handoffs.append((key, seq, target, requested, outcome, waited, talked, agent, ring_ms, held))
        if agent is not None:
            after = ended + WRAP_UP if talked else ended
            spells += [(agent, "idle", free[agent], rings), (agent, "ringing", rings, rings + ring)]
            spells += [(agent, "talking", rings + ring, ended), (agent, "wrap_up", ended, after)] if talked else []
            free[agent] = after
    spells += [(agent, "idle", since, closes) for agent, since in free.items()]
    return handoffs, spells

"""The calls that a goal looks at, each with its stratum: questions to the store, read one after the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from voicebot.campaign.policy.windows import zone_named
from voicebot.number_of import number_of
from voicebot.qa.asked import Asked, Goal
from voicebot.reports.only import calls
from voicebot.store.store import Store
from voicebot.store.tables import USUAL_ZONE, Attempt, Call, Handoff, NodeVisit, ScriptVersion, Turn
from voicebot.store.zones import campaign_zones

AT_ONCE = 5_000
"""Rows that are read at once."""
INTERESTED = ("A", "B")
NONE = "none"
"""Stratum of calls that have no agent, campaign or node."""


@dataclass(frozen=True)
class Candidate:
    """A call that may be drawn. `strength`: the larger, the sooner it is taken; 0 where only the lottery decides."""

    attempt_id: str
    stratum: str
    why: str
    strength: int = 0


Doubts = Callable[[Asked], dict[str, tuple[int, str]]]
"""What the engines disagree on: by call, how much and in what words."""


def candidates(store: Store, asked: Asked, doubts: Doubts) -> Iterator[Candidate]:
    """Every call of the population, once, in no certain order. Raises StoreError."""
    doubted = doubts(asked) if asked.goal is Goal.DISAGREEMENT else {}
    with store.reading() as connection:
        zones = campaign_zones(connection)
        streamed = connection.execution_options(stream_results=True, yield_per=AT_ONCE)
        for row in streamed.execute(_query(asked)).mappings():
            if asked.goal is Goal.DISAGREEMENT and row["attempt_id"] not in doubted:
                continue
            strength, words = doubted.get(row["attempt_id"], (0, ""))
            stratum = " · ".join(_value(name, row, zones) for name in asked.strata) or "all"
            yield Candidate(row["attempt_id"], stratum, words or _why(asked, row), strength)


def _query(asked: Asked) -> Any:
    columns: list[Any] = [Call.attempt_id, Attempt.started_at, Attempt.campaign_id.label("campaign"), Call.grade]
    columns += [ScriptVersion.script, ScriptVersion.version, Call.ended_node.label("node")]
    if "agent" in asked.strata:
        agent = select(func.max(Handoff.agent)).where(Handoff.attempt_id == Call.attempt_id)
        columns.append(agent.where(Handoff.outcome == "answered").scalar_subquery().label("agent"))
    part = None
    if asked.goal is Goal.HANG_UPS:
        columns += [NodeVisit.node.label("left"), NodeVisit.hangup_phase, NodeVisit.offset_ms]
        part = NodeVisit
    if asked.goal in (Goal.NO_INTENT, Goal.NOT_UNDERSTOOD):
        spoken = _spoken(asked)
        columns.append(spoken.c.turns)
        query = calls(select(*columns), asked.only).join(spoken, spoken.c.attempt_id == Call.attempt_id)
    else:
        query = calls(select(*columns), asked.only, part)
    query = query.where(Attempt.ended_at <= asked.until)
    if part is not None:
        query = query.where(NodeVisit.hangup_phase.is_not(None))
        query = query.where(NodeVisit.node.in_(asked.nodes)) if asked.nodes else query
        query = query.where(NodeVisit.role.in_(asked.roles)) if asked.roles else query
    if asked.goal is Goal.NO_INTENT:
        query = query.where(Call.grade.not_in(INTERESTED))
    return query.where(Call.grade.in_(asked.grades)) if asked.grades else query


def _spoken(asked: Asked) -> Any:
    """Calls with enough turns of words; for not_understood only those of which nothing was made."""
    turns = func.count().label("turns")
    grouped = select(Turn.attempt_id, turns).where(Turn.text != "", Turn.aside.is_(False)).group_by(Turn.attempt_id)
    grouped = grouped.having(turns >= asked.turns)
    if asked.goal is Goal.NOT_UNDERSTOOD:
        grouped = grouped.having(func.count(Turn.intent) == 0, func.count(Turn.choice) == 0)
    return grouped.subquery()


def _hour(zones: Mapping[str, str], campaign: str | None, moment: datetime | None) -> str:
    """The hour of the campaign's day."""
    return (
        NONE if moment is None else f"{moment.astimezone(zone_named(zones.get(campaign or '', USUAL_ZONE))).hour:02}h"
    )


def _value(name: str, row: Any, zones: Mapping[str, str]) -> str:
    if name == "hour":
        return _hour(zones, row["campaign"], row["started_at"])
    if name == "version":
        return f"{row['script']}@{row['version']}"
    if name == "node" and "left" in row:
        return str(row["left"])
    return str(row[name] or NONE)


def _why(asked: Asked, row: Any) -> str:
    """Why the call is in the population, for people; nothing that gives its grade away."""
    if asked.goal is Goal.HANG_UPS:
        return f"hung up in {row['left']}, {row['hangup_phase']}, after {(row['offset_ms'] or 0) / 1000:.1f} s"
    if asked.goal in (Goal.NO_INTENT, Goal.NOT_UNDERSTOOD):
        return number_of(row["turns"], "turn")
    return "drawn by lot"


def no_doubts(_asked: Asked) -> dict[str, tuple[int, str]]:
    """For goals that do not look for disagreement."""
    return {}


def nodes_known(store: Store, names: Sequence[str], roles: Sequence[str]) -> tuple[set[str], set[str]]:
    """Which of the nodes and roles no call has visited. Raises StoreError."""
    with store.reading() as connection:
        visited = set(connection.scalars(select(NodeVisit.node).where(NodeVisit.node.in_(names)).distinct()))
        played = set(connection.scalars(select(NodeVisit.role).where(NodeVisit.role.in_(roles)).distinct()))
    return set(names) - visited, set(roles) - played

"""Where customers leave: each node with its visits, hang-ups and the moment of the prompt at which they came."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select

from voicebot.reports.only import Only, calls
from voicebot.reports.stats import Rate, binned, rate
from voicebot.store.store import Store
from voicebot.store.tables import NodeVisit, ScriptVersion, Turn

OFFSET_BIN_MS = 1_000
FIRST_ROLES = ("opening", "benefit")
"""Roles that stand first in the report: most customers leave there."""


@dataclass(frozen=True)
class NodeRow:
    """One node of one script version.

    `hangups`: of all visits, those that the customer ended by hanging up, in either phase. `offsets_playing`: hang-ups
    by milliseconds into the prompt, `offsets_listening`: by milliseconds since its end, as (lower edge, count) in bins
    of OFFSET_BIN_MS. `next_nodes`: where calls went from here, the most frequent first.
    """

    script: str
    version: str
    node: str
    role: str
    visits: int
    hangups_playing: int
    hangups_listening: int
    hangups: Rate
    offsets_playing: tuple[tuple[int, int], ...]
    offsets_listening: tuple[tuple[int, int], ...]
    no_inputs: int
    no_matches: int
    barge_ins: int
    next_nodes: tuple[tuple[str, int], ...]


Key = tuple[str, str, str]
"""Script, version, node."""
_KEY = (ScriptVersion.script, ScriptVersion.version, NodeVisit.node)


def node_report(store: Store, only: Only) -> tuple[NodeRow, ...]:
    """All nodes visited, opening and benefit first, then as calls come by them. Raises StoreError."""
    with store.reading() as connection:
        playing = _offsets(connection, only, "playing")
        listening = _offsets(connection, only, "listening")
        barge_ins = _barge_ins(connection, only)
        next_nodes = _next_nodes(connection, only)
        visits = _visits(connection, only)
    return tuple(
        NodeRow(
            *(row.script, row.version, row.node, row.role, row.visits, row.playing, row.listening),
            hangups=rate(row.playing + row.listening, row.visits),
            offsets_playing=binned(playing[row[:3]], OFFSET_BIN_MS),
            offsets_listening=binned(listening[row[:3]], OFFSET_BIN_MS),
            no_inputs=row.no_inputs,
            no_matches=row.no_matches,
            barge_ins=barge_ins.get(row[:3], 0),
            next_nodes=tuple(sorted(next_nodes[row[:3]].items(), key=lambda each: (-each[1], each[0]))),
        )
        for row in visits
    )


def _visits(connection: Connection, only: Only) -> list[Any]:
    first = case(*((NodeVisit.role == role, rank) for rank, role in enumerate(FIRST_ROLES)), else_=len(FIRST_ROLES))
    query = select(
        *_KEY,
        func.max(NodeVisit.role).label("role"),
        func.count().label("visits"),
        func.count(case((NodeVisit.hangup_phase == "playing", 1))).label("playing"),
        func.count(case((NodeVisit.hangup_phase == "listening", 1))).label("listening"),
        func.sum(NodeVisit.no_inputs).label("no_inputs"),
        func.sum(NodeVisit.no_matches).label("no_matches"),
    )
    query = calls(query, only, NodeVisit).group_by(*_KEY)
    order = (ScriptVersion.script, ScriptVersion.version, func.min(first), func.avg(NodeVisit.seq), NodeVisit.node)
    return list(connection.execute(query.order_by(*order)))


def _offsets(connection: Connection, only: Only, phase: str) -> Mapping[Key, Mapping[int, int]]:
    """Hang-ups by node and offset."""
    query = calls(select(*_KEY, NodeVisit.offset_ms, func.count()), only, NodeVisit)
    query = query.where(NodeVisit.hangup_phase == phase, NodeVisit.offset_ms.is_not(None))
    return _nested(connection.execute(query.group_by(*_KEY, NodeVisit.offset_ms)))


def _next_nodes(connection: Connection, only: Only) -> Mapping[Key, Mapping[str, int]]:
    """Visits by node and the node visited after it."""
    after = func.lead(NodeVisit.node).over(partition_by=NodeVisit.attempt_id, order_by=NodeVisit.seq)
    steps = calls(select(*_KEY, after.label("after")), only, NodeVisit).subquery()
    query = select(steps, func.count()).where(steps.c.after.is_not(None)).group_by(*steps.c)
    return _nested(connection.execute(query))


def _barge_ins(connection: Connection, only: Only) -> Mapping[Key, int]:
    key = (ScriptVersion.script, ScriptVersion.version, Turn.node)
    query = calls(select(*key, func.count()), only, Turn).where(Turn.barge_in).group_by(*key)
    return {(script, version, node): count for script, version, node, count in connection.execute(query)}


def _nested(rows: Iterable[Any]) -> Mapping[Key, Mapping[Any, int]]:
    counts: dict[Key, dict[Any, int]] = defaultdict(dict)
    for script, version, node, value, count in rows:
        counts[script, version, node][value] = count
    return counts

"""Where customers leave: each node with its visits, hang-ups and the moment of the prompt at which they came."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, binned, rate
from voicebot.reports.sums.functions import int_sum
from voicebot.reports.sums.reader import Sums
from voicebot.reports.sums.reading import SECOND_MS
from voicebot.reports.sums.refresh import opened
from voicebot.store.store import Store
from voicebot.store.tables import ScriptVersion
from voicebot.store.tables_sums import DayHangup, DayNext, DayNode

OFFSET_BIN_MS = SECOND_MS
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


def node_report(store: Store, only: Only) -> tuple[NodeRow, ...]:
    """All nodes visited, opening and benefit first, then as calls come by them. Raises StoreError."""
    with opened(store, only, DayHangup, DayNext, DayNode) as reader:
        offsets = _offsets(reader.sums(DayHangup, "version_id", "node", "phase", "second"))
        next_nodes = _next_nodes(reader.sums(DayNext, "version_id", "node", "after"))
        visits = _visits(reader.sums(DayNode, "version_id", "node"))
    return tuple(
        NodeRow(
            *(row.script, row.version, row.node, row.role, row.visits, row.playing, row.listening),
            hangups=rate(row.playing + row.listening, row.visits),
            offsets_playing=binned(offsets["playing", *row[:3]], OFFSET_BIN_MS),
            offsets_listening=binned(offsets["listening", *row[:3]], OFFSET_BIN_MS),
            no_inputs=row.no_inputs,
            no_matches=row.no_matches,
            barge_ins=row.barge_ins,
            next_nodes=tuple(sorted(next_nodes[row[:3]].items(), key=lambda each: (-each[1], each[0]))),
        )
        for row in visits
    )


def _visits(nodes: Sums[DayNode]) -> list[Any]:
    day = nodes.table
    first = case(*((day.role == role, rank) for rank, role in enumerate(FIRST_ROLES)), else_=len(FIRST_ROLES))
    names = ("visits", "playing", "listening", "no_inputs", "no_matches", "barge_ins")
    sums = [int_sum(getattr(day, name)).label(name) for name in names]
    key = (ScriptVersion.script, ScriptVersion.version, day.node)
    query = _of_versions(select(*key, func.max(day.role).label("role"), *sums), nodes)
    place = int_sum(day.places) * 1.0 / int_sum(day.visits)
    query = query.group_by(*key).having(int_sum(day.visits) > 0)
    query = query.order_by(ScriptVersion.script, ScriptVersion.version, func.min(first), place, day.node)
    return list(nodes.connection.execute(query))


def _offsets(hangups: Sums[DayHangup]) -> Mapping[tuple[str, str, str, str], Mapping[int, int]]:
    """Hang-ups by phase, node and offset."""
    day = hangups.table
    key = (day.phase, ScriptVersion.script, ScriptVersion.version, day.node, day.second)
    query = _of_versions(select(*key, int_sum(day.hangups)), hangups)
    counts = _nested(hangups.connection.execute(query.group_by(*key)))
    return defaultdict(
        dict, {each: {second * SECOND_MS: count for second, count in found.items()} for each, found in counts.items()}
    )


def _next_nodes(steps: Sums[DayNext]) -> Mapping[Key, Mapping[str, int]]:
    """Visits by node and the node visited after it."""
    day = steps.table
    key = (ScriptVersion.script, ScriptVersion.version, day.node, day.after)
    query = _of_versions(select(*key, int_sum(day.steps)), steps)
    return _nested(steps.connection.execute(query.group_by(*key)))


def _of_versions(query: Any, sums: Sums[Any]) -> Any:
    query = query.select_from(sums.table).join(ScriptVersion, ScriptVersion.id == sums.table.version_id)
    return query.where(*sums.chosen)


def _nested(rows: Iterable[Any]) -> Mapping[Any, Mapping[Any, int]]:
    counts: dict[Any, dict[Any, int]] = defaultdict(dict)
    for *key, value, count in rows:
        counts[tuple(key)][value] = count
    return counts

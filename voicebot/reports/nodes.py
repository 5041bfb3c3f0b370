"""Where customers leave: each node with its visits, hang-ups and the moment of the prompt at which they came."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, binned, rate
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import SECOND_MS
from voicebot.reports.sums.refresh import opened
from voicebot.reports.sums.totals import Total, totals
from voicebot.reports.version_names import Name
from voicebot.store.store import Store
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


class _Visits(NamedTuple):
    """Of a node: the greatest name of its roles, and counts."""

    role: str = ""
    visits: int = 0
    playing: int = 0
    listening: int = 0
    no_inputs: int = 0
    no_matches: int = 0
    barge_ins: int = 0
    places: int = 0

    def plus(self, more: "_Visits") -> "_Visits":
        counts = (one + two for one, two in zip(self[1:], more[1:], strict=True))
        return _Visits(max(self.role, more.role), *counts)


def node_report(store: Store, only: Only) -> tuple[NodeRow, ...]:
    """All nodes visited, opening and benefit first, then as calls come by them. Raises StoreError."""
    with opened(store, only, DayHangup, DayNext, DayNode) as reader:
        names = reader.version_names
        visits = _visits(reader, names)
        offsets = _offsets(reader, names)
        next_nodes = _next_nodes(reader, names)
    return tuple(
        NodeRow(
            *(*key, row.role, row.visits, row.playing, row.listening),
            hangups=rate(row.playing + row.listening, row.visits),
            offsets_playing=binned(offsets["playing", *key], OFFSET_BIN_MS),
            offsets_listening=binned(offsets["listening", *key], OFFSET_BIN_MS),
            no_inputs=row.no_inputs,
            no_matches=row.no_matches,
            barge_ins=row.barge_ins,
            next_nodes=tuple(sorted(next_nodes[key].items(), key=lambda each: (-each[1], each[0]))),
        )
        for key, row in visits
    )


def _visits(reader: Reader, names: Mapping[int, Name]) -> list[tuple[Key, _Visits]]:
    role, *counts = _Visits._fields
    found: dict[Key, _Visits] = defaultdict(_Visits)
    asked = (Total(role, greatest=True), *totals(*counts))
    for version, node, *row in reader.sums(DayNode, ("version_id", "node"), asked):
        if version in names:
            key = (*names[version], node)
            found[key] = found[key].plus(_Visits(*row))
    return sorted(((key, row) for key, row in found.items() if row.visits), key=_as_calls_come)


def _as_calls_come(each: tuple[Key, _Visits]) -> Any:
    (script, version, node), row = each
    first = FIRST_ROLES.index(row.role) if row.role in FIRST_ROLES else len(FIRST_ROLES)
    return script, version, first, row.places / row.visits, node


def _offsets(reader: Reader, names: Mapping[int, Name]) -> Mapping[tuple[str, str, str, str], Mapping[int, int]]:
    """Hang-ups by phase, node and offset."""
    found: dict[tuple[str, str, str, str], Counter[int]] = defaultdict(Counter)
    keys = ("phase", "version_id", "node", "second")
    for phase, version, node, second, count in reader.sums(DayHangup, keys, totals("hangups")):
        if version in names:
            found[(phase, *names[version], node)][second * SECOND_MS] += count
    return found


def _next_nodes(reader: Reader, names: Mapping[int, Name]) -> Mapping[Key, Mapping[str, int]]:
    """Visits by node and the node visited after it."""
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for version, node, after, count in reader.sums(DayNext, ("version_id", "node", "after"), totals("steps")):
        if version in names:
            found[(*names[version], node)][after] += count
    return found

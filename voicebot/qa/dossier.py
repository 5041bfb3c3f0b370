"""What a reviewer has before him of one call: recording, transcript aligned in time, node path; and, apart, the robot's
own grade with its evidence, which is shown only after the verdict."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from voicebot.qa.verdicts import Sampled
from voicebot.reports.calls import CallRow, Line, Talk, calls_of
from voicebot.store.store import Store
from voicebot.store.tables import NodeVisit

AT_ONCE = 200
"""Calls that are read at once."""


@dataclass(frozen=True)
class Stop:
    """One stay in a node, `at_ms` since the answer."""

    node: str
    at_ms: int


@dataclass(frozen=True)
class Dossier:
    """One sampled call as people look at it. `recording`: the file, None when there is none (any more).

    `robot` is what must stay unseen until the verdict: the robot's grade, rule, evidence and slots.
    """

    sample: Sampled
    length_ms: int
    recording: Path | None
    nodes: tuple[Stop, ...]
    lines: tuple[Line, ...]
    robot: CallRow

    @property
    def path(self) -> str:
        """The nodes in their order."""
        return " → ".join(stop.node for stop in self.nodes)


def dossiers(store: Store, sampled: Sequence[Sampled], recordings: Path) -> list[Dossier]:
    """The calls in their order; one that was deleted since is left out. Raises StoreError."""
    found: list[Dossier] = []
    for begin in range(0, len(sampled), AT_ONCE):
        some = sampled[begin : begin + AT_ONCE]
        rows = calls_of(store, [one.attempt_id for one in some])
        nodes = _nodes(store, [one.attempt_id for one in some])
        for one in some:
            row = rows.get(one.attempt_id)
            if row is not None and row.talk is not None:
                found.append(_dossier(one, row, row.talk, nodes[one.attempt_id], recordings))
    return found


def _dossier(sample: Sampled, row: CallRow, talk: Talk, nodes: Sequence[Stop], recordings: Path) -> Dossier:
    file = recordings / row.recording if row.recording else None
    there = file if file is not None and file.is_file() else None
    return Dossier(sample, talk.length_ms, there, tuple(nodes), talk.lines, row)


def _nodes(store: Store, attempt_ids: Sequence[str]) -> Mapping[str, list[Stop]]:
    query = select(NodeVisit.attempt_id, NodeVisit.node, NodeVisit.entered_ms)
    query = query.where(NodeVisit.attempt_id.in_(attempt_ids)).order_by(NodeVisit.attempt_id, NodeVisit.seq)
    found: dict[str, list[Stop]] = defaultdict(list)
    with store.reading() as connection:
        for attempt_id, node, entered in connection.execute(query):
            found[attempt_id].append(Stop(node, entered))
    return found

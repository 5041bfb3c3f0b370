"""The figures of a run in one value: what `voicebot demo` prints at its end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from voicebot.reports.engines import engine_report
from voicebot.reports.grades import GRADES, grade_report, result_report
from voicebot.reports.latency import Latencies, latency_report
from voicebot.reports.only import Only, attempts, calls
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Handoff, NodeVisit, Turn


@dataclass(frozen=True)
class Summary:
    """Counts of one selection of calls. `attempts` counts also those that have no result yet."""

    attempts: int
    answered: int
    results: Mapping[str, int]
    grades: Mapping[str, int]
    node_hangups: Mapping[str, int]
    transfers: int
    turns: int
    latencies: Latencies
    frames_late: int
    worst_gap_ms: int
    engines: Mapping[str, int] = field(default_factory=dict)
    """Turns by the engine that was asked what they mean, and why it was not the wanted one."""


def summary(store: Store, only: Only) -> Summary:
    """All of it. Nodes without a hang-up are left out of `node_hangups`. Raises StoreError."""
    grades: Counter[str] = Counter(dict.fromkeys(GRADES, 0))
    for version in grade_report(store, only):
        grades.update(version.grades)
    hung_up = calls(select(NodeVisit.node, func.count()), only, NodeVisit).where(NodeVisit.hangup_phase.is_not(None))
    hung_up = hung_up.group_by(NodeVisit.node).order_by(func.count().desc(), NodeVisit.node)
    passed = calls(select(func.count(Handoff.attempt_id.distinct())), only, Handoff)
    with store.reading() as connection:
        total, answered = connection.execute(
            attempts(select(func.count(), func.count(Attempt.answered_at)), only)
        ).one()
        late, gap = connection.execute(
            calls(select(func.sum(Call.frames_late), func.max(Call.worst_gap_ms)), only)
        ).one()
        hangups = {node: count for node, count in connection.execute(hung_up)}  # noqa: C416 - a row is no pair to mypy
        transfers = connection.execute(passed.where(Handoff.outcome == "answered")).scalar_one()
        turns = connection.execute(calls(select(func.count()), only, Turn)).scalar_one()
    return Summary(
        attempts=total,
        answered=answered,
        results={row.code: row.attempts for row in result_report(store, only)},
        grades=dict(grades),
        node_hangups=hangups,
        transfers=transfers,
        turns=turns,
        latencies=latency_report(store, only),
        frames_late=late or 0,
        worst_gap_ms=gap or 0,
        engines={row.engine: row.turns for row in engine_report(store, only)},
    )

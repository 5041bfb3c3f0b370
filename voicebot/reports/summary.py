"""The figures of a run in one value: what `voicebot demo` prints at its end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from voicebot.reports.engines import engine_report
from voicebot.reports.grades import GRADES, grade_report, result_report
from voicebot.reports.latency import Latencies, latency_report
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only
from voicebot.reports.sums.refresh import fresh
from voicebot.reports.sums.totals import Total, Where, totals
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayLatency, DayResult


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
    asked = (*totals("attempts", "answered", "handed_off", "frames_late"), Total("worst_gap_ms", greatest=True))
    ((attempts, answered, transfers, late, gap),) = fresh(store, DayResult, only, (), asked)
    hangups = Counter[str]()
    for row in node_report(store, only):
        hangups[row.node] += row.hangups.hits
    ((turns,),) = fresh(store, DayLatency, only, (), totals("turns"), Where("kind", ("answer",)))
    return Summary(
        attempts=attempts,
        answered=answered,
        results={row.code: row.attempts for row in result_report(store, only)},
        grades=dict(grades),
        node_hangups={node: count for node, count in hangups.most_common() if count},
        transfers=transfers,
        turns=turns,
        latencies=latency_report(store, only),
        frames_late=late,
        worst_gap_ms=gap or 0,
        engines={row.engine: row.turns for row in engine_report(store, only)},
    )

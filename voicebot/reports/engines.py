"""Which engine was asked what the customers meant, how often another had to stand in, and what it cost in time."""

from collections.abc import Mapping
from dataclasses import dataclass

from voicebot.reports.only import Only
from voicebot.reports.stats import quantile
from voicebot.reports.sums.reading import NOT_NEXT
from voicebot.reports.sums.refresh import fresh
from voicebot.reports.sums.totals import Where, totals
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayLatency


@dataclass(frozen=True)
class EngineRow:
    """`engine` as the turns tell it. `share` of all turns for which one was asked; quantiles of the robot's answer in
    milliseconds, None when it answered none of them."""

    engine: str
    turns: int
    share: float
    p50_ms: int | None
    p95_ms: int | None


def engine_report(store: Store, only: Only) -> tuple[EngineRow, ...]:
    """One row an engine and reason, the most frequent first. Raises StoreError."""
    found: dict[str, dict[int | None, int]] = {}
    asked = Where("kind", ("answer",)), Where("engine", ("",), out=True)
    for engine, ms, turns in fresh(store, DayLatency, only, ("engine", "ms"), totals("turns"), *asked):
        found.setdefault(engine, {})[None if ms == NOT_NEXT else ms] = turns
    total = sum(sum(counts.values()) for counts in found.values())
    rows = (_row(engine, counts, total) for engine, counts in found.items())
    return tuple(sorted(rows, key=lambda row: (-row.turns, row.engine)))


def _row(engine: str, counts: Mapping[int | None, int], total: int) -> EngineRow:
    turns = sum(counts.values())
    answered = {value: count for value, count in counts.items() if value is not None}
    return EngineRow(engine, turns, turns / total, quantile(answered, 0.5), quantile(answered, 0.95))

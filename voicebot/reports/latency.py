"""How quickly the robot answers and falls silent, over all turns."""

from collections.abc import Mapping
from dataclasses import dataclass

from voicebot.reports.only import Only
from voicebot.reports.stats import binned, quantile
from voicebot.reports.sums.reading import NOT_NEXT
from voicebot.reports.sums.refresh import fresh
from voicebot.reports.sums.totals import Where, totals
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayLatency

BIN_MS = 100


@dataclass(frozen=True)
class Spread:
    """So many values in milliseconds, their quantiles, and counts as (lower edge, count) in bins of BIN_MS."""

    count: int
    p50: int | None
    p95: int | None
    longest: int | None
    bins: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Latencies:
    """`answer`: last voiced customer frame to first robot frame. `barge_in`: first voiced frame to robot's silence."""

    answer: Spread
    barge_in: Spread


def latency_report(store: Store, only: Only) -> Latencies:
    """Both latencies of all turns that have them. Raises StoreError."""
    counts: dict[str, dict[int, int]] = {"answer": {}, "barge_in": {}}
    answered = Where("ms", (NOT_NEXT,), out=True)
    for kind, ms, turns in fresh(store, DayLatency, only, ("kind", "ms"), totals("turns"), answered):
        counts[kind][ms] = turns
    return Latencies(_spread(counts["answer"]), _spread(counts["barge_in"]))


def _spread(counts: Mapping[int, int]) -> Spread:
    return Spread(
        count=sum(counts.values()),
        p50=quantile(counts, 0.5),
        p95=quantile(counts, 0.95),
        longest=max(counts, default=None),
        bins=binned(counts, BIN_MS),
    )

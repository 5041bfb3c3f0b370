"""How quickly the robot answers and falls silent, over all turns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from voicebot.reports.only import Only, calls
from voicebot.reports.stats import binned, quantile
from voicebot.store.store import Store
from voicebot.store.tables import Turn

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
    with store.reading() as connection:
        return Latencies(*(_spread(_counts(connection, only, each)) for each in (Turn.latency_ms, Turn.barge_in_ms)))


def _counts(connection: Connection, only: Only, column: Any) -> Mapping[int, int]:
    """Turns by their value in whole milliseconds: few rows however many turns, and exact quantiles on any database."""
    query = calls(select(column, func.count()), only, Turn).where(column.is_not(None)).group_by(column)
    return {value: count for value, count in connection.execute(query)}  # noqa: C416 - a row is no pair to mypy


def _spread(counts: Mapping[int, int]) -> Spread:
    return Spread(
        count=sum(counts.values()),
        p50=quantile(counts, 0.5),
        p95=quantile(counts, 0.95),
        longest=max(counts, default=None),
        bins=binned(counts, BIN_MS),
    )

"""What calling again brings: the yield of first, second, third ... attempts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select

from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.functions import int_sum
from voicebot.reports.sums.refresh import chosen, fresh
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayResult


@dataclass(frozen=True)
class TryRow:
    """The attempts that were the `tries`-th of their leads and have ended; 0: not known. Rates are of these attempts:
    `answered`, `connected` by a person, `intent` (A or B), `added`. `share`: of all connected that came at this try."""

    tries: int
    attempts: int
    answered: Rate
    connected: Rate
    intent: Rate
    added: Rate
    share: float


def try_report(store: Store, only: Only) -> tuple[TryRow, ...]:
    """First attempts first. Raises StoreError."""
    good = case((DayResult.grade.in_(("A", "B")), DayResult.attempts), else_=0)
    sums = (DayResult.attempts, DayResult.answered, DayResult.connected, good, DayResult.added)
    query = select(DayResult.try_number, *(int_sum(each) for each in sums))
    query = query.where(DayResult.code != "", *chosen(DayResult, only)).group_by(DayResult.try_number)
    with fresh(store, "result", only) as connection:
        rows: list[Any] = list(connection.execute(query.order_by(DayResult.try_number)))
    reached = sum(row[3] for row in rows)
    return tuple(
        TryRow(
            tries=tries,
            attempts=attempts,
            answered=rate(answered, attempts),
            connected=rate(connected, attempts),
            intent=rate(intent, attempts),
            added=rate(added, attempts),
            share=connected / reached if reached else 0.0,
        )
        for tries, attempts, answered, connected, intent, added in rows
    )

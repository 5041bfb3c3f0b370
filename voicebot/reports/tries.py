"""What calling again brings: the yield of first, second, third ... attempts."""

from dataclasses import dataclass

from voicebot.reports.leads import INTENT
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.refresh import fresh
from voicebot.reports.sums.totals import ENDED, Total, Where, totals
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
    good = Total("attempts", Where("grade", INTENT))
    asked = (*totals("attempts", "answered", "connected"), good, *totals("added"))
    rows = sorted(fresh(store, DayResult, only, ("try_number",), asked, ENDED))
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

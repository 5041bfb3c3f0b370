"""Day by day: how much was dialled and what came of it, against what the campaign's targets ask of a day."""

from dataclasses import dataclass
from datetime import date

from voicebot.reports.leads import INTENT
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.refresh import fresh
from voicebot.reports.sums.totals import ENDED, Total, Where, totals
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayResult
from voicebot.store.targets import targets_of

OF_A_DAY = {"daily_volume": "leads", "daily_success": "intents"}
"""Targets of a day, and those of the whole campaign that are shared out to its days where the former are not named."""


@dataclass(frozen=True)
class DayRow:
    """One day of the campaign's zone. `volume`: attempts that have ended; `connected` of these by a person; `success`:
    graded A or B; `success_rate` of the connected; `added`, `ordered`: came of the day's attempts.

    `volume_target`, `success_target`: what the campaign's targets ask of a day (OF_A_DAY); `volume_gap`, `success_gap`:
    the day minus that. None without such a target.
    """

    day: date
    volume: int
    connected: Rate
    success: int
    success_rate: Rate
    handed_off: int
    added: int
    ordered: int
    volume_target: float | None
    volume_gap: float | None
    success_target: float | None
    success_gap: float | None


def daily_report(store: Store, only: Only) -> tuple[DayRow, ...]:
    """The days on which anything was dialled, the first first. Raises StoreError."""
    good = Total("connected", Where("grade", INTENT))
    asked = (*totals("attempts", "connected"), good, *totals("handed_off", "added", "ordered"))
    rows = sorted(fresh(store, DayResult, only, ("day",), asked, ENDED))
    volume_target, success_target = of_a_day(store, only)
    return tuple(
        DayRow(
            day=day,
            volume=volume,
            connected=rate(connected, volume),
            success=success,
            success_rate=rate(success, connected),
            handed_off=handed_off,
            added=added,
            ordered=ordered,
            volume_target=volume_target,
            volume_gap=None if volume_target is None else volume - volume_target,
            success_target=success_target,
            success_gap=None if success_target is None else success - success_target,
        )
        for day, volume, connected, success, handed_off, added, ordered in rows
    )


def of_a_day(store: Store, only: Only) -> tuple[float | None, float | None]:
    """Attempts and successes wanted of one day."""
    if only.campaign is None:
        return None, None
    targets = targets_of(store, only.campaign)
    days = targets.get("days")
    volume, success = (
        targets.get(own, targets[whole] / days if days and whole in targets else None)
        for own, whole in OF_A_DAY.items()
    )
    return volume, success

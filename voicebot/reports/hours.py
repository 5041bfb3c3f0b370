"""What each hour of the day brought in the period: calls placed, to agents, successful, orders (Q10)."""

from dataclasses import dataclass
from typing import Any

from voicebot.reports.leads import INTENT
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.stops import LEFT
from voicebot.reports.sums.refresh import fresh
from voicebot.reports.sums.totals import Total, Where, totals
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayResult

ALL = "all"


@dataclass(frozen=True)
class HourRow:
    """Attempts dialled within one hour of the campaign's day, or `all`. `dialled` left the house; of these `answered`,
    `connected` (a person), `to_agents` (an agent took it), `successful` (A or B), `added`, `orders`: came of it;
    `order_rate`: of the connected."""

    hour: str
    dialled: int
    answered: int
    connected: int
    to_agents: int
    successful: int
    added: int
    orders: int
    order_rate: Rate


def hour_report(store: Store, only: Only) -> tuple[HourRow, ...]:
    """The hours in which anything was dialled, then all. Raises StoreError."""
    good = Total("connected", Where("grade", INTENT))
    asked = (LEFT, *totals("answered", "connected", "handed_off"), good, *totals("added", "ordered"))
    found = sorted(fresh(store, DayResult, only, ("hour",), asked))
    if not found:
        return ()
    rows = [_row(f"{hour:02}:00", counts) for hour, *counts in found]
    return (*rows, _row(ALL, [sum(column) for column in zip(*(each[1:] for each in found), strict=True)]))


def _row(hour: str, counts: Any) -> HourRow:
    dialled, answered, connected, to_agents, successful, added, orders = map(int, counts)
    order_rate = rate(min(orders, connected), connected)
    return HourRow(hour, dialled, answered, connected, to_agents, successful, added, orders, order_rate)

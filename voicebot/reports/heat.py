"""When people answer: attempts and connected ones by weekday and hour of the campaign's own clock."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from voicebot.campaign.policy.windows import DAY_NAMES
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.functions import int_sum
from voicebot.reports.sums.refresh import fresh
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayResult


@dataclass(frozen=True)
class HeatRow:
    """The attempts dialled on one weekday (mon to sun) within one hour (0 to 23): `connected` by a person, and
    `intent`, of these graded A or B, both of the attempts that have ended."""

    weekday: str
    hour: int
    attempts: int
    connected: Rate
    intent: Rate


def heat_report(store: Store, only: Only) -> tuple[HeatRow, ...]:
    """The weekdays and hours at which anything was dialled, in their order. Raises StoreError."""
    attempts, connected, intents = Counter[tuple[int, int]](), Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    with fresh(store, DayResult, only, "day", "hour", "code", "grade") as results:
        table = results.table
        key = (table.day, table.hour, table.grade)
        query = select(*key, int_sum(table.attempts), int_sum(table.connected))
        query = query.where(table.code != "", *results.chosen).group_by(*key)
        for day, hour, grade, tried, reached in results.connection.execute(query):
            cell = (day.weekday(), hour)
            attempts[cell] += tried
            connected[cell] += reached
            intents[cell] += reached if grade in ("A", "B") else 0
    return tuple(
        HeatRow(
            DAY_NAMES[weekday],
            hour,
            attempts[weekday, hour],
            rate(connected[weekday, hour], attempts[weekday, hour]),
            rate(intents[weekday, hour], attempts[weekday, hour]),
        )
        for weekday, hour in sorted(attempts)
    )

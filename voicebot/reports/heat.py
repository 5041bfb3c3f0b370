"""When people answer: attempts and connected ones by weekday and hour of the campaign's own clock."""

from collections import Counter
from dataclasses import dataclass

from voicebot.campaign.policy.windows import DAY_NAMES
from voicebot.reports.leads import INTENT
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.refresh import fresh
from voicebot.reports.sums.totals import ENDED, Total, Where, totals
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
    asked = (*totals("attempts", "connected"), Total("connected", Where("grade", INTENT)))
    for day, hour, tried, reached, intent in fresh(store, DayResult, only, ("day", "hour"), asked, ENDED):
        cell = (day.weekday(), hour)
        attempts[cell] += tried
        connected[cell] += reached
        intents[cell] += intent
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

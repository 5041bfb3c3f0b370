"""Customers who asked for a human in the last 30 days, and who of them was abandoned: counted as they come.

The definition is asked.py's. For the dialer, which asks several times a minute; reports count by days.
"""

from bisect import bisect_left, insort
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from voicebot.store.asked import customers_who_asked
from voicebot.store.tables import Attempt

ABANDONED_DAYS = timedelta(days=30)
SETTLES = timedelta(hours=1)
"""What came of an attempt is in the store so long after it began; attempts of the last hour are read every time."""
COUNTED_ANEW = timedelta(hours=1)
"""How often all 30 days are read again: calls that lasted longer, results that came late, persons who were deleted."""
LONGEST_CALL = timedelta(days=1)
"""An attempt that was answered within the 30 days began this much earlier at most."""


class Abandons:
    """The counts of one campaign, remembered by the one who asks. One thread at a time."""

    def __init__(self, campaign: str) -> None:
        self._campaign = campaign
        self._asked: list[datetime] = []
        self._abandoned: list[datetime] = []
        """When the calls were answered, in order; of attempts that began before `_settled`."""
        self._settled: datetime | None = None
        self._anew: datetime | None = None

    def count(self, connection: Connection, at: datetime) -> tuple[int, int]:
        """Who asked in the 30 days before `at`, and who of them was abandoned. Raises what SQLAlchemy raises."""
        since = at - ABANDONED_DAYS
        if self._settled is None or self._anew is None or not self._settled <= at < self._anew:
            self._asked, self._abandoned = [], []
            self._settled, self._anew = since - LONGEST_CALL, at + COUNTED_ANEW
        settled = max(self._settled, at - SETTLES)
        asked = abandoned = 0
        for started_at, answered_at, lost in self._read(connection, self._settled):
            if started_at < settled:
                insort(self._asked, answered_at)
                if lost:
                    insort(self._abandoned, answered_at)
            elif answered_at >= since:
                asked += 1
                abandoned += lost
        self._settled = settled
        old = tuple(len(moments) - bisect_left(moments, since) for moments in (self._asked, self._abandoned))
        return old[0] + asked, old[1] + abandoned

    def _read(self, connection: Connection, begun: datetime) -> list[tuple[datetime, datetime, int]]:
        """Of attempts that began at `begun` or later: start, answer, 1 for an abandoned one."""
        mine = select(Attempt.id).where(Attempt.campaign_id == self._campaign, Attempt.started_at >= begun)
        asked = customers_who_asked(mine.where(Attempt.answered_at.is_not(None)))
        found = select(Attempt.started_at, asked.c.answered_at, asked.c.abandoned).join(
            asked, asked.c.attempt_id == Attempt.id
        )
        return [(begin, answer, int(lost)) for begin, answer, lost in connection.execute(found)]

"""Customers who asked for an agent and left before one came: the one count that the dialer's cap and reports go by.

What a rate makes of the pace is policy/pacing.py's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Subquery, case, func, select

from voicebot.store.tables import Attempt, Handoff

SPAN = timedelta(days=30)
"""The cap of a campaign is kept over so long."""
LEFT, BRIDGED = "customer_left", "answered"


@dataclass(frozen=True)
class Abandoned:
    """Calls that `asked` for an agent; of these, those whose customer `left` while waiting and got none."""

    asked: int
    left: int

    @property
    def rate(self) -> float | None:
        """left ÷ asked, 0 to 1; None when nobody asked."""
        return self.left / self.asked if self.asked else None


def waits() -> Subquery:
    """One row a call that asked: `attempt_id`, `bridged` and `left` (0 or 1), `waited_ms` of all its tries together."""
    bridged = func.max(case((Handoff.outcome == BRIDGED, 1), else_=0))
    left = func.max(case((Handoff.outcome == LEFT, 1), else_=0))
    columns = (bridged.label("bridged"), (left * (1 - bridged)).label("left"))
    waited = func.sum(Handoff.waited_ms).label("waited_ms")
    return select(Handoff.attempt_id, *columns, waited).group_by(Handoff.attempt_id).subquery()


def abandoned(connection: Connection, campaign: str, until: datetime, span: timedelta = SPAN) -> Abandoned:
    """Of the campaign's calls dialled within `span` before `until` (aware)."""
    asked = waits()
    counts = (
        select(func.count(), func.coalesce(func.sum(asked.c.left), 0))
        .select_from(asked)
        .join(Attempt, Attempt.id == asked.c.attempt_id)
        .where(Attempt.campaign_id == campaign, Attempt.started_at > until - span, Attempt.started_at <= until)
    )
    return Abandoned(*map(int, connection.execute(counts).one()))

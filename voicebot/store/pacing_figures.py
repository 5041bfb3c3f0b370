"""What a campaign's own calls have shown of late, for its pacing: who answers, who asks for a human, who is abandoned.

Forecasts of whole campaigns are from measured.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.pacing import Measured
from voicebot.store.asked import customers_who_asked
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Handoff

LATEST = 500
"""So many attempts, and so many calls, are looked at: the rates of these hours, not of last month."""
AS_IF = 5
"""So many more are reckoned with that were all answered, and all asked for a human: a new campaign begins carefully."""
ABANDONED_DAYS = timedelta(days=30)
USUAL_TO_ASK_S = 45.0
"""From the start of an attempt to the customer's wish, seconds, while nobody has asked yet."""


@dataclass(frozen=True)
class Shown:
    """`measured` as the pacing rule wants it; `to_ask_s`: from the start of an attempt to the wish, seconds."""

    measured: Measured
    to_ask_s: float


def shown(store: Store, campaign: str, at: datetime) -> Shown:
    """What the campaign has shown as of `at`. Raises StoreError."""
    with store.reading() as connection:
        attempts, answered = _attempts(connection, campaign)
        calls, wanted, to_ask_s = _calls(connection, campaign)
        asked, abandoned = _abandoned(connection, campaign, at - ABANDONED_DAYS)
    measured = Measured(
        answer_rate=(answered + AS_IF) / (attempts + AS_IF),
        wants_agent=(wanted + AS_IF) / (calls + AS_IF),
        abandon_rate=abandoned / asked if asked else 0.0,
        asked=asked,
    )
    return Shown(measured, to_ask_s)


def _attempts(connection: Connection, campaign: str) -> tuple[int, int]:
    """The latest attempts that reached the network of the customer, and how many of them were answered."""
    counted = [str(code) for code in Code if code.uses_up_attempt]
    latest = (
        select(Attempt.answered_at)
        .where(Attempt.campaign_id == campaign, Attempt.code.in_(counted))
        .order_by(Attempt.started_at.desc())
        .limit(LATEST)
        .subquery()
    )
    row = connection.execute(select(func.count(), func.count(latest.c.answered_at)).select_from(latest)).one()
    return int(row[0]), int(row[1])


def _calls(connection: Connection, campaign: str) -> tuple[int, int, float]:
    """The latest talks with the robot, in how many the customer asked, and how long after the start of the attempt."""
    first = (
        select(func.min(Handoff.requested_ms)).where(Handoff.attempt_id == Call.attempt_id).correlate(Call)
    ).scalar_subquery()
    latest = (
        select(Attempt.started_at, Attempt.answered_at, first.label("requested_ms"))
        .join(Call, Call.attempt_id == Attempt.id)
        .where(Attempt.campaign_id == campaign)
        .order_by(Attempt.started_at.desc())
        .limit(LATEST)
    )
    rows = connection.execute(latest).all()
    lengths = [
        (row.answered_at - row.started_at).total_seconds() + row.requested_ms / 1000
        for row in rows
        if row.requested_ms is not None and row.answered_at is not None and row.started_at is not None
    ]
    wanted = sum(row.requested_ms is not None for row in rows)
    return len(rows), wanted, sum(lengths) / len(lengths) if lengths else USUAL_TO_ASK_S


def _abandoned(connection: Connection, campaign: str, since: datetime) -> tuple[int, int]:
    asked = customers_who_asked()
    counted = select(func.count(), func.coalesce(func.sum(asked.c.abandoned), 0)).where(
        asked.c.campaign_id == campaign, asked.c.answered_at >= since
    )
    row = connection.execute(counted).one()
    return int(row[0]), int(row[1])

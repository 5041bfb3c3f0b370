"""What a campaign's own calls have shown of late, for its pacing: who answers, who asks for a human, who is abandoned.

Forecasts of whole campaigns are from measured.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.pacing import Measured
from voicebot.store.abandons import Abandons
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Handoff

LATEST = 1000
"""So many attempts are looked at: the rates of these hours, not of last month."""
AS_IF = 5
"""So many more are reckoned with that were all answered, and all asked for a human: a new campaign begins carefully."""
USUAL_TO_ASK_S = 45.0
"""From the start of an attempt to the customer's wish, seconds, while nobody has asked yet."""


@dataclass(frozen=True)
class Shown:
    """`measured` as the pacing rule wants it; `to_ask_s`: from the start of an attempt to the wish, seconds."""

    measured: Measured
    to_ask_s: float


def shown(store: Store, campaign: str, at: datetime, abandons: Abandons | None = None) -> Shown:
    """What the campaign has shown as of `at`. `abandons`: those of this campaign as they were counted before. Raises
    StoreError."""
    with store.reading() as connection:
        latest = _latest(connection, campaign)
        asked, abandoned = (abandons or Abandons(campaign)).count(connection, at)
    # Attempts that our own side or the line failed tell nothing of customers.
    reached = [row for row in latest if row.code is not None and Code(row.code).uses_up_attempt]
    talked = [row for row in latest if row.talked]
    wanted = [row for row in talked if row.requested_ms is not None]
    lengths = [
        (row.answered_at - row.started_at).total_seconds() + row.requested_ms / 1000
        for row in wanted
        if row.answered_at is not None and row.started_at is not None
    ]
    answered = sum(row.answered_at is not None for row in reached)
    measured = Measured(
        answer_rate=(answered + AS_IF) / (len(reached) + AS_IF),
        wants_agent=(len(wanted) + AS_IF) / (len(talked) + AS_IF),
        abandon_rate=abandoned / asked if asked else 0.0,
        asked=asked,
    )
    return Shown(measured, sum(lengths) / len(lengths) if lengths else USUAL_TO_ASK_S)


def _latest(connection: Connection, campaign: str) -> Sequence[Row[Any]]:
    """The latest attempts by the index; those of the same moment in any order. `requested_ms`: when the customer first
    asked for a human, None if he did not; `talked`: whether there was a talk with the robot."""
    latest = (
        select(Attempt.id, Attempt.code, Attempt.started_at, Attempt.answered_at)
        .where(Attempt.campaign_id == campaign)
        .order_by(Attempt.started_at.desc())
        .limit(LATEST)
        .subquery()
    )
    first = select(func.min(Handoff.requested_ms)).where(Handoff.attempt_id == latest.c.id).scalar_subquery()
    asked = select(
        *(latest.c.code, latest.c.started_at, latest.c.answered_at),
        *(first.label("requested_ms"), Call.attempt_id.is_not(None).label("talked")),
    )
    return connection.execute(asked.join(Call, Call.attempt_id == latest.c.id, isouter=True)).all()

"""What past calls were like, for forecasts: the latest attempts of campaigns of the same kind."""

from datetime import datetime

from sqlalchemy import select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.forecast import ASSUMED, ENOUGH, Lengths
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Campaign

LATEST = 5_000
"""So many attempts are looked at: enough for figures of two digits, few enough to be quick."""


def past_lengths(store: Store, *, simulated: bool, campaign: str | None = None) -> Lengths:
    """The figures of the latest attempts, of one campaign or of all; ASSUMED where there are fewer than ENOUGH.

    Attempts that failed on our own side tell nothing about customers and are left out. `simulated` parts campaigns
    that called nobody from the others. Raises StoreError.
    """
    asked = (
        select(Attempt.started_at, Attempt.answered_at, Attempt.ended_at, Attempt.code, Attempt.try_number)
        .join(Campaign, Campaign.id == Attempt.campaign_id)
        .where(Campaign.simulated.is_(simulated), Attempt.code.is_not(None), Attempt.ended_at.is_not(None))
        .order_by(Attempt.started_at.desc())
        .limit(LATEST)
    )
    if campaign is not None:
        asked = asked.where(Attempt.campaign_id == campaign)
    with store.reading() as connection:
        rows = [row for row in connection.execute(asked) if Code(row.code).uses_up_attempt and row.started_at]
    answered = [row for row in rows if row.answered_at is not None]
    if len(rows) < ENOUGH or not answered:
        return ASSUMED
    ring = sum(_seconds(row.started_at, row.answered_at or row.ended_at) for row in rows) / len(rows)
    talk = sum(_seconds(row.answered_at, row.ended_at) for row in answered) / len(answered)
    firsts = sum(row.try_number == 1 for row in rows)
    # In a steady state each round is the share `again` of the one before: firsts / all = 1 - again.
    again = 1 - firsts / len(rows) if firsts else ASSUMED.again
    return Lengths(len(answered) / len(rows), again, ring, talk, f"measured: the latest {len(rows):,} attempts")


def _seconds(begin: datetime, end: datetime) -> float:
    return max(0.0, (end - begin).total_seconds())

"""How far a campaign is: leads by state, attempts by result, leads that somebody answered, calls in the air."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from voicebot.campaign.policy.codes import Code, Layer
from voicebot.campaign.policy.states import LeadState
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Lead


@dataclass(frozen=True)
class Progress:
    """Counts of one campaign. `leads` by state, `refused` and `finished` leads by code, `attempts` by code.

    `dialled`: leads with an attempt that reached the callee or its network; `connected`: of these, leads that a human
    answered. `in_air`: attempts without a result; `due`: waiting leads that may be called now; `next_due`: when the
    next of the others may be. `last_minute`: attempts begun in the 60 s before `at`.
    """

    at: datetime
    leads: Mapping[str, int]
    refused: Mapping[str, int]
    finished: Mapping[str, int]
    attempts: Mapping[str, int]
    dialled: int
    connected: int
    in_air: int
    due: int
    next_due: datetime | None
    last_minute: int

    @property
    def connect_rate(self) -> float | None:
        """Leads that a human answered by leads dialled, 0 to 1; None before the first."""
        return self.connected / self.dialled if self.dialled else None


OURS = tuple(str(code) for code in Code if code.layer in (Layer.OURS, Layer.REFUSED))
"""Results that say nothing of the callee."""


def progress(store: Store, campaign: str, at: datetime, minute_ago: datetime) -> Progress:
    """All of it in one look at the database, as of `at` (aware). Raises StoreError."""
    leads = select(Lead.state, Lead.code, func.count()).where(Lead.campaign_id == campaign)
    attempts = select(Attempt.code, func.count()).where(Attempt.campaign_id == campaign).group_by(Attempt.code)
    dialled = select(func.count(Attempt.lead_id.distinct())).where(
        Attempt.campaign_id == campaign, Attempt.code.is_not(None), Attempt.code.not_in(OURS)
    )
    connected = (
        select(func.count(Attempt.lead_id.distinct()))
        .join(Call, Call.attempt_id == Attempt.id)
        .where(Attempt.campaign_id == campaign, Call.answered_by == Code.HUMAN)
    )
    waiting = (Lead.campaign_id == campaign, Lead.state == LeadState.WAITING)
    later = select(func.count(), func.min(Lead.due_at)).where(*waiting, Lead.due_at > at)
    begun = select(func.count()).where(
        Attempt.campaign_id == campaign, Attempt.started_at > minute_ago, Attempt.started_at <= at
    )
    states: Counter[str] = Counter()
    by_code: dict[str, Counter[str]] = {LeadState.REFUSED: Counter(), LeadState.DONE: Counter()}
    with store.reading() as connection:
        for state, code, count in connection.execute(leads.group_by(Lead.state, Lead.code)):
            states[state] += count
            if state in by_code:
                by_code[state][code or ""] += count
        results: dict[str | None, int] = {code: count for code, count in connection.execute(attempts)}  # noqa: C416
        resting, next_due = connection.execute(later).one()
        return Progress(
            at=at,
            leads=dict(states),
            refused=dict(by_code[LeadState.REFUSED].most_common()),
            finished=dict(by_code[LeadState.DONE].most_common()),
            attempts=dict(Counter({code: count for code, count in results.items() if code}).most_common()),
            dialled=connection.scalar(dialled) or 0,
            connected=connection.scalar(connected) or 0,
            in_air=results.get(None, 0),
            due=states[LeadState.WAITING] - resting,
            next_due=next_due,
            last_minute=connection.scalar(begun) or 0,
        )

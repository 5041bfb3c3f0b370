"""Customers who asked for a human: the one definition of abandoned, for the dialer's cap and for every report.

Only a subquery: who asks it adds the campaign, the days, the sums.
"""

from sqlalchemy import Select, Subquery, case, func, select

from voicebot.store.tables import Attempt, Call, Handoff

SERVED = "answered"
"""Outcome of the hand-off in which an agent talked to the customer."""


def customers_who_asked(of: Select[str] | None = None) -> Subquery:
    """One row for each call in which the customer asked for a human, or the script did for him. `of`: only of the
    attempts whose ids it selects, so that a look at some of them does not read all hand-offs there ever were.

    Columns: `attempt_id`, `campaign_id`, `answered_at` (of the call), `waited_ms` (all his waiting: request to bridge,
    failure or hang-up), `abandoned`: 1 when no agent ever talked to him in this call, because he left or because none
    came; else 0. Calls that an agent dialled himself are not among them: there nobody waits.
    """
    served = func.max(case((Handoff.outcome == SERVED, 1), else_=0))
    # Summed by itself first: hand-offs are the fewest rows.
    summed = select(
        Handoff.attempt_id, func.sum(Handoff.waited_ms).label("waited_ms"), (1 - served).label("abandoned")
    ).group_by(Handoff.attempt_id)
    tries = (summed if of is None else summed.where(Handoff.attempt_id.in_(of))).subquery("tries")
    return (
        select(tries.c.attempt_id, Attempt.campaign_id, Attempt.answered_at, tries.c.waited_ms, tries.c.abandoned)
        .select_from(tries)
        .join(Call, Call.attempt_id == tries.c.attempt_id)  # a robot's call: only these have one
        .join(Attempt, Attempt.id == tries.c.attempt_id)
        .subquery("asked")
    )

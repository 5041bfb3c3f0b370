"""What is counted of an attempt, each thing defined once: the conditions that sums and reports go by.

They speak of Attempt, outer-joined with Call.
"""

from sqlalchemy import and_, case, exists, func, or_, select

from voicebot.campaign.policy.codes import Code
from voicebot.reports.sums.functions import epoch_ms
from voicebot.store.number_health import CUSTOMER, SHORT_MS
from voicebot.store.tables import Attempt, Call, Handoff, Turn
from voicebot.store.tables_quality import Outcome

_OUTCOME = select(func.count()).select_from(Outcome).where(Outcome.attempt_id == Attempt.id).correlate(Attempt)
ADDED = exists().where(Outcome.attempt_id == Attempt.id, Outcome.type == "added").correlate(Attempt)
ORDERS = _OUTCOME.where(Outcome.type == "order").scalar_subquery()
WORTH = func.coalesce(
    _OUTCOME.with_only_columns(func.sum(Outcome.amount)).where(Outcome.type == "order").scalar_subquery(), 0
)
"""Orders that came of the attempt, and what they were worth together."""
TAKEN = and_(
    Call.attempt_id.is_not(None),
    exists().where(Handoff.attempt_id == Attempt.id, Handoff.outcome == "answered").correlate(Attempt),
)
"""An agent took the hand-off."""
_WAITED = select(func.sum(Handoff.waited_ms)).where(Handoff.attempt_id == Attempt.id).correlate(Attempt)
WAITED_MS = case((Call.attempt_id.is_not(None), _WAITED.scalar_subquery()))
"""How long a customer waited who asked for an agent, or for whom the script did; empty for others. As store/asked.py
has it: a call that an agent dialled has a hand-off without a talk of the robot, and there nobody waits."""
ANSWERED = Attempt.answered_at.is_not(None)
RUNG = or_(Attempt.rang_at.is_not(None), ANSWERED)
CONNECTED = Call.answered_by == str(Code.HUMAN)
_SAID = select(func.count()).select_from(Turn).where(Turn.attempt_id == Attempt.id, Turn.text != "").correlate(Attempt)
TURNS = case((Call.attempt_id.is_not(None), _SAID.scalar_subquery()), else_=0)
"""How often the customer said something in the talk."""
SHORT = and_(
    ANSWERED,
    or_(
        and_(Call.ended_by == CUSTOMER, Call.talk_ms < SHORT_MS),
        and_(Call.talk_ms.is_(None), Attempt.who_hung_up == CUSTOMER),
    ),
)
"""The customer hung up within SHORT_MS; without a talk: before the robot had the call."""
DELAY_MS = epoch_ms(func.coalesce(Attempt.rang_at, Attempt.answered_at)) - epoch_ms(Attempt.started_at)
"""Post-dial delay: dialling to the first ringing or early media, or to an answer without either."""
LENGTH_MS = epoch_ms(Attempt.ended_at) - epoch_ms(Attempt.answered_at)

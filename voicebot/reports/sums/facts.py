"""What is counted of an attempt, each thing defined once: the conditions that sums and reports go by.

They speak of Attempt, outer-joined with Call.
"""

from sqlalchemy import and_, case, exists, func, or_, select

from voicebot.campaign.policy.codes import Code
from voicebot.reports.sums.functions import epoch_ms
from voicebot.store.number_health import CUSTOMER, SHORT_MS
from voicebot.store.tables import Attempt, Call, Handoff, Turn
from voicebot.store.tables_quality import Outcome

OUTCOMES = {
    kind: exists().where(Outcome.attempt_id == Attempt.id, Outcome.type == kind).correlate(Attempt)
    for kind in ("added", "order")
}
"""That something of this type came of the attempt."""
TAKEN = exists().where(Handoff.attempt_id == Attempt.id, Handoff.outcome == "answered").correlate(Attempt)
"""An agent took the hand-off."""
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

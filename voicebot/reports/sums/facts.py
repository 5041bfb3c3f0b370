"""What is counted of an attempt, each thing defined once: the conditions that sums and reports go by.

They speak of Attempt, outer-joined with Call and, for what was said, with `words`.
"""

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, or_, select

from voicebot.campaign.policy.codes import Code
from voicebot.reports.sums.functions import epoch_ms
from voicebot.store.number_health import CUSTOMER, SHORT_MS
from voicebot.store.tables import Attempt, Call, Handoff, Turn
from voicebot.store.tables_quality import Outcome

ADDED, ORDER = "added", "order"
"""Types of outcome."""


def _outcome(kind: str) -> ColumnElement[bool]:
    return exists().where(Outcome.attempt_id == Attempt.id, Outcome.type == kind).correlate(Attempt)


ANSWERED = Attempt.answered_at.is_not(None)
RUNG = or_(Attempt.rang_at.is_not(None), ANSWERED)
TALKED = Call.attempt_id.is_not(None)
CONNECTED = Call.answered_by == str(Code.HUMAN)
ADDED_AFTER = _outcome(ADDED)


def words(these: ColumnElement[bool]) -> Subquery:
    """How often customers said something (`turns`), by attempt_id; a row for each of `these` attempts with a talk in
    which they did at all."""
    said = select(Turn.attempt_id, func.count().label("turns")).select_from(Attempt)
    said = said.join(Call, Call.attempt_id == Attempt.id).join(Turn, Turn.attempt_id == Attempt.id)
    return said.where(these, Turn.text != "").group_by(Turn.attempt_id).subquery("words")


def steps(said: Subquery) -> dict[str, ColumnElement[bool]]:
    """What an attempt may have come to, by the names that sums and funnel have for it. `said`: of words()."""
    taken = exists().where(Handoff.attempt_id == Attempt.id, Handoff.outcome == "answered").correlate(Attempt)
    return {
        "rung": RUNG,
        "answered": ANSWERED,
        "connected": CONNECTED,
        "talked": said.c.turns >= 1,
        "talked_3": said.c.turns >= 3,
        "handed_off": and_(TALKED, taken),
        "added": ADDED_AFTER,
        "ordered": _outcome(ORDER),
    }


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


def one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where it holds, else 0."""
    return case((condition, 1), else_=0)

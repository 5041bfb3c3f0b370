"""What becomes of a lead when its attempt is over: called again at a time, or finished, by its history and the plan."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, update

from voicebot.campaign.policy.codes import Code, Layer
from voicebot.campaign.policy.order import Lane
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.retry import Again, Done, Past, after
from voicebot.campaign.policy.states import ENDED, LeadState
from voicebot.campaign.policy.windows import LEGAL, Window, next_open, open_until, zone_named
from voicebot.store import outbox
from voicebot.store.campaigns import closed_by_end, state_held
from voicebot.store.refusals import refusals
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, FollowUp, Lead

CALL_BACK = "call_back"
"""Type of the follow-up task that is the lead's own next call."""


def settle(store: Store, plan: Plan, attempt_id: str, outer: Window = LEGAL) -> Again | Done | None:
    """Decide about the lead of an attempt that has its result; None when that was done before, or has no result yet.

    Repeated or late, by whichever process: the lead changes once. Raises StoreError.
    """
    with store.writing() as connection:
        ended = state_held(connection, plan.name) in ENDED
        held = select(Lead.id, Lead.number, Lead.zone, Lead.lane).where(
            Lead.attempt_id == attempt_id, Lead.state == LeadState.CLAIMED
        )
        lead = connection.execute(held.with_for_update()).first()
        if lead is None:
            return None
        history = _history(connection, lead.id)
        mine = connection.execute(select(Attempt.code, Attempt.caller_number).where(Attempt.id == attempt_id)).one()
        if mine.code is None:
            return None
        decision = after(plan.retry, history, _callback(connection, attempt_id))
        values: dict[str, object] = {
            "attempt_id": None,
            "lease_owner": None,
            "lease_until": None,
            "tries": sum(past.code.uses_up_attempt for past in history),
            "why": decision.why,
        }
        if mine.caller_number:
            values["shown_number"] = mine.caller_number
        gone = refusals(connection, [lead.number], plan, datetime.now(UTC)).get(lead.number)
        if isinstance(decision, Done):
            values |= {"state": str(LeadState.DONE), "code": str(decision.code), "due_at": None}
        elif gone is not None and gone.until is None:
            # Asked for in this very call: the talk's own result stays the lead's.
            decision = Done(history[-1].code, gone.why)
            values |= {"state": str(LeadState.DONE), "code": str(decision.code), "due_at": None, "why": gone.why}
        elif ended:
            decision = Done(Code.CANCELLED, "the campaign has ended")
            values |= closed_by_end(decision.code)
        else:
            lane = _lane(decision, history[-1], Lane(lead.lane))
            due = _opened(plan, outer, lead.zone, decision, history[-1].ended_at)
            values |= {"state": str(LeadState.WAITING), "due_at": due, "lane": int(lane), "code": None}
        connection.execute(update(Lead).where(Lead.id == lead.id).values(values))
        if isinstance(decision, Done):
            outbox.leads_finished(connection, (lead.id,))
    return decision


def _lane(again: Again, last: Past, before: Lane) -> Lane:
    """A call-back that our own side failed to place is owed still; daily caps do not hold for it."""
    owed = before == Lane.CALLBACK and last.code.layer == Layer.OURS
    return Lane.CALLBACK if again.callback or owed else Lane.RETRY


def _history(connection: Connection, lead_id: int) -> Sequence[Past]:
    """The lead's attempts with a result, in the order of their claims.

    By number, not by time: a dialer that waited long for the database writes down when it began to claim, which may be
    before the attempt of another dialer that gave the lead back meanwhile.
    """
    asked = (
        select(Attempt.code, func.coalesce(Attempt.ended_at, Attempt.started_at))
        .where(Attempt.lead_id == lead_id, Attempt.code.is_not(None))
        .order_by(func.coalesce(Attempt.try_number, 0), Attempt.started_at)
    )
    rows = connection.execute(asked)
    return [Past(Code(code), ended_at) for code, ended_at in rows if code is not None and ended_at is not None]


def _callback(connection: Connection, attempt_id: str) -> datetime | None:
    """The time that the customer named in this call."""
    asked = select(func.min(FollowUp.due_at)).where(FollowUp.attempt_id == attempt_id, FollowUp.type == CALL_BACK)
    return connection.scalar(asked)


def _opened(plan: Plan, outer: Window, zone_name: str, again: Again, ended_at: datetime) -> datetime:
    """The moment that the decision names, moved to where the hours are open; to other hours if it says so."""
    zone, calendar = zone_named(zone_name or plan.zone), plan.calendar()
    due = again.due
    if again.next_window:
        due = max(due, open_until(plan.window, outer, calendar, zone, ended_at))
    return next_open(plan.window, outer, calendar, zone, due) or due

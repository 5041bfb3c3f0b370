"""What came of the recent calls of our numbers, and which must be taken out for it. One question for all of them."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Subquery, and_, case, func, or_, select, true

from voicebot.campaign.policy.caller_numbers import Health, HealthRule, illness
from voicebot.campaign.policy.codes import Code, Layer
from voicebot.store.own_numbers import OBJECT, RESTORED, quarantine
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call
from voicebot.store.tables_dialling import Audit, Complaint, OwnNumber

RECENT = 200
"""Judged are the last so many calls of a number ..."""
SPAN = timedelta(days=7)
"""... that are not older than this, nor older than its last return from a quarantine."""
COMPLAINTS_SPAN = timedelta(days=30)
COUNTS = ("attempts", "answered", "short", "rejected", "blocked")
CUSTOMER = "customer"
SHORT_MS = 6_000
"""A talk that the customer ended sooner is a short call."""


def health(store: Store, now: datetime, pool: str | None = None) -> dict[str, Health]:
    """By number, also those without a call. Raises StoreError."""
    with store.reading() as connection:
        return _health(connection, now, pool)


def check_health(store: Store, rule: HealthRule, now: datetime, pool: str | None = None) -> dict[str, str]:
    """Quarantine the numbers that are ill by `rule`; which, and why. Raises StoreError."""
    ill = {number: why for number, found in health(store, now, pool).items() if (why := illness(found, rule))}
    taken = {}
    for number, why in ill.items():
        with store.writing() as connection:
            if quarantine(connection, number, why, now):
                taken[number] = why
    return taken


def _health(connection: Connection, now: datetime, pool: str | None) -> dict[str, Health]:
    returned = (
        select(Audit.object, func.max(Audit.at).label("at"))
        .where(Audit.action == RESTORED)
        .group_by(Audit.object)
        .subquery()
    )
    numbers = select(OwnNumber.number, returned.c.at.label("returned")).join(
        returned, returned.c.object == OBJECT + OwnNumber.number, isouter=True
    )
    if pool is not None:
        numbers = numbers.where(OwnNumber.pool == pool)
    ours = numbers.subquery()
    calls, complaints = _calls(ours, now), _complaints(ours, now)
    asked = (
        select(
            ours.c.number, *(func.coalesce(calls.c[name], 0) for name in COUNTS), func.coalesce(complaints.c.count, 0)
        )
        .join(calls, calls.c.number == ours.c.number, isouter=True)
        .join(complaints, complaints.c.number == ours.c.number, isouter=True)
        .order_by(ours.c.number)
    )
    return {number: Health(*map(int, counts)) for number, *counts in connection.execute(asked)}


def _calls(ours: Subquery, now: datetime) -> Subquery:
    """The last calls of each number, counted."""
    place = func.row_number().over(partition_by=Attempt.caller_number, order_by=Attempt.started_at.desc())
    recent = (
        select(
            ours.c.number,
            Attempt.code,
            Attempt.answered_at,
            Attempt.who_hung_up,
            Call.talk_ms,
            Call.ended_by,
            place.label("place"),
        )
        .join(Attempt, Attempt.caller_number == ours.c.number)
        .join(Call, Call.attempt_id == Attempt.id, isouter=True)
        .where(
            Attempt.started_at > now - SPAN,
            or_(ours.c.returned.is_(None), Attempt.started_at > ours.c.returned),
            or_(Attempt.code == str(Code.CARRIER_BLOCK), Attempt.layer.not_in([str(Layer.OURS), str(Layer.REFUSED)])),
        )
        .subquery()
    )
    answered = recent.c.answered_at.is_not(None)
    # Without a talk: the customer hung up before the robot had the call.
    short = or_(
        and_(recent.c.ended_by == CUSTOMER, recent.c.talk_ms < SHORT_MS),
        and_(recent.c.talk_ms.is_(None), recent.c.who_hung_up == CUSTOMER),
    )
    wanted = (
        true(),
        answered,
        and_(answered, short),
        recent.c.code == str(Code.REJECTED),
        recent.c.code == str(Code.CARRIER_BLOCK),
    )
    sums = (func.sum(case((one, 1), else_=0)).label(name) for name, one in zip(COUNTS, wanted, strict=True))
    return select(recent.c.number, *sums).where(recent.c.place <= RECENT).group_by(recent.c.number).subquery()


def _complaints(ours: Subquery, now: datetime) -> Subquery:
    """Complaints of a number: of the call that showed it, or, where the call is not known, by the number named."""
    named = and_(
        Attempt.caller_number.is_(None), func.ltrim(Complaint.caller_number, "+") == func.ltrim(ours.c.number, "+")
    )
    return (
        select(ours.c.number, func.count(Complaint.id).label("count"))
        .select_from(Complaint)
        .join(Attempt, Attempt.id == Complaint.attempt_id, isouter=True)
        .join(ours, or_(Attempt.caller_number == ours.c.number, named))
        .where(
            Complaint.made_at > now - COMPLAINTS_SPAN,
            or_(ours.c.returned.is_(None), Complaint.made_at > ours.c.returned),
        )
        .group_by(ours.c.number)
        .subquery()
    )

"""What becomes of a lease: renewed while its dialer lives, handed on, given back, or found to be nobody's any more.

Claiming is claims.py's; whether a channel still exists is asked of the switch, by campaign/orphans.py.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.states import ENDED, LeadState
from voicebot.store import outbox
from voicebot.store.campaigns import closed_by_end, state_held
from voicebot.store.claims import LEASE
from voicebot.store.lead_import import CLOSED, was_undone
from voicebot.store.records import AttemptResult
from voicebot.store.refusals import AT_ONCE, Refusal
from voicebot.store.rows import write
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead

LATE = timedelta(seconds=10)
"""A living dialer has settled a lead long before this time after the result."""


@dataclass(frozen=True)
class Orphan:
    """An attempt without a result whose dialer has let go of it. `owner`: who held it last."""

    attempt_id: str
    campaign_id: str
    owner: str
    started_at: datetime


def renew(store: Store, owner: str, held: Sequence[str], at: datetime) -> int:
    """Keep the leases of the attempts that a living dialer knows to be in its hands; how many. Raises StoreError.

    Those it was given and never heard of (the answer to its claim was lost) run out.
    """
    kept = 0
    for begin in range(0, len(held), AT_ONCE):
        some = Lead.attempt_id.in_(held[begin : begin + AT_ONCE])
        mine = (some, Lead.lease_owner == owner, Lead.lease_until.is_not(None))
        with store.writing() as connection:
            kept += connection.execute(update(Lead).where(*mine).values(lease_until=at + LEASE)).rowcount
    return kept


def turn_back(store: Store, attempt_id: str, refusal: Refusal, at: datetime) -> bool:
    """End an attempt that was claimed and is not dialled; whether the lead was still held by it. Raises StoreError.

    With `until` the lead waits until then, CANCELLED gives it back as it was, any other reason ends it; so do the end
    of its campaign, and its import's undoing when it was never called.
    """
    values: dict[str, Any] = {"attempt_id": None, "lease_owner": None, "lease_until": None, "why": refusal.why}
    if refusal.code != Code.CANCELLED and refusal.until is None:
        values |= {"state": str(LeadState.REFUSED), "code": str(refusal.code)}
    else:
        values["state"] = str(LeadState.WAITING)
    if refusal.code != Code.CANCELLED and refusal.until is not None:
        values["due_at"] = refusal.until
    held = (Lead.attempt_id == attempt_id, Lead.state == LeadState.CLAIMED)
    with store.writing() as connection:
        lead = connection.execute(select(Lead.id, Lead.campaign_id).where(*held)).first()
        if lead is not None and state_held(connection, lead.campaign_id) in ENDED:
            values |= closed_by_end(Code.CANCELLED)
        elif lead is not None and was_undone(connection, lead.id, held=True):
            values |= CLOSED
        given = connection.scalar(update(Lead).where(*held).values(values).returning(Lead.id))
        write(connection, [AttemptResult(attempt_id, refusal.code, at)])
        if given is not None and values["state"] == LeadState.REFUSED:
            outbox.leads_finished(connection, (given,))
    return given is not None


def hand_on(store: Store, result: AttemptResult, owner: str, at: datetime) -> str | None:
    """End an attempt that its line did not take, and begin another one of its lead under the same lease; its id.

    One transaction: at no moment has the lead two live attempts, or none. None when the lease is not `owner`'s any
    more; nothing is written then. Raises StoreError.
    """
    held = select(Lead.id, Lead.campaign_id, Lead.number, Lead.attempts).where(
        Lead.attempt_id == result.attempt_id,
        Lead.state == LeadState.CLAIMED,
        Lead.lease_owner == owner,
        Lead.lease_until > at,
    )
    with store.writing() as connection:
        lead = connection.execute(held.with_for_update()).first()
        if lead is None:
            return None
        write(connection, [result])
        new = {"id": str(uuid.uuid4()), "campaign_id": lead.campaign_id, "lead_id": lead.id, "number": lead.number}
        connection.execute(insert(Attempt).values(new | {"try_number": lead.attempts + 1, "started_at": at}))
        values = {"attempt_id": new["id"], "attempts": lead.attempts + 1}
        connection.execute(update(Lead).where(Lead.id == lead.id).values(values))
    return str(new["id"])


def orphans(store: Store, at: datetime) -> list[Orphan]:
    """Attempts without a result whose lease has run out. Raises StoreError."""
    asked = (
        select(Attempt.id, Lead.campaign_id, Lead.lease_owner, Attempt.started_at)
        .join(Attempt, Attempt.id == Lead.attempt_id)
        .where(Lead.lease_until < at, Lead.state == LeadState.CLAIMED, Attempt.code.is_(None))
    )
    with store.reading() as connection:
        rows = connection.execute(asked).all()
    return [Orphan(str(key), campaign, owner or "", started_at or at) for key, campaign, owner, started_at in rows]


def close_orphan(store: Store, attempt_id: str, at: datetime) -> bool:
    """NODE_LOST for an attempt that is known to be dead; False when its dialer has renewed it meanwhile.

    Raises StoreError.
    """
    held = select(Lead.id).where(Lead.attempt_id == attempt_id, Lead.lease_until < at).with_for_update()
    with store.writing() as connection:
        if connection.scalar(held) is None:
            return False
        write(connection, [AttemptResult(attempt_id, Code.NODE_LOST, at)])
    return True


def close_mine(store: Store, owner: str, at: datetime) -> int:
    """NODE_LOST for all that a dialer holds without a result, when its switch is dead and all channels with it.

    Returns how many. Raises StoreError.
    """
    asked = (
        select(Attempt.id)
        .join(Lead, Attempt.id == Lead.attempt_id)
        .where(Lead.lease_until.is_not(None), Lead.lease_owner == owner, Attempt.code.is_(None))
    )
    with store.writing() as connection:
        lost = connection.scalars(asked).all()
        write(connection, [AttemptResult(str(key), Code.NODE_LOST, at) for key in lost])
    return len(lost)


def finished(store: Store, owner: str, at: datetime) -> list[tuple[str, str]]:
    """Attempts with a result whose leads are still held, with their campaigns; another dialer's only when it has let
    them lie for LATE, so it has died. Raises StoreError.
    """
    theirs = or_(Lead.lease_until < at, Attempt.ended_at < at - LATE)
    asked = (
        select(Attempt.id, Lead.campaign_id)
        .join(Attempt, Attempt.id == Lead.attempt_id)
        .where(Lead.lease_until.is_not(None), Lead.state == LeadState.CLAIMED, Attempt.code.is_not(None))
        .where(or_(Lead.lease_owner == owner, theirs))
    )
    with store.reading() as connection:
        return [(str(key), campaign) for key, campaign in connection.execute(asked)]


def held_by(store: Store, owner: str) -> frozenset[str]:
    """Attempts whose leads are leased to this dialer. Raises StoreError."""
    mine = (Lead.lease_until.is_not(None), Lead.state == LeadState.CLAIMED, Lead.lease_owner == owner)
    with store.reading() as connection:
        return frozenset(str(key) for key in connection.scalars(select(Lead.attempt_id).where(*mine)))


def note_line(store: Store, attempt_id: str, gateway: str, caller_number: str) -> None:
    """By what the attempt goes out, before it does. Raises StoreError."""
    values = {"gateway": gateway or None, "caller_number": caller_number or None}
    with store.writing() as connection:
        connection.execute(update(Attempt).where(Attempt.id == attempt_id).values(values))

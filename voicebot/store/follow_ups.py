"""Tasks that calls left behind, as providers see them: listed, taken for some time, done or failed.

They come from calls through the writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_, update

from voicebot.store.rows import OPEN
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, FollowUp, Lead

TAKEN, DONE, FAILED = "taken", "done", "failed"
STATUSES = (OPEN, TAKEN, DONE, FAILED)


@dataclass(frozen=True)
class TaskRow:
    """One task with whom it concerns. `number` is E.164 with +; `lead`: the list's own id of the lead."""

    attempt_id: str
    seq: int
    type: str
    status: str
    number: str
    text: str
    details: Mapping[str, Any]
    due_at: datetime | None
    created_at: datetime
    node: str
    campaign_id: str | None
    lead: str | None
    taken_by: str | None
    taken_at: datetime | None
    closed_at: datetime | None
    outcome: str | None

    @property
    def id(self) -> str:
        """What commands call it."""
        return f"{self.attempt_id}:{self.seq}"


def tasks(store: Store, *, types: Sequence[str], statuses: Sequence[str], limit: int) -> tuple[TaskRow, ...]:
    """Tasks of these types and statuses (empty: of any), the first due first. Raises StoreError."""
    query = _rows().order_by(*_DUE_FIRST).limit(limit)
    if types:
        query = query.where(FollowUp.type.in_(types))
    if statuses:
        query = query.where(FollowUp.status.in_(statuses))
    with store.reading() as connection:
        return tuple(TaskRow(**row) for row in connection.execute(query).mappings())


def take(
    store: Store, by: str, *, types: Sequence[str], limit: int, now: datetime, lease: timedelta
) -> tuple[TaskRow, ...]:
    """At most `limit` tasks that are due, given to `by` alone until `now + lease`. Raises StoreError.

    Two who take at once never get the same: the rows are locked and passed over on PostgreSQL, and SQLite has one
    writer at a time. A task whose lease ran out without an end is given again, so it may be carried out twice.
    """
    lapsed = and_(FollowUp.status == TAKEN, FollowUp.taken_at <= now - lease)
    wanted: list[ColumnElement[bool]] = [
        or_(FollowUp.status == OPEN, lapsed),
        or_(FollowUp.due_at.is_(None), FollowUp.due_at <= now),
    ]
    if types:
        wanted.append(FollowUp.type.in_(types))
    with store.writing() as connection:
        free = select(*_KEY).where(*wanted).order_by(*_DUE_FIRST).limit(limit).with_for_update(skip_locked=True)
        keys = [tuple(row) for row in connection.execute(free)]
        if not keys:
            return ()
        mine = tuple_(*_KEY).in_(keys)
        connection.execute(update(FollowUp).where(mine).values(status=TAKEN, taken_by=by, taken_at=now))
        rows = connection.execute(_rows().where(mine).order_by(*_DUE_FIRST)).mappings()
        return tuple(TaskRow(**row) for row in rows)


def close(store: Store, task_id: tuple[str, int], status: str, outcome: str, by: str, now: datetime) -> str:
    """Write that a task is DONE or FAILED; empty, or why it cannot be: unknown, closed, somebody else's (`by` given).

    Raises StoreError.
    """
    attempt_id, seq = task_id
    key = (FollowUp.attempt_id == attempt_id) & (FollowUp.seq == seq)
    with store.writing() as connection:
        found = connection.execute(
            select(FollowUp.status, FollowUp.taken_by).where(key).with_for_update()
        ).one_or_none()
        if found is None:
            return "there is no such task"
        if found.status in (DONE, FAILED):
            return f"it is {found.status} already"
        if by and found.taken_by not in (None, by):
            return f"{found.taken_by} has taken it"
        closed = {"status": status, "closed_at": now, "outcome": outcome or None}
        connection.execute(update(FollowUp).where(key).values(**closed, taken_by=by or found.taken_by))
    return ""


_KEY = (FollowUp.attempt_id, FollowUp.seq)
_DUE_FIRST = (FollowUp.due_at.is_not(None), FollowUp.due_at, FollowUp.created_at, *_KEY)
"""What is due at once comes first; the same on both databases, which sort empty values differently."""


def _rows() -> Select[Any]:
    own = (
        *(*_KEY, FollowUp.type, FollowUp.status, FollowUp.text, FollowUp.details, FollowUp.due_at),
        *(FollowUp.created_at, FollowUp.node, FollowUp.taken_by, FollowUp.taken_at),
        *(FollowUp.closed_at, FollowUp.outcome),
    )
    return (
        select(*own, Attempt.number, Attempt.campaign_id, Lead.key.label("lead"))
        .join(Attempt, Attempt.id == FollowUp.attempt_id)
        .join(Lead, Lead.id == Attempt.lead_id, isouter=True)
    )

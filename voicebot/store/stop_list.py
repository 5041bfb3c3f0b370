"""The stop list: numbers that must not be called. What a call asks for comes through the writer; here people do it.

A number that is taken off keeps its row with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from voicebot.store.rows import EVERYWHERE, put_on_stop_list
from voicebot.store.store import Store
from voicebot.store.tables import StopEntry

AT_ONCE = 1000
"""Entries in one statement at most."""


@dataclass(frozen=True)
class Entry:
    """A number (E.164 with +) that the campaign `scope` must not call, `*`: none may. `source`: who entered it."""

    number: str
    scope: str
    reason: str
    source: str
    added_at: datetime
    attempt_id: str | None = None
    removed_at: datetime | None = None
    removed_why: str | None = None


def add(store: Store, entries: Sequence[Entry]) -> int:
    """Put numbers on the list; returns how many were not on it before. Safe to repeat. Raises StoreError."""
    with store.writing() as connection:
        held = select(StopEntry.number, StopEntry.scope).where(StopEntry.removed_at.is_(None))
        new = 0
        for begin in range(0, len(entries), AT_ONCE):
            some = entries[begin : begin + AT_ONCE]
            there = {(n, s) for n, s in connection.execute(held.where(StopEntry.number.in_([e.number for e in some])))}
            new += len({(entry.number, entry.scope) for entry in some} - there)
            rows = {(entry.number, entry.scope): entry for entry in some}
            put_on_stop_list(connection, [_row(entry) for entry in rows.values()])
    return new


def _row(entry: Entry) -> dict[str, object]:
    names = ("number", "scope", "reason", "source", "added_at", "attempt_id")
    return {name: getattr(entry, name) for name in names}


def remove(store: Store, number: str, scope: str, why: str, at: datetime) -> bool:
    """Take a number off the list of `scope`; False when it was not on it. Raises StoreError."""
    with store.writing() as connection:
        held = (StopEntry.number == number) & (StopEntry.scope == scope) & StopEntry.removed_at.is_(None)
        gone = connection.execute(update(StopEntry).where(held).values(removed_at=at, removed_why=why))
        return bool(gone.rowcount)


def stopped(store: Store, number: str, campaign_id: str | None = None) -> Entry | None:
    """The entry because of which this campaign must not call the number, None when it may. Raises StoreError."""
    scopes = [EVERYWHERE, *([campaign_id] if campaign_id else [])]
    query = (
        select(StopEntry)
        .where(StopEntry.number == number, StopEntry.scope.in_(scopes), StopEntry.removed_at.is_(None))
        .order_by(StopEntry.scope)
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _entry(dict(row))


def entries(store: Store, limit: int, *, removed: bool = False) -> tuple[Entry, ...]:
    """The latest entries; `removed`: with those that were taken off. Raises StoreError."""
    query = select(StopEntry).order_by(StopEntry.added_at.desc(), StopEntry.id.desc()).limit(limit)
    if not removed:
        query = query.where(StopEntry.removed_at.is_(None))
    with store.reading() as connection:
        return tuple(_entry(dict(row)) for row in connection.execute(query).mappings())


def _entry(row: dict[str, object]) -> Entry:
    del row["id"]
    return Entry(**row)  # type: ignore[arg-type]  # the columns are the fields

"""Complaints, consents and exclusions of persons, put in and read back. Who is refused for them is refusals.py's."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from voicebot.store.campaigns import note
from voicebot.store.store import Store
from voicebot.store.tables import Base
from voicebot.store.tables_dialling import Complaint, Consent, Exclusion
from voicebot.store.take_turns import take_turns

AT_ONCE = 1_000
"""Rows in one statement at most."""


@dataclass(frozen=True)
class ComplaintMade:
    """A complaint; fields as the columns of `complaint`."""

    number: str
    made_at: datetime
    words: str
    source: str
    caller_number: str | None = None
    attempt_id: str | None = None


@dataclass(frozen=True)
class ConsentSaid:
    """A person's word for a purpose; fields as the columns of `consent`. `given` False: refused or withdrawn."""

    number: str
    purpose: str
    given: bool
    at: datetime
    until: datetime | None
    proof: str
    source: str


@dataclass(frozen=True)
class ExclusionMade:
    """A person who is not to be offered a product; fields as the columns of `exclusion`."""

    number: str
    product: str
    until: datetime | None
    added_at: datetime


def add_complaints(store: Store, made: Sequence[ComplaintMade], by: str) -> int:
    """Keep them; how many were new. One that is there already, by number, time and words, is not kept twice."""
    return _add(store, Complaint, made, ("number", "made_at", "words"), by, "complaint.add")


def add_consents(store: Store, said: Sequence[ConsentSaid], by: str) -> int:
    """Keep them; how many were new. The newest word of a person for a purpose holds."""
    return _add(store, Consent, said, ("number", "purpose", "given", "at"), by, "consent.add")


def add_exclusions(store: Store, made: Sequence[ExclusionMade], by: str) -> int:
    """Keep them; how many there are. One of the same number and product takes the new end. Raises StoreError."""
    rows = list({(one.number, one.product): asdict(one) for one in made}.values())
    with store.writing() as connection:
        take_turns(connection, "exclusion.add")
        kind = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        for begin in range(0, len(rows), AT_ONCE):
            put = kind(Exclusion)
            renewed = {"until": put.excluded.until, "added_at": put.excluded.added_at}
            statement = put.on_conflict_do_update(index_elements=["number", "product"], set_=renewed)
            connection.execute(statement, rows[begin : begin + AT_ONCE])
        note(connection, by, "exclusion.add", "list:exclusion", {}, {"rows": len(rows)})
    return len(rows)


def complaints(store: Store, limit: int) -> list[dict[str, Any]]:
    """The latest, as rows of `complaint`. Raises StoreError."""
    return _latest(store, Complaint, limit)


def consents(store: Store, limit: int) -> list[dict[str, Any]]:
    """The latest, as rows of `consent`. Raises StoreError."""
    return _latest(store, Consent, limit)


def exclusions(store: Store, limit: int) -> list[dict[str, Any]]:
    """The latest, as rows of `exclusion`. Raises StoreError."""
    return _latest(store, Exclusion, limit)


def _latest(store: Store, table: type[Base], limit: int) -> list[dict[str, Any]]:
    columns = table.__table__
    asked = select(columns).order_by(columns.c.id.desc()).limit(limit)
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(asked).mappings()]


def _add(
    store: Store,
    table: type[Base],
    given: Sequence[ComplaintMade] | Sequence[ConsentSaid],
    key: tuple[str, ...],
    by: str,
    action: str,
) -> int:
    """Rows whose `key` is not there yet, and one line of the audit. Raises StoreError."""
    columns = table.__table__.c
    new = 0
    with store.writing() as connection:
        take_turns(connection, action)  # a list that is loaded twice at once is kept once
        for begin in range(0, len(given), AT_ONCE):
            some = {tuple(getattr(one, name) for name in key): asdict(one) for one in given[begin : begin + AT_ONCE]}
            numbers = list({row["number"] for row in some.values()})
            asked = select(*(columns[name] for name in key)).where(columns["number"].in_(numbers))
            there = {tuple(row) for row in connection.execute(asked)}
            rows = [row for one, row in some.items() if one not in there]
            new += len(rows)
            if rows:
                connection.execute(insert(table), rows)
        note(connection, by, action, f"list:{action.partition('.')[0]}", {}, {"rows": len(given), "new": new})
    return new

"""Recorded talks as grading needs them, and the grades that later rules give them, beside the old ones.

What a grade is, and how one comes about, is the dialog's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Text, and_, cast, exists, func, select

from voicebot.store.records import EvidenceRecord
from voicebot.store.rows import insert_once
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, CallEvent, CallGrade, Lead, ScriptVersion

BATCH = 200
"""Talks that are read, graded and written at once."""


@dataclass(frozen=True)
class Recorded:
    """Which talks: of one campaign, by one script, begun at this moment or later; None: all."""

    campaign: str | None = None
    script: str | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class StoredTalk:
    """A talk with its grade and all that happened in it. `number` is E.164, empty when it is not known."""

    attempt_id: str
    number: str
    started_at: datetime | None
    script: str
    version_id: int
    variables: Mapping[str, Any]
    grade: str
    rule: str
    events: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class NewGrade:
    """What the rules of a version give one talk."""

    attempt_id: str
    grade: str
    rule: str
    evidence: tuple[EvidenceRecord, ...]


@dataclass(frozen=True)
class Regraded:
    """A talk with its old grade and the one of a version's rules."""

    attempt_id: str
    number: str
    started_at: datetime | None
    old: str
    old_rule: str
    new: str
    new_rule: str


def scripts_of(store: Store, which: Recorded) -> Mapping[str, int]:
    """The scripts of these talks, with their number. Raises StoreError."""
    query = _narrowed(select(ScriptVersion.script, func.count()), which).group_by(ScriptVersion.script)
    with store.reading() as connection:
        return {script: count for script, count in connection.execute(query.order_by(ScriptVersion.script))}  # noqa: C416


def calls_like(store: Store, wanted: str, limit: int = 5) -> tuple[str, ...]:
    """The ids of talks that begin with `wanted`, in lower case, `limit` at most. Raises StoreError."""
    query = select(Call.attempt_id).where(cast(Call.attempt_id, Text).startswith(wanted, autoescape=True))
    with store.reading() as connection:
        return tuple(connection.scalars(query.order_by(Call.attempt_id).limit(limit)))


def talk(store: Store, attempt_id: str) -> StoredTalk:
    """One talk that is there. Raises StoreError."""
    (found,) = _talks(store, _narrowed(select(*_COLUMNS), Recorded()).where(Call.attempt_id == attempt_id))
    return found


def talks(store: Store, which: Recorded, ungraded_by: int | None = None) -> Iterator[tuple[StoredTalk, ...]]:
    """These talks, in batches by id. `ungraded_by`: only those that have no grade by that version's rules yet.

    Grades may be written between two batches. Raises StoreError.
    """
    query = _narrowed(select(*_COLUMNS), which)
    if ungraded_by is not None:
        done = exists().where(CallGrade.attempt_id == Call.attempt_id, CallGrade.script_version_id == ungraded_by)
        query = query.where(~done)
    after = ""
    while True:
        rest = query.where(Call.attempt_id > after) if after else query
        batch = _talks(store, rest.order_by(Call.attempt_id).limit(BATCH))
        if not batch:
            return
        yield batch
        after = batch[-1].attempt_id


def add_grades(store: Store, version_id: int, grades: Sequence[NewGrade]) -> None:
    """Keep them beside the old ones; a talk that has one by this version keeps it. Raises StoreError."""
    if not grades:
        return
    rows = [
        {
            "attempt_id": one.attempt_id,
            "script_version_id": version_id,
            "graded_at": datetime.now(UTC),
            "grade": one.grade,
            "rule": one.rule,
            "evidence": [{"what": each.what, "at_ms": each.at_ms, "text": each.text} for each in one.evidence],
        }
        for one in grades
    ]
    with store.writing() as connection:
        connection.execute(insert_once(connection, CallGrade), rows)


def regraded(store: Store, which: Recorded, version_id: int) -> tuple[Regraded, ...]:
    """These talks as far as the version's rules have graded them. Raises StoreError."""
    columns = (Attempt.id, Attempt.number, Attempt.started_at, Call.grade, Call.grade_rule)
    query = _narrowed(select(*columns, CallGrade.grade, CallGrade.rule), which).join(
        CallGrade, and_(CallGrade.attempt_id == Call.attempt_id, CallGrade.script_version_id == version_id)
    )
    with store.reading() as connection:
        return tuple(Regraded(*row) for row in connection.execute(query.order_by(Attempt.started_at, Attempt.id)))


def grades_of(store: Store, attempt_id: str) -> tuple[tuple[str, str, str, datetime], ...]:
    """Grades given anew to one talk: version as stated, grade, rule, when; the latest last. Raises StoreError."""
    query = (
        select(ScriptVersion.version, CallGrade.grade, CallGrade.rule, CallGrade.graded_at)
        .join(ScriptVersion, ScriptVersion.id == CallGrade.script_version_id)
        .where(CallGrade.attempt_id == attempt_id)
        .order_by(CallGrade.id)
    )
    with store.reading() as connection:
        return tuple((row[0], row[1], row[2], row[3]) for row in connection.execute(query))


_COLUMNS = (
    *(Attempt.id, Attempt.number, Attempt.started_at, ScriptVersion.script, Call.script_version_id),
    *(Lead.variables, Call.grade, Call.grade_rule),
)


# A select of any columns is `Any` here: the library types a select by its columns.
def _narrowed(query: Any, which: Recorded) -> Any:
    query = (
        query.select_from(Call)
        .join(Attempt, Attempt.id == Call.attempt_id)
        .join(ScriptVersion, ScriptVersion.id == Call.script_version_id)
        .join(Lead, Lead.id == Attempt.lead_id, isouter=True)
    )
    if which.campaign is not None:
        query = query.where(Attempt.campaign_id == which.campaign)
    if which.script is not None:
        query = query.where(ScriptVersion.script == which.script)
    if which.since is not None:
        query = query.where(func.coalesce(Attempt.started_at, Attempt.answered_at) >= which.since)
    return query


def _talks(store: Store, query: Any) -> tuple[StoredTalk, ...]:
    with store.reading() as connection:
        rows = connection.execute(query).all()
        ids = [row.id for row in rows]
        happened: dict[str, list[Mapping[str, Any]]] = {attempt_id: [] for attempt_id in ids}
        bodies = select(CallEvent.attempt_id, CallEvent.body).where(CallEvent.attempt_id.in_(ids))
        for attempt_id, body in connection.execute(bodies.order_by(CallEvent.attempt_id, CallEvent.seq)):
            happened[attempt_id].append(body)
    return tuple(
        StoredTalk(
            row.id,
            row.number or "",
            row.started_at,
            row.script,
            row.script_version_id,
            row.variables or {},
            row.grade,
            row.grade_rule,
            tuple(happened[row.id]),
        )
        for row in rows
    )

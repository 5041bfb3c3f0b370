"""The grades that later rules give recorded talks, beside the old ones. How a grade comes about is the dialog's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, select

from voicebot.store.recorded import Wanted, narrowed
from voicebot.store.records import EvidenceRecord
from voicebot.store.rows import insert_once
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, CallGrade, ScriptVersion


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


def regraded(store: Store, which: Wanted, version_id: int) -> tuple[Regraded, ...]:
    """These talks as far as the version's rules have graded them. Raises StoreError."""
    columns = (Attempt.id, Attempt.number, Attempt.started_at, Call.grade, Call.grade_rule)
    query = narrowed(select(*columns, CallGrade.grade, CallGrade.rule), which).join(
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

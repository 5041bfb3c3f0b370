"""Intent grades by script version, and why attempts ended."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from voicebot.campaign.policy.codes import Code
from voicebot.reports.only import Only, calls
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.refresh import fresh, opened
from voicebot.reports.sums.totals import ENDED, totals
from voicebot.store.store import Store
from voicebot.store.tables import Call, CallGrade, ScriptVersion
from voicebot.store.tables_sums import DayResult

GRADES = "ABCDE"


@dataclass(frozen=True)
class GradeRow:
    """The calls of one script version by grade; `intent`: A and B of all calls.

    `ungraded`: calls that the rules asked for have not graded; they are not among `calls`.
    """

    script: str
    version: str
    calls: int
    grades: Mapping[str, int]
    intent: Rate
    ungraded: int = 0


@dataclass(frozen=True)
class ResultRow:
    """The attempts that ended with one code; `share` of all that ended, 0 to 1."""

    code: str
    layer: str
    label: str
    attempts: int
    share: float
    uses_up_attempt: bool


def grade_report(store: Store, only: Only, graded_by: int | None = None) -> tuple[GradeRow, ...]:
    """Every script version that was called with, by the grades of its calls.

    `graded_by`: by those that this version's rules gave later (table call_grade). Raises StoreError.
    """
    versions: dict[tuple[str, str], dict[str | None, int]] = defaultdict(dict)
    counted = _own_grades(store, only) if graded_by is None else _later_grades(store, only, graded_by)
    for script, version, letter, count in counted:
        versions[script, version][letter] = count
    return tuple(_grade_row(script, version, counts) for (script, version), counts in versions.items())


_KEY = (ScriptVersion.script, ScriptVersion.version)


def _own_grades(store: Store, only: Only) -> Sequence[Any]:
    with opened(store, only, DayResult) as reader:
        names = reader.version_names
        rows = reader.sums(DayResult, ("version_id", "grade"), totals("attempts"))
    counts = Counter[tuple[str, str, str]]()
    for version, grade, count in rows:
        if version in names:
            counts[(*names[version], grade)] += count
    return [(*key, count) for key, count in sorted(counts.items())]


def _later_grades(store: Store, only: Only, graded_by: int) -> Sequence[Any]:
    later = and_(CallGrade.attempt_id == Call.attempt_id, CallGrade.script_version_id == graded_by)
    query = calls(select(*_KEY, CallGrade.grade, func.count()), only).outerjoin(CallGrade, later)
    with store.reading() as connection:
        return connection.execute(query.group_by(*_KEY, CallGrade.grade).order_by(*_KEY)).all()


def _grade_row(script: str, version: str, counts: Mapping[str | None, int]) -> GradeRow:
    grades = {letter: counts.get(letter, 0) for letter in GRADES}
    graded = sum(grades.values())
    return GradeRow(
        script, version, graded, grades, rate(grades["A"] + grades["B"], graded), ungraded=counts.get(None, 0)
    )


def result_report(store: Store, only: Only) -> tuple[ResultRow, ...]:
    """Every result code that occurred, layer by layer, in the order of the code table. Raises StoreError."""
    rows = fresh(store, DayResult, only, ("code",), totals("attempts"), ENDED)
    counts = {Code(code): count for code, count in rows}
    total = sum(counts.values())
    return tuple(
        ResultRow(str(code), str(code.layer), code.label, counts[code], counts[code] / total, code.uses_up_attempt)
        for code in Code
        if code in counts
    )

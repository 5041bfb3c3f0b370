"""Intent grades by script version, and why attempts ended."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from voicebot.campaign.policy.codes import Code
from voicebot.reports.only import Only, attempts, calls
from voicebot.reports.stats import Rate, rate
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, ScriptVersion

GRADES = "ABCDE"


@dataclass(frozen=True)
class GradeRow:
    """The calls of one script version by grade; `intent`: A and B of all calls."""

    script: str
    version: str
    calls: int
    grades: Mapping[str, int]
    intent: Rate


@dataclass(frozen=True)
class ResultRow:
    """The attempts that ended with one code; `share` of all that ended, 0 to 1."""

    code: str
    layer: str
    label: str
    attempts: int
    share: float
    uses_up_attempt: bool


def grade_report(store: Store, only: Only) -> tuple[GradeRow, ...]:
    """Every script version that was called with. Raises StoreError."""
    key = (ScriptVersion.script, ScriptVersion.version)
    query = calls(select(*key, Call.grade, func.count()), only).group_by(*key, Call.grade).order_by(*key)
    versions: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(GRADES, 0))
    with store.reading() as connection:
        for script, version, grade, count in connection.execute(query):
            versions[script, version][grade] = count
    return tuple(
        GradeRow(script, version, sum(grades.values()), grades, rate(grades["A"] + grades["B"], sum(grades.values())))
        for (script, version), grades in versions.items()
    )


def result_report(store: Store, only: Only) -> tuple[ResultRow, ...]:
    """Every result code that occurred, layer by layer, in the order of the code table. Raises StoreError."""
    query = attempts(select(Attempt.code, func.count()), only).where(Attempt.code.is_not(None)).group_by(Attempt.code)
    with store.reading() as connection:
        counts = {Code(code): count for code, count in connection.execute(query)}
    total = sum(counts.values())
    return tuple(
        ResultRow(str(code), str(code.layer), code.label, counts[code], counts[code] / total, code.uses_up_attempt)
        for code in Code
        if code in counts
    )

"""Counting days: their attempts and leads, put in place of what was counted before. Talks are in counting_talks.py."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, case, delete, func, insert, select

from voicebot.reports.segments import key_of
from voicebot.reports.sums import counting_talks
from voicebot.reports.sums.days import Unit
from voicebot.reports.sums.facts import (
    ADDED_AFTER,
    ANSWERED,
    CONNECTED,
    DELAY_MS,
    LENGTH_MS,
    RUNG,
    SHORT,
    one,
    steps,
    words,
)
from voicebot.reports.sums.summing import Counted, shared, summed
from voicebot.store.tables import Attempt, Base, Call
from voicebot.store.tables_sums import DayHangup, DayLatency, DayLead, DayLength, DayLine, DayNext, DayNode, DayResult

LEAD = "lead"
"""The one kind of sums that is never counted by segment: its rows name the lead, which tells its own groups."""


def count(connection: Connection, sums: str, unit: Unit) -> None:
    """Put these sums of the unit in place of those that are there. Raises SQLAlchemy's errors."""
    tables, counted = SUMS[sums]
    for table in tables:
        columns = table.__table__.columns
        days = columns.day.between(unit.first, unit.last)
        old: list[ColumnElement[bool]] = [columns.campaign_id.in_(unit.campaigns), days]
        if "segment" in columns:
            old.append(columns.segment == key_of(unit.segment))
        connection.execute(delete(table).where(*old))
    for table, names, query in counted(unit):
        connection.execute(insert(table).from_select(names, query))


def _attempts(unit: Unit, columns: dict[str, Any], said: Subquery | None = None) -> Any:
    """A row an attempt of the unit, so that nothing is worked out twice. `said`: of facts.words()."""
    query = select(*(column.label(name) for name, column in (shared(unit) | columns).items())).select_from(Attempt)
    query = query.outerjoin(Call, Call.attempt_id == Attempt.id)
    if said is not None:
        query = query.outerjoin(said, said.c.attempt_id == Attempt.id)
    return query.where(unit.attempts()).subquery()


def _steps(said: Subquery) -> dict[str, ColumnElement[int]]:
    return {name: one(condition) for name, condition in steps(said).items()}


_GRADE = func.coalesce(Call.grade, "")
_INTENT = Call.grade.in_(("A", "B"))
SECOND_MS = 1_000


def _results(unit: Unit) -> list[Counted]:
    values = {
        "talk_ms": func.coalesce(Call.talk_ms, 0),
        "frames_late": func.coalesce(Call.frames_late, 0),
        "worst_gap_ms": func.coalesce(Call.worst_gap_ms, 0),
    }
    keys = {
        "hour": unit.hour(),
        "try_number": func.coalesce(Attempt.try_number, 0),
        "code": func.coalesce(Attempt.code, ""),
        "grade": _GRADE,
    }
    said = words(unit.attempts())
    came = _steps(said)
    rows = _attempts(unit, keys | came | values, said)
    sums = {"attempts": func.count()} | {name: func.sum(rows.c[name]) for name in (*came, "talk_ms", "frames_late")}
    return [summed(unit, DayResult, rows, list(keys), sums | {"worst_gap_ms": func.max(rows.c.worst_gap_ms)})]


def _lines(unit: Unit) -> list[Counted]:
    keys = {name: func.coalesce(getattr(Attempt, name), "") for name in ("gateway", "caller_number", "code", "cause")}
    values = {
        "answered": one(ANSWERED),
        "connected": one(CONNECTED),
        "short": one(SHORT),
        "talks": one(Call.talk_ms.is_not(None)),
        "talk_ms": func.coalesce(Call.talk_ms, 0),
        "lengths": one(LENGTH_MS.is_not(None)),
        "length_ms": func.coalesce(LENGTH_MS, 0),
        "delays": one(RUNG),
        "delay_ms": func.coalesce(DELAY_MS, 0),
        "intents": one(and_(CONNECTED, _INTENT)),
        "added": one(and_(CONNECTED, ADDED_AFTER)),
        "intents_added": one(and_(CONNECTED, _INTENT, ADDED_AFTER)),
    }
    rows = _attempts(unit, keys | values)
    sums = {"attempts": func.count()} | {name: func.sum(rows.c[name]) for name in values}
    return [summed(unit, DayLine, rows, list(keys), sums), _lengths(unit)]


def _lengths(unit: Unit) -> Counted:
    keys = {"gateway": func.coalesce(Attempt.gateway, ""), "seconds": (LENGTH_MS + SECOND_MS - 1) // SECOND_MS}
    rows = _attempts(unit, keys)
    table, names, query = summed(unit, DayLength, rows, list(keys), {"attempts": func.count()})
    return table, names, query.where(rows.c.seconds.is_not(None))


def _leads(unit: Unit) -> list[Counted]:
    # Of a lead its best grade of the day counts; attempts without a lead stay apart, each is a lead of its own.
    apart = case((Attempt.lead_id.is_(None), _GRADE), else_="")
    keys = {"lead_id": func.coalesce(Attempt.lead_id, 0)}
    said = words(unit.attempts())
    came = _steps(said)
    rows = _attempts(unit, keys | came | {"apart": apart, "grade": func.nullif(_GRADE, "")}, said)
    sums = {"grade": func.coalesce(func.min(rows.c.grade), ""), "dialled": func.count()}
    sums |= {name: func.sum(rows.c[name]) for name in came}
    return [summed(unit, DayLead, rows, list(keys), sums, apart=[rows.c.apart])]


SUMS: Mapping[str, tuple[Sequence[type[Base]], Callable[[Unit], list[Counted]]]] = {
    "result": ((DayResult,), _results),
    "line": ((DayLine, DayLength), _lines),
    "node": ((DayNode, DayHangup, DayNext), counting_talks.nodes),
    "latency": ((DayLatency,), counting_talks.latencies),
    LEAD: ((DayLead,), _leads),
}
"""The kinds of sums: their tables, and what fills them."""

"""What came of the attempts of each gateway and of each of our numbers: answered, short, rejected, by result code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from voicebot.campaign.policy.codes import Code
from voicebot.reports.only import Only, attempts
from voicebot.store.number_health import CUSTOMER, SHORT_MS
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call


@dataclass(frozen=True)
class LineRow:
    """`line`: gateway or number, empty: not known. Shares of the attempts, `short` of the answered; `talk_s` is the
    mean of the talks, None without one; `codes`: attempts by result code, the most frequent first."""

    line: str
    attempts: int
    answered: float
    talk_s: float | None
    short: float
    rejected: float
    codes: Mapping[str, int]


def gateway_lines(store: Store, only: Only) -> tuple[LineRow, ...]:
    """One row a gateway, the busiest first; attempts that have ended. Raises StoreError."""
    return _lines(store, only, Attempt.gateway)


def number_lines(store: Store, only: Only) -> tuple[LineRow, ...]:
    """One row a number shown, the busiest first; attempts that have ended. Raises StoreError."""
    return _lines(store, only, Attempt.caller_number)


def _lines(store: Store, only: Only, line: Any) -> tuple[LineRow, ...]:
    answered = Attempt.answered_at.is_not(None)
    short = or_(
        and_(Call.ended_by == CUSTOMER, Call.talk_ms < SHORT_MS),
        and_(Call.talk_ms.is_(None), Attempt.who_hung_up == CUSTOMER),
    )
    columns = (
        line,
        Attempt.code,
        func.count(),
        func.sum(case((answered, 1), else_=0)),
        func.sum(case((and_(answered, short), 1), else_=0)),
        func.coalesce(func.sum(Call.talk_ms), 0),
        func.count(Call.talk_ms),
    )
    query = attempts(select(*columns), only, with_calls=True).where(Attempt.code.is_not(None))
    found: dict[str, list[tuple[Any, ...]]] = {}
    with store.reading() as connection:
        for name, code, *counts in connection.execute(query.group_by(line, Attempt.code)):
            found.setdefault(name or "", []).append((code, *map(int, counts)))
    rows = (_row(name, parts) for name, parts in found.items())
    return tuple(sorted(rows, key=lambda row: (-row.attempts, row.line)))


def _row(line: str, parts: list[tuple[Any, ...]]) -> LineRow:
    codes = dict(sorted(((code, count) for code, count, *_ in parts), key=lambda pair: (-pair[1], pair[0])))
    total, answered, short, talk_ms, talks = (sum(part[place] for part in parts) for place in range(1, 6))
    return LineRow(
        line=line,
        attempts=total,
        answered=answered / total,
        talk_s=talk_ms / talks / 1000 if talks else None,
        short=short / answered if answered else 0.0,
        rejected=codes.get(str(Code.REJECTED), 0) / total,
        codes=codes,
    )

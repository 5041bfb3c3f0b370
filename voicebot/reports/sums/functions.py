"""The few functions of moments that SQLite and PostgreSQL write differently."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class local_hour(FunctionElement[int]):
    """The hour of the day, 0 to 23, of a moment; the second argument: seconds by which the zone is ahead of UTC."""

    type = Integer()
    inherit_cache = True


class local_day(FunctionElement[date]):
    """The day of a moment; the second argument: seconds by which the zone is ahead of UTC."""

    type = Date()
    inherit_cache = True


class epoch_ms(FunctionElement[int]):
    """Whole milliseconds of a moment since 1970."""

    type = Integer()
    inherit_cache = True


@compiles(local_hour, "sqlite")
def _hour_on_sqlite(element: local_hour, compiler: Any, **options: Any) -> str:
    moment, ahead = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(strftime('%H', {moment}, {ahead} || ' seconds') AS INTEGER)"


@compiles(local_hour, "postgresql")
def _hour_on_postgresql(element: local_hour, compiler: Any, **options: Any) -> str:
    moment, ahead = (compiler.process(clause, **options) for clause in element.clauses)
    local = f"({moment} AT TIME ZONE 'UTC') + make_interval(secs => {ahead})"
    return f"CAST(EXTRACT(HOUR FROM {local}) AS INTEGER)"


@compiles(local_day, "sqlite")
def _day_on_sqlite(element: local_day, compiler: Any, **options: Any) -> str:
    moment, ahead = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date({moment}, {ahead} || ' seconds')"


@compiles(local_day, "postgresql")
def _day_on_postgresql(element: local_day, compiler: Any, **options: Any) -> str:
    moment, ahead = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(({moment} AT TIME ZONE 'UTC') + make_interval(secs => {ahead}) AS DATE)"


@compiles(epoch_ms, "sqlite")
def _ms_on_sqlite(element: epoch_ms, compiler: Any, **options: Any) -> str:
    # The fraction is cut, not rounded, from the text that the moment is kept as: 2026-03-02 10:00:00.123456.
    (moment,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(strftime('%s', substr({moment}, 1, 19)) * 1000 + CAST(substr({moment}, 21, 3) AS INTEGER))"


@compiles(epoch_ms, "postgresql")
def _ms_on_postgresql(element: epoch_ms, compiler: Any, **options: Any) -> str:
    (moment,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(floor(EXTRACT(EPOCH FROM {moment}) * 1000) AS BIGINT)"


def int_sum(column: Any) -> ColumnElement[int]:
    """A sum as a whole number: PostgreSQL's sum of large integers is a decimal; 0 for no row."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)

"""How long attempts lasted, in whole seconds, as SQL that means the same on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, cast, extract, func

MS_OF_DAY = 86_400_000


def seconds_up(connection: Connection, begin: Any, end: Any) -> ColumnElement[int]:
    """Seconds from one moment to the other, a begun one counts; a begun millisecond of it is rounded before.

    Any whole unit of seconds bills these as it bills the milliseconds: ceil(ceil(x) / n) = ceil(x / n).
    """
    if connection.dialect.name == "postgresql":
        ms = cast(func.round(extract("epoch", end - begin) * 1000), Integer)
    else:
        ms = cast(func.round((func.julianday(end) - func.julianday(begin)) * MS_OF_DAY), Integer)
    return (ms + 999) // 1000

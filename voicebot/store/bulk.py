"""Many rows into one table by the fastest way of the database: COPY on PostgreSQL, many rows a statement on SQLite.

For lists of a million, and the thousands of turns of a batch of calls. Rows that may be there already go through
SQLAlchemy's own insert.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

from voicebot.store.tables import Base

Convert = Callable[[Any], Any]
ROWS_A_STATEMENT = 100
"""SQLite lets go of Python's lock a statement at a time; with a row each, two threads would pass it to and fro."""


def add_many(
    connection: Connection,
    table: type[Base] | Table,
    shared: Mapping[str, Any],
    names: tuple[str, ...],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Insert `rows`, their values in the order of the columns `names`, each with the `shared` values by column; other
    columns take the database's defaults.

    Values are converted as SQLAlchemy does it. Raises what SQLAlchemy raises.
    """
    constant, names = tuple(shared.values()), (*shared, *names)
    into: Any = table if isinstance(table, Table) else table.__table__
    converts = _converts(connection.dialect, into, names)
    constant = tuple(converts.get(place, _as_it_is)(value) for place, value in enumerate(constant))
    varying = [(place - len(constant), one) for place, one in converts.items() if place >= len(constant)]
    put = _copy if connection.dialect.name == "postgresql" else _insert
    put(connection, into.name, names, _converted(constant, varying, rows))


def _insert(connection: Connection, table: str, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    rows = iter(rows)
    while some := list(islice(rows, ROWS_A_STATEMENT)):
        connection.exec_driver_sql(_statement(table, names, len(some)), tuple(chain.from_iterable(some)))


@lru_cache(maxsize=ROWS_A_STATEMENT * 8)
def _statement(table: str, names: tuple[str, ...], rows: int) -> str:
    one = f"({', '.join('?' * len(names))})"
    return f"INSERT INTO {table} ({_quoted(names)}) VALUES {', '.join([one] * rows)}"


def _copy(connection: Connection, table: str, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    statement = f"COPY {table} ({_quoted(names)}) FROM STDIN"
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as fault:
        raise DBAPIError.instance(statement, None, fault, connection.dialect.loaded_dbapi.Error) from fault
    finally:
        cursor.close()


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _converts(dialect: Dialect, table: Any, names: Sequence[str]) -> dict[int, Convert]:
    """Which places of a row are to be converted, and how."""
    types = [table.c[name].type.dialect_impl(dialect) for name in names]
    found = {place: one.bind_processor(dialect) for place, one in enumerate(types)}
    return {place: convert for place, convert in found.items() if convert is not None}


def _as_it_is(value: Any) -> Any:
    return value


def _converted(
    constant: tuple[Any, ...], converts: Sequence[tuple[int, Convert]], rows: Iterable[Sequence[Any]]
) -> Iterator[Sequence[Any]]:
    for row in rows:
        values = list(row)
        for place, convert in converts:
            values[place] = convert(values[place])
        yield (*constant, *values)

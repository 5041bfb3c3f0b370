"""Rows written in bulk are the rows that SQLAlchemy's own insert would write, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select

from tests.store.test_claims import running
from voicebot.errors import StoreError
from voicebot.store.bulk import ROWS_A_STATEMENT, add_many
from voicebot.store.store import Store
from voicebot.store.tables import Lead

NAMES = ("key", "number", "variables", "created_at", "need", "score", "due_at", "why")
AT = datetime(2026, 11, 23, 2, tzinfo=timezone(timedelta(hours=8)))


def values(n: int) -> tuple[object, ...]:
    variables = {"surname": "王", "odd": 'tab\t, "quote", back\\slash, {brace}\n'}
    return str(n), f"+86138{n:08}", variables, AT, n % 2 == 0, n / 3, AT if n % 2 else None, "\\N\ttab, new\nline, %s ?"


def written(store: Store) -> list[tuple[object, ...]]:
    columns = [Lead.__table__.c[name] for name in (*NAMES, "campaign_id", "state", "lane", "flags", "tries")]
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(Lead.id))]


def test_bulk_rows_are_as_single_ones(store: Store) -> None:
    running(store)
    count = 2 * ROWS_A_STATEMENT + 3
    with store.writing() as connection:
        rows = [dict(zip(NAMES, values(n), strict=True)) | {"campaign_id": "spring"} for n in range(count)]
        connection.execute(insert(Lead), rows)
    single = written(store)
    with store.writing() as connection:
        connection.execute(Lead.__table__.delete())
    with store.loading() as begin, begin() as connection:
        add_many(connection, Lead, {"campaign_id": "spring"}, NAMES, map(values, range(count)))
    assert written(store) == single
    assert single[1][3] == AT.astimezone(UTC)


def test_what_the_database_refuses_is_a_store_error_and_leaves_nothing(store: Store) -> None:
    running(store)
    with pytest.raises(StoreError), store.loading() as begin, begin() as connection:
        add_many(connection, Lead, {"campaign_id": "spring"}, NAMES, [values(1), values(2), values(1)])
    assert written(store) == []


def test_a_value_that_cannot_be_converted_is_refused(store: Store) -> None:
    running(store)
    with pytest.raises(ValueError, match="no time zone"), store.loading() as begin, begin() as connection:
        add_many(connection, Lead, {"campaign_id": "spring", "created_at": datetime(2026, 1, 1)}, ("key",), [("1",)])
    assert written(store) == []


def test_loading_leaves_the_log_of_sqlite_as_it_was(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has it")
    ask = "PRAGMA wal_autocheckpoint"
    with store.reading() as connection:
        usual = connection.exec_driver_sql(ask).scalar_one()
    with store.loading() as begin, begin() as connection:
        longer = connection.exec_driver_sql(ask).scalar_one()
    with store.reading() as connection:
        assert connection.exec_driver_sql(ask).scalar_one() == usual < longer

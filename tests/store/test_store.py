"""Opening a database: settings in force, faults named with their remedy, and the rows that come before attempts."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import make_url, select, text

from tests.store.samples import prepare
from voicebot.errors import StoreError, UsageError
from voicebot.store.store import NewLead, open_store
from voicebot.store.tables import Lead, ScriptVersion


def test_sqlite_is_safe_beside_readers_and_checks_references(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'new' / 'voicebot.db'}", tmp_path)
    with store.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 2}
    store.close()


@pytest.mark.parametrize("url", ["", "voicebot.db", "mysql://localhost/voicebot", "http://x"])
def test_a_url_that_is_no_database_is_named(url, tmp_path):
    with pytest.raises(UsageError, match="VOICEBOT_DATABASE_URL"):
        open_store(url, tmp_path)


def test_the_password_is_never_shown(tmp_path):
    with pytest.raises(StoreError) as raised:
        open_store("postgres://robot:geheim@127.0.0.1:1/voicebot", tmp_path)
    assert "geheim" not in str(raised.value)
    assert "postgresql+psycopg://robot:***@127.0.0.1:1/voicebot" in str(raised.value)
    assert "VOICEBOT_DATABASE_URL" in str(raised.value)
    assert raised.value.exit_status == 3


def test_a_damaged_file_is_named(tmp_path):
    path = tmp_path / "voicebot.db"
    path.write_bytes(b"this is no database" * 1_000)
    with pytest.raises(StoreError, match=r"voicebot\.db: .*not a database; .*restore a backup"):
        open_store(f"sqlite:///{path}", tmp_path)


def test_a_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"File exists|Not a directory"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'voicebot.db'}", tmp_path)


def test_a_database_of_a_newer_program_is_left_alone(empty_database, tmp_path):
    store = open_store(empty_database, tmp_path)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match=r"9999.*newer voicebot"):
        open_store(empty_database, tmp_path)


def test_a_query_on_a_database_without_tables_names_the_remedy(empty_database, tmp_path):
    store = open_store(empty_database, tmp_path, migrate=False)
    with pytest.raises(StoreError, match="voicebot db upgrade"), store.reading() as connection:
        connection.execute(select(Lead))
    store.close()


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_what_a_transaction_sees_does_not_hang_on_the_server_s_default(database, postgres, tmp_path):
    name = make_url(database).database
    postgres.run(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
    store = open_store(database, tmp_path, migrate=False)
    with store.writing() as connection:
        assert connection.scalar(text("SHOW transaction_isolation")) == "read committed"
    store.close()


def test_two_databases_spill_into_two_directories(tmp_path):
    stores = [open_store(f"sqlite:///{tmp_path / name}.db", tmp_path) for name in ("one", "two")]
    assert stores[0].spill_dir != stores[1].spill_dir
    assert all(store.spill_dir.parent == tmp_path for store in stores)


def test_leads_keep_their_rows_when_loaded_again(store):
    prepare(store)
    first = store.add_leads("spring", [NewLead("2", "+8613900005678"), NewLead("3", "+8613700009999")])
    again = store.add_leads("spring", [NewLead("3", "+8613700009999"), NewLead("4", "+8613600001111")])
    assert again[0] == first[1]
    assert len({*first, *again}) == 3
    assert store.add_leads("spring", []) == ()


def test_leads_of_an_unknown_campaign_are_refused(store):
    with pytest.raises(StoreError, match=r"foreign key|FOREIGN KEY"):
        store.add_leads("autumn", [NewLead("1", "+8613800001234")])


def test_a_changed_script_is_another_version_even_with_the_same_number(store):
    same = [store.add_script_version("invite", "3", "邀约", "script: invite\n") for _ in range(2)]
    changed = store.add_script_version("invite", "3", "邀约", "script: invite\nnodes: {}\n")
    assert same[0] == same[1] != changed
    with store.reading() as connection:
        assert len(connection.execute(select(ScriptVersion)).all()) == 2


def test_moments_come_back_in_utc_and_naive_ones_are_refused(store):
    before = datetime.now(UTC)
    prepare(store)
    with store.reading() as connection:
        created = connection.scalars(select(Lead.created_at)).one()
    assert created.tzinfo is UTC or created.utcoffset().total_seconds() == 0
    assert before <= created <= datetime.now(UTC)
    with pytest.raises(StoreError, match="time zone"), store.reading() as connection:
        connection.execute(select(Lead).where(Lead.created_at > datetime(2026, 1, 1)))


def test_non_ascii_text_comes_back(store):
    prepare(store)
    with store.reading() as connection:
        assert connection.scalars(select(Lead.variables)).one() == {"surname": "张"}

"""Records reach the database once, whatever happens to it. No test waits for a time: flush and close say when."""

import threading

import pytest
from sqlalchemy import event, select, text

from tests.store.rows_of import rows_of
from tests.store.samples import attempt_id, call, ended, everything, prepare, started
from voicebot.campaign.policy.codes import Code
from voicebot.errors import StoreError
from voicebot.store import spill
from voicebot.store.ingest import put, recover
from voicebot.store.records import AttemptStarted, EventRecord
from voicebot.store.store import Store, open_store
from voicebot.store.tables import StopEntry
from voicebot.store.writer import Writer

DEADLINE_S = 30.0


def quick(store: Store, **options) -> Writer:
    return Writer(store, patience_s=0.2, retry_s=0.05, **options)


def stopped(store: Store) -> list[str]:
    """The numbers on the stop list."""
    with store.reading() as connection:
        return list(connection.scalars(select(StopEntry.number)))


def attempts_of(store: Store) -> list[str]:
    return [row[0] for row in rows_of(store)["attempt"]]


def test_all_that_an_attempt_leaves_behind_is_written(store):
    lead, script = prepare(store)
    writer = quick(store)
    for record in everything(1, lead, script):
        writer.put(record)
    writer.close(DEADLINE_S)
    assert {table: len(found) for table, found in rows_of(store).items() if found} == {
        "attempt": 1,
        "call": 1,
        "call_event": 2,
        "node_visit": 2,
        "turn": 1,
        "said": 1,
        "handoff": 1,
        "pick_up": 1,
        "recording": 1,
        "follow_up": 1,
    }
    assert writer.errors == ()
    assert writer.stats.written == 9


def test_a_result_is_written_once_however_often_it_is_sent(store):
    lead, script = prepare(store)
    writer = quick(store)
    for record in everything(1, lead, script):
        writer.put(record)
    assert writer.flush(DEADLINE_S)
    before = rows_of(store)
    for record in [*everything(1, lead, script), ended(1, Code.BUSY), call(1, script)]:
        writer.put(record)
    writer.close(DEADLINE_S)
    assert rows_of(store) == before


def test_two_writers_may_write_the_same_attempts(store, database, tmp_path):
    lead, script = prepare(store)
    other = open_store(database, tmp_path / "spill")
    writers = [quick(store), quick(other)]
    for number in range(60):
        for writer in writers:
            for record in everything(number, lead, script):
                writer.put(record)
    for writer in writers:
        writer.close(DEADLINE_S)
    rows = rows_of(store)
    assert len(rows["attempt"]) == len(rows["call"]) == len(rows["turn"]) == 60
    assert len(rows["node_visit"]) == 120
    assert [writer.errors for writer in writers] == [(), ()]
    other.close()


def test_the_writer_thread_is_native(store):
    writer = quick(store)
    assert any(thread.name == "store-writer" and thread.native_id for thread in threading.enumerate())
    writer.close(DEADLINE_S)


def test_a_full_disk_loses_nothing(template, tmp_path):
    store = open_store(template("sqlite", tmp_path), tmp_path / "spill", migrate=False)
    lead, script = prepare(store)
    full = True

    @event.listens_for(store.engine, "begin")
    def limit(connection):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages if full else 1_000_000}")

    writer = quick(store)
    numbers = range(100)
    for number in numbers:
        for record in everything(number, lead, script):
            writer.put(record)
    assert writer.flush(DEADLINE_S)
    assert writer.stats.spilled > 0
    assert len(writer.errors) == 1
    assert "full" in writer.errors[0] and "free disk space" in writer.errors[0]

    full = False
    writer.close(DEADLINE_S)
    assert attempts_of(store) == sorted(attempt_id(number) for number in numbers)
    assert len(rows_of(store)["call"]) == len(rows_of(store)["follow_up"]) == len(stopped(store)) == 100
    assert spill.waiting(store.spill_dir) == ()
    store.close()


def test_a_killed_connection_loses_nothing(postgres, template, tmp_path):
    url = template("postgresql", tmp_path)
    store, killer = (open_store(url, tmp_path / "spill", migrate=False) for _ in range(2))
    lead, script = prepare(store)
    writer = quick(store)
    for number in range(20):
        for record in everything(number, lead, script):
            writer.put(record)
        with killer.writing() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    writer.close(DEADLINE_S)
    assert len(attempts_of(store)) == len(rows_of(store)["call"]) == 20
    assert spill.waiting(store.spill_dir) == ()
    store.close()
    killer.close()


def test_a_restarted_postgresql_loses_nothing(postgres, template, tmp_path):
    store = open_store(template("postgresql", tmp_path), tmp_path / "spill", migrate=False)
    lead, script = prepare(store)
    writer = quick(store)
    writer.put(started(0, lead))
    assert writer.flush(DEADLINE_S)
    postgres.stop()
    for number in range(50):
        for record in everything(number, lead, script):
            writer.put(record)
    assert writer.flush(DEADLINE_S)
    assert writer.stats.spilled > 0
    assert writer.stats.down
    postgres.start()
    writer.close(DEADLINE_S)
    assert len(attempts_of(store)) == len(rows_of(store)["call"]) == 50
    assert len(rows_of(store)["follow_up"]) == len(stopped(store)) == 50
    assert len(writer.errors) == 1
    assert "VOICEBOT_DATABASE_URL" in writer.errors[0]
    store.close()


def gone(store: Store) -> None:
    """Take the database away under the store: every statement on attempts fails from now on."""
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE attempt RENAME TO attempt_away")


def back(store: Store) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE attempt_away RENAME TO attempt")


def test_what_could_not_be_written_waits_for_the_next_process(store):
    lead, script = prepare(store)
    gone(store)
    writer = quick(store)
    for record in everything(1, lead, script):
        writer.put(record)
    writer.close(DEADLINE_S)
    assert len(spill.waiting(store.spill_dir)) >= 1
    assert writer.stats.written == 0

    back(store)
    quick(store).close(DEADLINE_S)
    assert attempts_of(store) == [attempt_id(1)]
    assert spill.waiting(store.spill_dir) == ()


def test_with_neither_database_nor_disk_records_wait_in_memory_and_then_the_caller_is_told(store):
    lead, _ = prepare(store)
    gone(store)
    store.spill_dir.parent.mkdir(parents=True, exist_ok=True)
    store.spill_dir.write_text("a file where the directory should be")
    writer = quick(store, capacity=5)
    with pytest.raises(StoreError, match=r"5 records wait in memory .*free disk space"):
        for number in range(1_000):
            writer.put(started(number, lead))
            taken = number + 1
    store.spill_dir.unlink()
    writer.close(DEADLINE_S)
    back(store)
    assert recover(store).written == taken
    assert len(attempts_of(store)) == taken


def test_closing_tells_how_many_records_could_be_kept_nowhere(store):
    lead, _ = prepare(store)
    gone(store)
    store.spill_dir.parent.mkdir(parents=True, exist_ok=True)
    store.spill_dir.write_text("a file where the directory should be")
    writer = quick(store)
    for number in range(3):
        writer.put(started(number, lead))
    with pytest.raises(StoreError, match="3 records are lost"):
        writer.close(0.3)
    with pytest.raises(StoreError, match="closed"):
        writer.put(started(4, lead))


def test_a_refused_record_is_kept_aside_and_named(store):
    lead, _ = prepare(store)
    writer = quick(store)
    writer.put(started(1, lead))
    writer.put(started(2, 999_999))
    writer.put(EventRecord(attempt_id(3), 0, {"text": object()}))
    writer.put(AttemptStarted("no uuid", "spring", lead, "+8613800001234", "demo", started(1).started_at))
    writer.close(DEADLINE_S)
    assert attempts_of(store) == [attempt_id(1)]
    assert writer.stats.refused == 3
    assert len(writer.errors) == 3
    assert len(spill.refused(store.spill_dir)) == 3

    store.engine.dispose()
    with store.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO lead (id, campaign_id, key, number, variables, created_at)"
                " VALUES (999999, 'spring', 'x', '+861', '{}', CURRENT_TIMESTAMP)"
            )
        )
    recovered = recover(store)
    assert (recovered.written, len(recovered.refusals)) == (1, 1)
    assert attempts_of(store) == [attempt_id(1), attempt_id(2)]


def test_a_damaged_file_is_named_and_left_alone(store):
    lead, _ = prepare(store)
    path = spill.save(store.spill_dir, [started(1, lead)])
    path.write_text("half a li")
    recovered = recover(store)
    assert recovered.written == 0
    assert f"{path}:1" in recovered.unreadable[0]
    assert path.exists()


def test_recovering_twice_writes_once(store):
    lead, script = prepare(store)
    for _ in range(2):
        spill.save(store.spill_dir, everything(1, lead, script))
    put(store.engine, everything(1, lead, script))
    before = rows_of(store)
    assert recover(store).written == 18
    assert rows_of(store) == before

"""`voicebot person`, `voicebot db retain` and `voicebot db export` as they are typed."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from tests.store.persons import fill, number_of
from tests.store.samples import attempt_id
from voicebot.cli import db, person
from voicebot.errors import UsageError
from voicebot.store import spill
from voicebot.store.records import EventRecord
from voicebot.store.store import Store, open_store


@pytest.fixture
def data(database, tmp_path, monkeypatch) -> Path:
    """The data directory of a store with two persons."""
    directory = tmp_path / "data"
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(directory))
    store = open_store(database, directory)
    fill(store, directory / "recordings", 1, 2)
    store.close()
    return directory


def run(command, *arguments: str, status: int = 0) -> Result:
    ended = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert ended.exit_code == status, ended.output
    return ended


def test_a_person_is_shown_masked_and_whole_when_asked(data):
    shown = run(person.command, "show", number_of(1))
    assert "turn: 1" in shown.stdout
    assert "139****0001: " in shown.stdout
    masked = run(person.command, "show", "13900000001", "--json").stdout
    assert number_of(1) not in masked
    assert json.loads(masked)["kept"]["lead"][0]["variables"]["surname"] == "张"
    assert number_of(1) in run(person.command, "show", number_of(1), "--whole", "--json").stdout
    run(person.command, "show", "+8613912345678", status=1)


def test_forgetting_is_told_first_and_done_when_meant(data, database):
    told = run(person.command, "forget", number_of(1))
    assert "nothing is deleted; --yes does it" in told.stdout
    assert json.loads(run(person.command, "show", number_of(1), "--json").stdout)["kept"]["said"]
    store = open_store(database, data)
    waiting = EventRecord(attempt_id(1), 7, {"event": "Heard", "at": 1, "text": "还在路上"})
    spill.save(store.spill_dir, [waiting])
    store.close()
    done = json.loads(run(person.command, "forget", number_of(1), "--yes", "--why", "letter", "--json").stdout)
    assert (done["forgotten"], done["files"], done["stopped"], done["wiped"]) == (True, 2, True, True)
    assert (done["rows"]["call_event"], done["waiting"]) == (3, 0)  # the one that waited was taken in before
    left = json.loads(run(person.command, "show", number_of(1), "--json").stdout)["kept"]
    assert list(left) == ["stop_list"]
    assert "the number stays on the stop list" in run(person.command, "forget", number_of(1), "--yes").stdout
    assert "is forgotten" in run(person.command, "forget", number_of(2), "--yes", "--stop").stdout
    assert [*(data / "recordings").iterdir()] == []


def test_retention_tells_first_and_needs_a_limit(data, monkeypatch):
    with pytest.raises(UsageError, match="nothing has a limit"):
        run(db.command, "retain")
    with pytest.raises(UsageError, match="numbers cannot go after 30 days"):
        run(db.command, "retain", "--number-days", "30")
    monkeypatch.setenv("VOICEBOT_KEEP_AUDIO_DAYS", "90")
    assert "4 would be deleted" in run(db.command, "retain").stdout
    assert len([*(data / "recordings").iterdir()]) == 4
    done = json.loads(run(db.command, "retain", "--text-days", "90", "--number-days", "90", "--yes", "--json").stdout)
    rows = {(row["what"], row["where"]): row["count"] for row in done["rows"]}
    assert (rows["audio", "recording"], rows["texts", "turn"], rows["numbers", "attempt"]) == (2, 2, 2)
    assert done["deleted"]
    assert done["wiped"]
    assert [*(data / "recordings").iterdir()] == []
    assert "0 would be deleted" in run(db.command, "retain", "--text-days", "90", "--number-days", "90").stdout


def test_the_star_is_exported(data, tmp_path):
    printed = run(db.command, "export", "--format", "parquet", str(tmp_path / "star")).stdout
    assert "attempt.parquet: 2 rows" in printed
    assert pq.read_table(tmp_path / "star/lead.parquet").column("number").to_pylist() == ["139****0001", "139****0002"]
    one = json.loads(run(db.command, "export", str(tmp_path / "two"), "--table", "turn", "--json").stdout)
    assert [table["table"] for table in one["tables"]] == ["turn"]
    with pytest.raises(UsageError, match="VOICEBOT_EXPORT_KEY"):
        run(db.command, "export", str(tmp_path / "x"), "--numbers", "hashed")


def test_a_store_is_only_read_where_nothing_is_told_to_go(data, database):
    def rows(store: Store) -> int:
        with store.reading() as connection:
            return connection.exec_driver_sql("select count(*) from audit").scalar_one()

    store = open_store(database, data)
    before = rows(store)
    run(person.command, "forget", number_of(1))
    run(db.command, "retain", "--audio-days", "90")
    assert rows(store) == before
    store.close()

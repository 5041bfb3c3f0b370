"""What was flushed outlives the process, also when the kernel refuses to let the database grow."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.store.rows_of import rows_of
from tests.store.samples import prepare
from voicebot.store import spill
from voicebot.store.ingest import recover
from voicebot.store.store import open_store

ROOT = Path(__file__).parents[2]


def crash(url: str, directory: Path, *, limit: int, count: int) -> str:
    """Run the process to its bad end; what it said before."""
    command = [sys.executable, "-m", "tests.store.crashing", url, str(directory), str(limit), str(count)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return done.stdout


def test_a_killed_process_loses_nothing_that_was_flushed(database, store, tmp_path):
    prepare(store)
    assert crash(database, tmp_path / "spill", limit=0, count=20).strip() == "0"
    rows = rows_of(store)
    assert len(rows["attempt"]) == len(rows["call"]) == 20
    assert len(rows["call_event"]) == 40


def test_a_file_that_may_not_grow_loses_nothing(template, tmp_path):
    url = template("sqlite", tmp_path)
    store = open_store(url, tmp_path / "spill", migrate=False)
    prepare(store)
    said = crash(url, tmp_path / "spill", limit=(tmp_path / "voicebot.db").stat().st_size, count=300)
    assert int(said.split()[0]) > 0
    assert "voicebot.db" in said
    assert len(spill.waiting(store.spill_dir)) > 0

    recovered = recover(store)
    assert (recovered.refusals, recovered.unreadable) == ((), ())
    rows = rows_of(store)
    assert len(rows["attempt"]) == len(rows["call"]) == len(rows["recording"]) == 300
    store.close()

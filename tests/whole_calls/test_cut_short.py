"""A run that is cut short: stopped, or its switch killed, with calls in the air. Nothing recorded is lost."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from voicebot.campaign.lost import close_lost
from voicebot.store.embedded_redis import embedded_redis, program
from voicebot.store.live import TIMEOUT_S
from voicebot.store.store import open_store

pytestmark = pytest.mark.audio

CALLS = 6
IN_THE_AIR = 4
DEADLINE_S = 60


class Run:
    """A demo with calls in the air."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        environ = os.environ | {"VOICEBOT_DATA_DIR": str(directory), "VOICEBOT_RING_TIMEOUT_S": "8"}
        environ.pop("VOICEBOT_DATABASE_URL", None)
        arguments = ["demo", "--calls", str(CALLS), "--concurrency", str(CALLS), "--json"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.whole_calls.watched", *arguments],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.switch = int(self._wait_for("switch"))
        while int(self._wait_for("live")) < IN_THE_AIR:
            pass

    def _wait_for(self, word: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(word):
                return line.split()[1]
        raise AssertionError(f"the demo ended: {self.process.communicate()[1]}")

    def end(self) -> tuple[int, str, str]:
        """Exit status, stdout, stderr."""
        out, err = self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode, out, err

    def codes(self) -> list[str | None]:
        """The codes of all attempts in the database, which must be whole."""
        store = open_store(f"sqlite:///{self.directory / 'voicebot.db'}", self.directory, migrate=False)
        with store.reading() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            codes = list(connection.scalars(text("SELECT code FROM attempt")))
        store.close()
        return codes


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A killed run cannot end the Redis that it started: the fixture uses it from before to after, and ends it."""
    with ExitStack() as used:
        if program() is not None:  # else the run counts its calls by itself
            used.enter_context(embedded_redis(tmp_path, TIMEOUT_S))
        started = Run(tmp_path)
        yield started
        if started.process.poll() is None:
            os.killpg(started.process.pid, signal.SIGKILL)
            started.process.communicate()


def is_running(pid: int) -> bool:
    """Whether the process exists and is more than a dead child that nobody has asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "voicebot: stopped by Ctrl-C"), (signal.SIGTERM, 143, "voicebot: stopped by SIGTERM")],
)
def test_stopped_by_a_signal(run: Run, number: signal.Signals, status: int, said: str) -> None:
    os.killpg(run.process.pid, number)
    returned, out, err = run.end()
    assert returned == status, err
    assert err.splitlines()[-1] == said
    assert "Traceback" not in err
    figures = json.loads(out.splitlines()[-1])
    codes = run.codes()
    assert None not in codes
    assert figures["attempts"] == len(codes) >= IN_THE_AIR
    assert not is_running(run.switch)


def test_the_switch_is_killed(run: Run) -> None:
    os.kill(run.switch, signal.SIGKILL)
    returned, out, err = run.end()
    assert returned == 3, err
    assert err.splitlines()[-1].startswith("voicebot: the event socket of the switch was lost in mid-run")
    assert "Traceback" not in err
    codes = run.codes()
    assert None not in codes
    assert {"NODE_LOST", "ROBOT_FAULT"} & set(codes)
    assert json.loads(out.splitlines()[-1])["attempts"] == len(codes)


def test_the_call_server_is_killed(run: Run) -> None:
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.communicate(timeout=DEADLINE_S)
    before = run.codes()
    assert before.count(None) >= 1
    store = open_store(f"sqlite:///{run.directory / 'voicebot.db'}", run.directory, migrate=False)
    assert close_lost(store, older_than_s=3600) == 0
    assert close_lost(store, older_than_s=0) == before.count(None)
    store.close()
    after = run.codes()
    assert len(after) == len(before)
    assert after.count("NODE_LOST") >= before.count(None)

"""The Rasa server is killed while customers talk: every call goes on, and its turns say which engine was asked."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from voicebot.rasa.engine import PROBE_TEXT
from voicebot.store.store import open_store

pytestmark = pytest.mark.audio

TOKEN = "secret"
CALLS = 6
UNDERSTOOD = 4
"""So many texts of customers has Rasa understood when it is killed."""
PATIENT_MS = 5000
DEADLINE_S = 180


@pytest.fixture
def rasa() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "voicebot.rasa.standin", "--token", TOKEN], stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def told(rasa: subprocess.Popen[str], key: str) -> object:
    """The next line with `key`, and what it says."""
    assert rasa.stdout is not None
    for line in rasa.stdout:
        if key in (said := json.loads(line)):
            return said[key]
    raise AssertionError(f"the stand-in ended with {rasa.wait()}")


def test_every_call_goes_on(rasa: subprocess.Popen[str], tmp_path: Path) -> None:
    port = told(rasa, "port")
    environ = os.environ | {
        "VOICEBOT_DATA_DIR": str(tmp_path),
        "VOICEBOT_RING_TIMEOUT_S": "8",
        "VOICEBOT_NLU_ENGINE": "rasa",
        "VOICEBOT_RASA_URL": f"http://127.0.0.1:{port}",
        "VOICEBOT_RASA_TOKEN": TOKEN,
        "VOICEBOT_RASA_DEADLINE_MS": str(PATIENT_MS),
    }
    environ.pop("VOICEBOT_DATABASE_URL", None)
    demo = subprocess.Popen(
        [sys.executable, "-m", "voicebot", "demo", "--calls", str(CALLS), "--concurrency", str(CALLS), "--json"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        understood = 0
        while understood < UNDERSTOOD:
            understood += told(rasa, "parsed") != PROBE_TEXT
        os.kill(rasa.pid, signal.SIGKILL)
        out, err = demo.communicate(timeout=DEADLINE_S)
    finally:
        demo.kill()
    assert demo.returncode == 0, err
    figures = json.loads(out.splitlines()[-1])
    assert figures["attempts"] == CALLS
    assert "ROBOT_FAULT" not in figures["results"]
    store = open_store(f"sqlite:///{tmp_path / 'voicebot.db'}", tmp_path, migrate=False)
    with store.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM attempt WHERE code IS NULL")) == 0
        asked = connection.execute(text("SELECT engine, count(*) FROM turn WHERE engine != '' GROUP BY engine")).all()
    store.close()
    assert figures["engines"] == dict(asked)
    assert figures["engines"]["rasa"] >= 1
    after = {engine for engine in figures["engines"] if engine.startswith("embedded after rasa: ")}
    assert after & {"embedded after rasa: unreachable", "embedded after rasa: connection lost"}, figures["engines"]

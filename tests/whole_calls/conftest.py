"""One run of the demo for all tests of whole calls: robot, switch and customers as processes, real audio, SQLite."""

import json
import os
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import text

from voicebot.store.store import Store, open_store

DEADLINE_S = 300
RING_TIMEOUT_S = 8

Pcm = npt.NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True)
class Finished:
    """What a run left: its figures, its database, its files."""

    figures: dict[str, Any]
    store: Store
    directory: Path

    def attempt(self, persona: str) -> Row:
        """The attempt to the one person of this kind."""
        (row,) = self._rows(
            "SELECT attempt.* FROM attempt JOIN lead ON lead.id = attempt.lead_id"
            " WHERE json_extract(lead.variables, '$.persona') = :key",
            persona,
        )
        return row

    def of_call(self, table: str, persona: str) -> list[Row]:
        """The rows of `table` that hang on that attempt, in order."""
        return self._rows(f"SELECT * FROM {table} WHERE attempt_id = :key ORDER BY rowid", self.attempt(persona)["id"])

    def call(self, persona: str) -> Row:
        """The talk with that person."""
        (row,) = self.of_call("call", persona)
        return row | {"tags": json.loads(row["tags"])}

    def heard(self, persona: str) -> Pcm:
        """What the customer heard: L16 8 kHz since the answer, as numbers."""
        return samples(self.directory / "heard" / f"{self.attempt(persona)['id']}.wav")[:, 0]

    def recorded(self, persona: str) -> tuple[Pcm, Pcm]:
        """The two channels of the recording: left, right."""
        (row,) = self.of_call("recording", persona)
        both = samples(self.directory / "recordings" / row["path"])
        return both[:, 0], both[:, 1]

    def _rows(self, query: str, key: str) -> list[Row]:
        with self.store.reading() as connection:
            return [dict(row) for row in connection.execute(text(query), {"key": key}).mappings()]


def samples(path: Path) -> Pcm:
    """A WAV file as columns, one a channel."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth()) == (8000, 2)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return data.reshape(-1, file.getnchannels()).astype(np.float64)


@contextmanager
def finished_run(
    directory: Path, *arguments: str, program: str = "tests.whole_calls.run", **settings: str
) -> Iterator[Finished]:
    """Hold the calls of `program` with these arguments behind HEARD_DIR, and VOICEBOT_NAME=value for each of
    `settings`."""
    environ = os.environ | {"VOICEBOT_DATA_DIR": str(directory), "VOICEBOT_RING_TIMEOUT_S": str(RING_TIMEOUT_S)}
    environ |= {f"VOICEBOT_{name.upper()}": value for name, value in settings.items()}
    environ.pop("VOICEBOT_DATABASE_URL", None)
    ran = subprocess.run(
        [sys.executable, "-m", program, str(directory / "heard"), *arguments],
        env=environ,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    store = open_store(f"sqlite:///{directory / 'voicebot.db'}", directory, migrate=False)
    yield Finished(json.loads(ran.stdout.splitlines()[-1]), store, directory)
    store.close()


@pytest.fixture(scope="package")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    with finished_run(tmp_path_factory.mktemp("whole-calls")) as run:
        yield run

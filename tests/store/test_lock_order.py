"""Two who lock the same rows on PostgreSQL lock them in the same order: neither waits for the other for ever."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from tests.store.samples import attempt_id
from tests.store.turns import Work, until_waiting
from voicebot.campaign.policy.codes import Code
from voicebot.store import own_numbers, stop_list
from voicebot.store.ingest import put
from voicebot.store.records import AttemptResult
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Attempt, StopEntry
from voicebot.store.tables_dialling import OwnNumber

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PERSON, OURS = "+8613800000001", ("051288880001", "051288880002")


@pytest.fixture
def store(template: Callable[[str, Path], str], tmp_path: Path) -> Iterator[Store]:
    opened = open_store(template("postgresql", tmp_path), tmp_path / "spill", migrate=False)
    yield opened
    opened.close()


def both(store: Store, first: InstrumentedAttribute[str], value: str, one: Callable, other: Callable) -> None:
    """The two wait for the row that comes first, and then go on one after the other."""
    with store.writing() as held:
        held.execute(select(first).where(first == value).with_for_update())
        works = [Work(one)]
        until_waiting(store, 1)
        works.append(Work(other))
        until_waiting(store, 2)
    for work in works:
        work.result()


def test_results_of_the_same_attempts(store: Store) -> None:
    results = [AttemptResult(attempt_id(n), Code.BUSY, NOW) for n in (1, 2)]
    with store.writing() as connection:
        connection.execute(Attempt.__table__.insert(), [{"id": result.attempt_id} for result in results])
    ways = (results, results[::-1])
    both(store, Attempt.id, attempt_id(1), *(lambda way=way: put(store.engine, way) for way in ways))


def test_changes_of_the_same_numbers(store: Store) -> None:
    own_numbers.put(store, {number: {} for number in OURS})
    ways = (OURS, OURS[::-1])
    puts = (lambda way=way: own_numbers.put(store, {number: {"weight": 2} for number in way}) for way in ways)
    both(store, OwnNumber.number, OURS[0], *puts)


def test_stops_of_the_same_number(store: Store) -> None:
    entries = [Entry(PERSON, scope, "letter", "person", NOW) for scope in ("*", "spring")]
    stop_list.add(store, entries)
    for entry in entries:
        stop_list.remove(store, PERSON, entry.scope, "by mistake", NOW)
    later = datetime(2026, 11, 24, 2, tzinfo=UTC)
    again = [Entry(PERSON, entry.scope, "letter", "person", later) for entry in entries]
    adds = (lambda way=way: stop_list.add(store, way) for way in (again, again[::-1]))
    both(store, StopEntry.scope, "*", *adds)

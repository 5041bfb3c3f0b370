"""Tasks of calls: taken by one provider at a time, closed once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.store.samples import NOON, attempt_id, prepare, started
from voicebot.store import follow_ups
from voicebot.store.follow_ups import DONE, FAILED, TaskRow
from voicebot.store.ingest import put
from voicebot.store.records import FollowUpAsked
from voicebot.store.store import Store

HOUR = timedelta(hours=1)


def asked(number: int, seq: int = 0, kind: str = "sms", due: datetime | None = None) -> FollowUpAsked:
    return FollowUpAsked(attempt_id(number), seq, kind, "bye", 5000, f"text {number}", {"template": "t"}, due, NOON)


@pytest.fixture
def tasks(store: Store) -> Store:
    lead, _ = prepare(store)
    put(store.engine, [started(number, lead) for number in range(4)])
    put(store.engine, [asked(0), asked(1, 0, "call_back", NOON + HOUR), asked(2, 0, "wechat", NOON - HOUR), asked(3)])
    return store


def take(store: Store, by: str = "us", limit: int = 10, now: datetime = NOON, types: tuple[str, ...] = ()):
    return follow_ups.take(store, by, types=types, limit=limit, now=now, lease=HOUR)


def ids(rows: tuple[TaskRow, ...]) -> list[str]:
    return [row.id for row in rows]


def test_a_task_is_written_once_and_told_with_number_and_lead(tasks):
    put(tasks.engine, [asked(0)])
    found = follow_ups.tasks(tasks, types=("sms",), statuses=("open",), limit=10)
    assert ids(found) == [f"{attempt_id(0)}:0", f"{attempt_id(3)}:0"]
    assert (found[0].number, found[0].lead, found[0].campaign_id) == ("+8613800001234", "1", "spring")
    assert (found[0].text, found[0].details, found[0].created_at) == ("text 0", {"template": "t"}, NOON)


def test_what_is_due_is_taken_the_longest_due_after_what_is_due_at_once(tasks):
    assert ids(take(tasks)) == [f"{attempt_id(0)}:0", f"{attempt_id(3)}:0", f"{attempt_id(2)}:0"]
    assert take(tasks) == ()
    assert ids(take(tasks, now=NOON + HOUR - timedelta(seconds=1))) == []


def test_a_call_back_is_taken_when_its_time_has_come(tasks):
    assert ids(take(tasks, now=NOON + HOUR, types=("call_back",))) == [f"{attempt_id(1)}:0"]


def test_no_more_than_asked_for_and_of_the_types_asked_for(tasks):
    assert len(take(tasks, limit=1)) == 1
    assert [row.type for row in take(tasks, types=("wechat",))] == ["wechat"]


def test_a_lease_that_ran_out_is_given_to_another(tasks):
    (first,) = take(tasks, "one", limit=1)
    (again,) = take(tasks, "two", limit=1, now=NOON + HOUR)
    assert first.id == again.id
    assert again.taken_by == "two"


def test_a_closed_task_is_closed(tasks):
    (row,) = take(tasks, "one", limit=1)
    key = (row.attempt_id, row.seq)
    assert follow_ups.close(tasks, key, DONE, "sent", "two", NOON) == "one has taken it"
    assert follow_ups.close(tasks, key, DONE, "sent", "one", NOON) == ""
    assert follow_ups.close(tasks, key, FAILED, "no", "one", NOON) == "it is done already"
    (closed,) = follow_ups.tasks(tasks, types=(), statuses=(DONE,), limit=10)
    assert (closed.outcome, closed.closed_at, closed.taken_by) == ("sent", NOON, "one")
    assert row.id not in ids(take(tasks, now=NOON + 9 * HOUR))


def test_an_open_task_may_be_closed_without_taking_it(tasks):
    assert follow_ups.close(tasks, (attempt_id(0), 0), FAILED, "no such number", "", NOON) == ""
    assert follow_ups.close(tasks, (attempt_id(9), 0), DONE, "", "", NOON) == "there is no such task"


def test_two_who_take_at_once_never_get_the_same(store):
    lead, _ = prepare(store)
    count = 60
    put(store.engine, [started(number, lead) for number in range(count)])
    put(store.engine, [asked(number) for number in range(count)])

    def worker(name: str) -> list[str]:
        mine: list[str] = []
        while taken := take(store, name, limit=3):
            assert {row.taken_by for row in taken} == {name}
            mine += ids(taken)
        return mine

    with ThreadPoolExecutor(4) as pool:
        got = [task for mine in pool.map(worker, "abcd") for task in mine]
    # A worker may find all free rows locked and stop; what is left is taken by the next who asks.
    got += worker("e")
    assert len(got) == len(set(got)) == count

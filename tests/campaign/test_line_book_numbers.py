"""Lines for claimed leads: our numbers within their caps, chosen, rested and taken out. On both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from tests.campaign.lines_of import NOW, book, changed, claimed, end, gateway, lines, number, running, shown
from tests.store.redis_of_ours import redis_client, redis_server  # noqa: F401 - fixtures
from voicebot.campaign.line import Line, NoLine
from voicebot.campaign.line_book import HEALTH_EVERY, REFRESH
from voicebot.campaign.policy.caller_numbers import NumberState
from voicebot.campaign.policy.codes import Code
from voicebot.store import own_numbers
from voicebot.store.tables import Attempt


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


def test_a_number_starts_no_more_calls_a_second_than_it_may(store):
    plan = running(store)
    number(store, "1001", calls_per_second=0.001)
    number(store, "1002")
    leads = claimed(store, plan, 3)
    made = book(store)
    found = lines(made, leads, plan)
    assert sorted(shown(found)) == ["1001", "1002", "1002"]
    own_numbers.put(store, {"1002": {"max_calls": 2}})
    why = book(store, capacity=made._capacity).choose(plan, claimed(store, plan, 1, first=9)[0]).why
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

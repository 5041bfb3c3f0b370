"""Lines for claimed leads: gateways that fill, fail and return. On both databases."""

from datetime import timedelta

from sqlalchemy import select

from tests.campaign.lines_of import book, claimed, gateway, lines, number, running, through
from tests.store.redis_of_ours import redis_client, redis_server  # noqa: F401 - fixtures
from voicebot.campaign.line import Line, NoLine
from voicebot.campaign.line_book import DOWN_FOR, NODE_REST, REFRESH
from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.line_choice import Node
from voicebot.store import gateways
from voicebot.store.tables import Attempt


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

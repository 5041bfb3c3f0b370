"""Gateways and our numbers in the store, their audit, and the health of numbers. On both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from tests.campaign.lines_of import NOW, claimed, end, gateway, number, running
from tests.store.samples import call
from voicebot.campaign.policy.caller_numbers import Health, HealthRule, NumberState
from voicebot.campaign.policy.codes import Code
from voicebot.errors import UsageError
from voicebot.store import gateways, own_numbers
from voicebot.store.number_health import RECENT, SHORT_MS, check_health, health
from voicebot.store.rows import write
from voicebot.store.tables import Attempt
from voicebot.store.tables_dialling import Audit, Complaint


def audit(store, what: str) -> list[tuple[str, str, str]]:
    with store.reading() as connection:
        asked = select(Audit.action, Audit.who, Audit.why).where(Audit.object == what).order_by(Audit.id)
        return [tuple(row) for row in connection.execute(asked)]


def test_a_gateway_is_added_changed_and_every_change_has_its_line_in_the_audit(store):
    gateways.put(store, "north", {"max_calls": 30, "calls_per_second": 5.0, "rank": 2}, by="wang", new=True)
    gateways.put(store, "north", {"max_calls": 60}, by="li")
    gateways.set_by_hand(store, "north", False, "contract ended", by="li")
    (found,) = gateways.listed(store)
    assert (found.name, found.max_calls, found.calls_per_second, found.rank) == ("north", 60, 5.0, 2)
    assert (found.up, found.because) == (False, "contract ended")
    assert audit(store, "gateway:north") == [
        ("gateway.add", "wang", ""),
        ("gateway.set", "li", ""),
        ("gateway.down", "li", "contract ended"),
    ]


@pytest.mark.parametrize(
    ("name", "values", "fault"),
    [
        ("a b", {}, "gateway 'a b': the name of a sofia gateway has letters"),
        ("a", {"max_calls": 0}, "gateway 'a': 0 calls at once; give 1 to 100000"),
        ("a", {"calls_per_second": 0.0}, "gateway 'a': 0.0 calls a second; above 0"),
        ("a", {"causes": [{"code": "X", "q850": 1}]}, "gateway 'a', rule 1: 'X' is no result code"),
    ],
)
def test_a_faulty_gateway_is_refused_whole(store, name, values, fault):
    with pytest.raises(UsageError, match=fault):
        gateways.put(store, name, {"max_calls": 5, "calls_per_second": 5.0, **values}, new=True)
    assert gateways.listed(store) == []


def test_gateways_that_are_there_and_that_are_not(store):
    gateway(store, "north")
    for wrong in (
        lambda: gateways.put(store, "sorth", {"max_calls": 3}),
        lambda: gateways.set_by_hand(store, "sorth", True, "x"),
    ):
        with pytest.raises(UsageError, match="there is no gateway 'sorth'; there are: north"):
            wrong()
    with pytest.raises(UsageError, match="there is a gateway 'north' already; change it with"):
        gateway(store, "north")


def test_numbers_are_added_changed_and_refused_all_or_none(store):
    assert (
        own_numbers.put(store, {"051288880001": {"area": "苏州"}, "+8651288880002": {"daily_cap": 9}}, by="wang") == 2
    )
    assert own_numbers.put(store, {"051288880001": {"weight": 3}, "1003": {}}, by="wang") == 1
    assert own_numbers.known(store, "051288880001").number.weight == 3
    with pytest.raises(UsageError, match="1003 is one of our numbers already"):
        own_numbers.put(store, {"1004": {}, "1003": {}}, new=True)
    for name, values, fault in (
        ("12a", {}, "'12a' is no number to show"),
        ("1004", {"hourly_cap": -1}, "1004: hourly_cap is -1; give 0 to 1000000"),
        ("1004", {"max_calls": 0}, "1004: max_calls is 0; give 1"),
    ):
        with pytest.raises(UsageError, match=fault):
            own_numbers.put(store, {name: values})
    assert len(own_numbers.listed(store, NOW, "Asia/Shanghai")) == 3
    with pytest.raises(UsageError, match="1004 is none of our numbers"):
        own_numbers.known(store, "1004")
    assert audit(store, "number:051288880001") == [("number.add", "wang", ""), ("number.set", "wang", "")]


def test_a_retired_number_stays_retired(store):
    number(store, "1001")
    assert own_numbers.set_state(store, "1001", NumberState.RETIRED, "given back", by="wang")
    assert not own_numbers.set_state(store, "1001", NumberState.RETIRED, "given back", by="wang")
    with pytest.raises(UsageError, match="1001 is retired for good: given back"):
        own_numbers.set_state(store, "1001", NumberState.ACTIVE, "back")


# --- health -------------------------------------------------------------------------------------------
def dial(store, plan, shown: str, codes: list[Code], *, first: int = 0, **more) -> list[str]:
    """Attempts that showed the number and ended so, one minute after the other."""
    leads = claimed(store, plan, len(codes), first=first)
    for place, (lead, code) in enumerate(zip(leads, codes, strict=True)):
        own_numbers.write_line(store, lead.attempt_id, shown, "north")
        end(store, lead.attempt_id, code, NOW + timedelta(minutes=place), **more)
    return [lead.attempt_id for lead in leads]


def test_the_health_of_a_number_is_counted_by_what_came_of_its_calls(store):
    plan = running(store)
    number(store, "1001", "1002")
    dial(store, plan, "1001", [Code.NO_ANSWER, Code.REJECTED, Code.REJECTED, Code.CARRIER_BLOCK])
    dial(store, plan, "1001", [Code.THROTTLED, Code.LINE_ERROR, Code.STOP_LIST], first=10)
    answered = {"answered_at": NOW, "who_hung_up": "customer"}
    dial(store, plan, "1001", [Code.CUSTOMER_HANGUP], first=20, **answered)
    short, long, robot = dial(store, plan, "1001", [Code.CUSTOMER_HANGUP] * 3, first=30, answered_at=NOW)
    script = store.add_script_version("wecom_invite", "1", "x", "x")
    talks = [
        replace(call(1, script), attempt_id=key, ended_by=who, talk_ms=ms)
        for key, who, ms in (
            (short, "customer", SHORT_MS - 1),
            (long, "customer", SHORT_MS),
            (robot, "robot", SHORT_MS - 1),
        )
    ]
    with store.writing() as connection:
        write(connection, talks)
    assert health(store, NOW + timedelta(hours=1)) == {
        "1001": Health(attempts=8, answered=4, short=2, rejected=2, blocked=1, complaints=0),
        "1002": Health(0, 0, 0, 0, 0, 0),
    }
    assert list(health(store, NOW, pool="vip")) == []


def complain(store, **values) -> None:
    row = {"number": "+8613800000000", "made_at": NOW, "words": "x", "source": "person", **values}
    with store.writing() as connection:
        connection.execute(insert(Complaint).values(row))


def test_complaints_count_by_the_call_or_by_the_number_named_and_not_for_ever(store):
    plan = running(store)
    number(store, "1001", "051288880002")
    (attempt,) = dial(store, plan, "1001", [Code.NO_ANSWER])
    complain(store, attempt_id=attempt, caller_number="+051288880002")
    complain(store, caller_number="+051288880002")
    complain(store, caller_number="+051288880002", made_at=NOW - timedelta(days=60))
    found = health(store, NOW)
    assert (found["1001"].complaints, found["051288880002"].complaints) == (1, 1)
    complain(store, attempt_id=attempt)
    assert check_health(store, HealthRule(), NOW) == {"1001": "2 complaints, the limit is 2"}
    assert check_health(store, HealthRule(), NOW) == {}, "once"
    assert audit(store, "number:1001")[-1] == ("number.quarantine", "number rules", "2 complaints, the limit is 2")


def test_only_the_latest_calls_are_judged(store):
    plan = running(store, lines="concurrency: 1000, calls_per_second: 900")
    number(store, "1001")
    old = claimed(store, plan, 50)
    for lead in old:
        own_numbers.write_line(store, lead.attempt_id, "1001", "north")
        end(store, lead.attempt_id, Code.REJECTED, NOW)
    for lead in claimed(store, plan, RECENT, first=100, at=NOW + timedelta(minutes=1)):
        own_numbers.write_line(store, lead.attempt_id, "1001", "north")
        end(store, lead.attempt_id, Code.NO_ANSWER, NOW)
    assert health(store, NOW + timedelta(hours=1))["1001"] == Health(RECENT, 0, 0, 0, 0, 0)
    assert health(store, NOW + timedelta(days=8))["1001"].attempts == 0


def begin(store, lead, at: datetime) -> None:
    with store.writing() as connection:
        connection.execute(update(Attempt).where(Attempt.id == lead.attempt_id).values(started_at=at))


def test_a_restored_number_begins_anew_and_one_that_only_rested_does_not(store):
    plan = running(store)
    number(store, "1001", hourly_cap=2)
    attempts = claimed(store, plan, 2)
    for lead in attempts:
        assert own_numbers.reserve(store, lead.attempt_id, "1001", "north", NOW, "Asia/Shanghai") == ""
        end(store, lead.attempt_id, Code.REJECTED, NOW)
    assert own_numbers.wake(store, NOW + timedelta(minutes=59)) == []
    assert own_numbers.wake(store, NOW + timedelta(minutes=60)) == ["1001"]
    assert health(store, NOW + timedelta(hours=2))["1001"].rejected == 2
    restored = datetime.now(UTC)
    begin(store, attempts[0], restored - timedelta(hours=1))
    begin(store, attempts[1], restored + timedelta(hours=1))
    own_numbers.set_state(store, "1001", NumberState.QUARANTINED, "asked by the carrier")
    assert health(store, restored + timedelta(hours=2))["1001"].rejected == 2
    own_numbers.set_state(store, "1001", NumberState.ACTIVE, "talked with the carrier", by="wang")
    assert health(store, restored + timedelta(hours=2))["1001"].rejected == 1
    actions = [action for action, _, _ in audit(store, "number:1001")]
    assert actions == ["number.add", "number.rest", "number.return", "number.quarantine", "number.restore"]


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["wake", "check", "reserve", "change", "day"]), max_size=12))
def test_a_quarantine_never_lifts_by_itself(store, acts):
    own_numbers.put(store, {"1001": {"hourly_cap": 3}})
    own_numbers.set_state(store, "1001", NumberState.ACTIVE, "a new try")
    own_numbers.set_state(store, "1001", NumberState.QUARANTINED, "ill")
    now = NOW
    for act in acts:
        match act:
            case "wake":
                assert own_numbers.wake(store, now) == []
            case "check":
                check_health(store, HealthRule(least=1), now)
            case "reserve":
                why = own_numbers.reserve(store, "11111111-1111-1111-1111-111111111111", "1001", "x", now, "UTC")
                assert why == "quarantined"
            case "change":
                own_numbers.put(store, {"1001": {"weight": 2}})
            case "day":
                now += timedelta(days=1)
        assert own_numbers.known(store, "1001").number.state is NumberState.QUARANTINED

"""Campaigns on a real FreeSWITCH, seen from the callees' telephones: `voicebot dial` and `voicebot serve` as processes.

For the failover after an INVITE it needs one gateway more than freeswitch_conf/ has, `closed`, whose proxy is a closed
port and which has no ping; without it that test is skipped.
"""

import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.freeswitch.bench import LEASE_S, REAL, Bench, until
from tests.freeswitch.callees import Manner
from voicebot.campaign import orders
from voicebot.campaign.policy.states import CampaignState
from voicebot.esl.off_hub import in_thread
from voicebot.store import gateways, stop_list

pytestmark = REAL


def test_a_pause_holds_within_a_second_and_live_calls_end_by_themselves_then_resume_and_stop(bench: Bench) -> None:
    bench.callees.manner = lambda number: Manner(talk_s=5)
    name, numbers = bench.campaign(30, concurrency=6, per_second=5)
    with bench.dialer(name):
        until(lambda: len(bench.callees.invites) >= 6)
        in_thread(orders.pause, bench.store, name, "li", "lunch")
        paused = time.monotonic()
        on_the_line = bench.callees.live.total()
        assert on_the_line > 0
        until(lambda: bench.state(name) is CampaignState.PAUSED)
        assert not bench.callees.since(paused + 1)
        ended = [code for _, _, code in in_thread(bench.attempts, name) if code not in ("CANCELLED", None)]
        assert ended == ["CUSTOMER_HANGUP"] * len(bench.callees.invites), "nobody was cut off"
        dialled = len(bench.callees.invites)
        in_thread(orders.resume, bench.store, name, "li", "lunch is over")
        until(lambda: len(bench.callees.invites) > dialled)
        in_thread(orders.stop, bench.store, name, "li", "enough")
        stopped = time.monotonic()
        until(lambda: bench.is_over(name))
        assert not bench.callees.since(stopped + 1)
    called = {number for number, _ in bench.callees.invites}
    assert called < set(numbers)
    for number, (state, code, _) in zip(numbers, bench.leads(name), strict=True):
        assert (state, code) == (("done", "CUSTOMER_HANGUP") if number in called else ("refused", "CANCELLED"))
    assert not bench.callees.twice
    print(f"pause: {on_the_line} on the line, last INVITE {_last(bench, paused):.3f} s after it")


def _last(bench: Bench, moment: float) -> float:
    """How long after the moment the last telephone of those before it rang; negative: before."""
    return max(at for _, at in bench.callees.invites if at < moment + 1) - moment


def test_who_is_stopped_between_claim_and_dialling_has_no_invite(bench: Bench) -> None:
    name, numbers = bench.campaign(40, concurrency=20, per_second=4)
    stopped: dict[str, float] = {}

    def stop_the_claimed() -> bool:
        """Everybody who is claimed and has no line yet goes on the stop list."""
        for number, gateway, code in bench.attempts(name):
            if gateway is None and code is None and number is not None and number not in stopped:
                stop_list.add(bench.store, [stop_list.Entry(number, "*", "别再打了", "call", datetime.now(UTC))])
                stopped[number] = time.monotonic()
        return bench.is_over(name)

    with bench.dialer(name):
        until(stop_the_claimed)
    late = {number for number, _, code in bench.attempts(name) if code == "STOP_LIST_LATE"}
    assert late
    rang = dict(bench.callees.invites)
    assert not {number for number in late if number.lstrip("+") in rang}
    assert not [one for one, at in stopped.items() if rang.get(one.lstrip("+"), 0) > at + 0.05]
    print(f"stop list: {len(late)} stopped between claim and dialling, {len(rang)} of {len(numbers)} were called")


def test_a_killed_dialer_s_calls_are_found_again_and_nobody_is_called_twice(bench: Bench) -> None:
    bench.callees.manner = lambda number: (
        Manner(ring_s=3, talk_s=6) if int(number) % 2 else Manner(6, cause="USER_BUSY")
    )
    name, numbers = bench.campaign(12, concurrency=6)
    with bench.dialer(name) as first:
        until(lambda: len(bench.callees.invites) >= 6)
        first.kill()
    killed = time.monotonic()
    with bench.dialer(name):
        until(lambda: bench.is_over(name), LEASE_S)
    done = time.monotonic() - killed
    assert not bench.callees.twice
    leads = bench.leads(name)
    assert {state for state, _, _ in leads} == {"done"}
    calls = [number for number, _ in bench.callees.invites]
    answered = [number for number in numbers if int(number) % 2]
    assert all(calls.count(number) == 1 for number in answered), "who talked is not called again"
    assert not {code for _, code, _ in leads[1::2]} & {"BUSY", "NODE_LOST", "CANCELLED"}, "their talks have results"
    assert [code for _, code, _ in leads[::2]] == ["BUSY"] * 6
    lost = sum(code == "NODE_LOST" for _, _, code in bench.attempts(name))
    print(f"kill: 6 calls in the air, {lost} attempts NODE_LOST, everybody has a result after {done:.0f} s")


def test_two_dialers_share_one_campaign_within_its_caps(bench: Bench) -> None:
    bench.callees.manner = lambda number: Manner(talk_s=1.5)
    gateways.put(bench.store, "demo", {"max_calls": 4, "calls_per_second": 3}, new=True)
    name, numbers = bench.campaign(30, concurrency=6)
    owners: set[str] = set()
    given_back: set[str] = set()
    try:
        with bench.dialer(name), bench.dialer(name):

            def over() -> bool:
                owners.update(bench.owners(name))
                given_back.update(bench.given_back(name))
                return bench.is_over(name)

            until(over, LEASE_S)
    finally:
        gateways.put(bench.store, "demo", {"max_calls": 100, "calls_per_second": 100})
    assert len(owners) == 2
    hostname = bench.switch.api("global_getvar hostname").strip()
    assert {owner.rpartition("@")[2] for owner in owners} == {f"{hostname}:{bench.switch.port}"}
    assert sorted(number for number, _ in bench.callees.invites) == numbers, "each once"
    assert bench.callees.most <= 4
    assert bench.callees.most_within(1.0) <= 4, "3 a second, and what the way to the telephone adds"
    assert {(state, code) for state, code, _ in bench.leads(name)} == {("done", "CUSTOMER_HANGUP")}
    codes = Counter(code for _, _, code in bench.attempts(name))
    assert codes["CANCELLED"] < len(numbers), "a lead for which the other dialer took the last line is given back"
    assert not [why for why in given_back if "started within" in why], "one that only has to wait for the rate is not"
    print(f"two dialers: {bench.callees.most} at once, {bench.callees.most_within(1.0)} a second at most, {codes}")


def test_a_gateway_that_is_not_there_costs_nobody_an_attempt(bench: Bench) -> None:
    gateways.put(bench.store, "absent", {"max_calls": 10, "calls_per_second": 50, "rank": -1}, new=True)
    _through_demo_too(bench)
    name, numbers = bench.campaign(10)
    try:
        with bench.dialer(name):
            until(lambda: bench.is_over(name))
    finally:
        gateways.set_by_hand(bench.store, "absent", False, "the test is over")
    assert sorted(number for number, _ in bench.callees.invites) == numbers
    assert bench.leads(name) == [("done", "BUSY", 1)] * 10
    assert {(gateway, code) for _, gateway, code in bench.attempts(name)} == {("demo", "BUSY")}, "the same attempts"


def test_a_gateway_that_refuses_the_invite_is_gone_round_under_a_new_id(bench: Bench) -> None:
    if "Invalid Gateway" in bench.switch.api("sofia status gateway closed"):
        pytest.skip("this FreeSWITCH has no gateway 'closed'")
    gateways.put(bench.store, "closed", {"max_calls": 10, "calls_per_second": 50, "rank": -1}, new=True)
    _through_demo_too(bench)
    name, numbers = bench.campaign(6)
    try:
        with bench.dialer(name):
            until(lambda: bench.is_over(name))
    finally:
        gateways.set_by_hand(bench.store, "closed", False, "the test is over")
    assert sorted(number for number, _ in bench.callees.invites) == numbers
    assert bench.leads(name) == [("done", "BUSY", 1)] * 6
    attempts = bench.attempts(name)
    assert (
        sorted((gateway, code) for _, gateway, code in attempts)
        == [("closed", "CONGESTION")] * 6 + [("demo", "BUSY")] * 6
    )


def _through_demo_too(bench: Bench) -> None:
    there = {one.name for one in gateways.listed(bench.store)}
    gateways.put(bench.store, "demo", {"max_calls": 100, "calls_per_second": 100}, new="demo" not in there)


def test_a_switch_over_its_rate_refuses_us_not_the_callees(bench: Bench) -> None:
    name, numbers = bench.campaign(16, concurrency=16, per_second=100, ours_delay="5s")
    before = _rate(bench)
    bench.switch.request("api fsctl sps 4")
    try:
        with bench.dialer(name, VOICEBOT_CALLS_PER_SECOND="100"):
            until(lambda: bench.is_over(name), LEASE_S)
    finally:
        bench.switch.request(f"api fsctl sps {before}")
    assert {(state, code, tries) for state, code, tries in bench.leads(name)} == {("done", "BUSY", 1)}
    assert not bench.callees.twice
    codes = [code for _, _, code in bench.attempts(name)]
    assert codes.count("BUSY") == len(numbers)
    print(f"rate: {len(numbers)} leads, attempts: {Counter(codes)}")


def _rate(bench: Bench) -> int:
    """Sessions a second, as the switch has it now."""
    return int(bench.switch.request("api fsctl sps").reply.rpartition(":")[2])

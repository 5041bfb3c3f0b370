"""One contract for the counts of calls at once: in memory and on a real Redis. Threads and processes on one Redis."""

import random
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.redis_of_ours import redis_client, redis_server  # noqa: F401 - fixtures
from tools.servers import Redis
from voicebot.errors import LimitsUnknown
from voicebot.store.capacity import (
    ASKS_S,
    LEASE_S,
    Ask,
    Cap,
    Forgotten,
    Full,
    MemoryCapacity,
    Rate,
    Taken,
    campaign_key,
    rate_of,
)
from voicebot.store.redis_capacity import RedisCapacity


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "redis"])
def capacity(request: pytest.FixtureRequest, clock: Clock):
    if request.param == "memory":
        return MemoryCapacity(clock)
    return RedisCapacity(request.getfixturevalue("redis_client"), clock)


def ask(token: str, campaign: str = "a", *, line: int = 4, own: int = 100, sure: int = 0, rates=()) -> Ask:
    return Ask(token, campaign, sure, (Cap(campaign_key(campaign), own), Cap("gateway:x", line, shared=True)), rates)


def taken(capacity, *asks: Ask) -> list[bool]:
    return [isinstance(capacity.take(one), Taken) for one in asks]


def test_a_cap_is_a_cap_and_a_place_given_back_is_free(capacity):
    assert taken(capacity, *(ask(str(n)) for n in range(6))) == [True] * 4 + [False] * 2
    full = capacity.take(ask("7"))
    assert isinstance(full, Full)
    assert (full.key, full.why) == ("gateway:x", "4 calls of 4")
    capacity.give_back("2", ask("2").caps)
    capacity.give_back("2", ask("2").caps)
    capacity.give_back("never", ask("never").caps)
    assert capacity.held(["gateway:x", campaign_key("a"), "gateway:y"]) == {
        "gateway:x": 3,
        campaign_key("a"): 3,
        "gateway:y": 0,
    }
    assert taken(capacity, ask("8"), ask("9")) == [True, False]
    assert capacity.held([]) == {}


def test_all_places_or_none(capacity):
    assert taken(capacity, ask("1", own=1), ask("2", own=1)) == [True, False]
    assert capacity.held(["gateway:x"]) == {"gateway:x": 1}


def test_what_a_dead_dialer_held_is_free_after_its_lease_and_what_lives_is_not(capacity, clock):
    live, dead = ask("live"), [ask(f"dead {n}") for n in range(3)]
    assert taken(capacity, live, *dead) == [True] * 4
    clock.now += LEASE_S - 1
    assert taken(capacity, ask("new")) == [False]
    capacity.renew([live])
    clock.now += 1
    assert taken(capacity, *(ask(f"new {n}") for n in range(4))) == [True] * 3 + [False]


def test_a_call_that_lives_is_counted_again_though_its_lease_had_ended(capacity, clock):
    late = ask("late", line=1)
    assert taken(capacity, late) == [True]
    clock.now += LEASE_S
    assert taken(capacity, ask("other", line=1)) == [True]
    capacity.renew([late])
    assert capacity.held(["gateway:x"]) == {"gateway:x": 2}
    capacity.give_back("other", ask("other").caps)
    assert taken(capacity, ask("third", line=1)) == [False]


def test_unused_guarantees_are_lent_and_given_back(capacity, clock):
    assert taken(capacity, *(ask(f"a{n}") for n in range(4))) == [True] * 4, "all is lent while nobody else asks"
    assert taken(capacity, ask("b0", "b", sure=2)) == [False], "a full line is full"
    for gone in ("a0", "a1"):
        capacity.give_back(gone, ask(gone).caps)
        lent = capacity.take(ask("a9"))
        assert isinstance(lent, Full)
        assert "kept for other campaigns" in lent.why
        assert taken(capacity, ask(f"b{gone}", "b", sure=2)) == [True]
    capacity.give_back("a2", ask("a2").caps)
    assert taken(capacity, ask("b9", "b", sure=2), ask("a9")) == [True, False], "beyond its guarantee b may borrow too"


def test_room_is_what_could_be_taken_and_asking_for_it_counts_as_asking(capacity):
    assert capacity.room(ask("?", own=9)).calls == (9, 4)
    assert taken(capacity, *(ask(f"a{n}") for n in range(3))) == [True] * 3
    assert capacity.room(ask("?", "b", sure=2, own=5)).calls == (5, 1)
    assert capacity.room(ask("?", own=9)).calls == (6, 0), "the last place is kept for b, which asked"
    assert taken(capacity, ask("a3"), ask("b0", "b", sure=2)) == [False, True]


def test_a_guarantee_is_kept_only_while_its_campaign_asks(capacity, clock):
    assert taken(capacity, *(ask(f"a{n}") for n in range(4)), ask("b", "b", sure=4)) == [True] * 4 + [False]
    capacity.give_back("a0", ask("a0").caps)
    assert taken(capacity, ask("a4")) == [False]
    clock.now += ASKS_S
    capacity.renew([ask(f"a{n}") for n in (1, 2, 3)])
    assert taken(capacity, ask("a4")) == [True]


def test_a_rate_refuses_and_nothing_is_held(capacity):
    slow = (rate_of("campaign:a", 0.001), rate_of("gateway:x", 100))
    assert taken(capacity, ask("1", rates=slow)) == [True]
    full = capacity.take(ask("2", rates=slow))
    assert isinstance(full, Full)
    assert (full.key, full.why) == ("campaign:a", "1 started within 1000 s, no more are allowed")
    assert capacity.held(["gateway:x"]) == {"gateway:x": 1}
    assert taken(capacity, ask("3", "b", rates=(rate_of("gateway:x", 100),))) == [True]


@pytest.mark.parametrize(
    ("per_second", "rate"), [(5, (5, 1)), (2.5, (2, 1)), (1, (1, 1)), (0.5, (1, 2)), (0.4, (1, 3)), (0.3, (1, 4))]
)
def test_a_rate_is_rounded_to_the_careful_side(per_second, rate):
    assert rate_of("x", per_second) == Rate("x", *rate)


def test_counts_that_were_lost_are_noticed(redis_client, clock):  # noqa: F811
    capacity = RedisCapacity(redis_client, clock)
    first = capacity.take(ask("1"))
    assert isinstance(first, Taken)
    assert isinstance(capacity.take(replace(ask("2"), epoch=first.epoch)), Taken)
    redis_client.flushall()
    clock.now += 1
    lost = capacity.take(replace(ask("3"), epoch=first.epoch))
    assert isinstance(lost, Forgotten)
    assert lost.epoch != first.epoch
    assert capacity.held(["gateway:x"]) == {"gateway:x": 0}, "who is told so has taken nothing"
    assert isinstance(capacity.take(ask("3")), Taken), "a dialer that is new has lost nothing"


def test_a_redis_that_is_down_is_told_with_a_remedy(tmp_path):
    import redis

    capacity = RedisCapacity(redis.Redis(unix_socket_path=str(tmp_path / "none")))
    for use in (
        lambda: capacity.take(ask("1")),
        lambda: capacity.renew([ask("1")]),
        lambda: capacity.held(["gateway:x"]),
    ):
        with pytest.raises(LimitsUnknown, match="nobody is dialled until it does: start it, or correct VOICEBOT_REDIS"):
            use()


def test_by_redis_own_clock_a_lease_is_held(redis_client):  # noqa: F811
    capacity = RedisCapacity(redis_client)
    assert taken(capacity, ask("1", line=1), ask("2", line=1)) == [True, False]
    assert redis_client.pttl("voicebot:lines:held:gateway:x") > 0, "the counts of a line out of use vanish"


# --- every interleaving ----------------------------------------------------------------------------
CAMPAIGNS = {"a": (2, 9), "b": (3, 9), "c": (0, 4)}
LINE = 6


def step(capacity, held: dict[str, Ask], move: tuple[str, str], name: str) -> None:
    what, campaign = move
    sure, own = CAMPAIGNS[campaign]
    if what == "take":
        wanted = ask(name, campaign, line=LINE, own=own, sure=sure)
        if isinstance(capacity.take(wanted), Taken):
            held[name] = wanted
    else:
        mine = [token for token, one in held.items() if one.campaign == campaign]
        if mine:
            capacity.give_back(mine[0], held.pop(mine[0]).caps)


MOVES = st.lists(st.tuples(st.sampled_from(["take", "take", "end"]), st.sampled_from(sorted(CAMPAIGNS))), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(MOVES)
def test_both_count_alike_and_never_over_a_cap(redis_client, moves):  # noqa: F811
    redis_client.flushall()
    clock = Clock()
    both = (MemoryCapacity(clock), RedisCapacity(redis_client, clock))
    held: tuple[dict[str, Ask], dict[str, Ask]] = ({}, {})
    keys = ["gateway:x", *map(campaign_key, CAMPAIGNS)]
    for place, move in enumerate(moves):
        for capacity, mine in zip(both, held, strict=True):
            step(capacity, mine, move, str(place))
        assert list(held[0]) == list(held[1])
        assert both[0].room(ask("?", move[1], line=LINE)).calls == both[1].room(ask("?", move[1], line=LINE)).calls
        counts = both[0].held(keys)
        assert counts == both[1].held(keys)
        assert counts["gateway:x"] == len(held[0]) <= LINE
        assert counts["campaign:c"] <= CAMPAIGNS["c"][1]


STARTS = {"campaign:a": 3, "campaign:b": 5, "number:1": 2, "number:2": 4, "gateway:x": 6, "node:n": 8}
"""So many starts within the time of a test and far longer."""
WAYS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12"), st.booleans()), max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(WAYS)
def test_starts_of_campaign_number_gateway_and_node_stay_within_their_rates_in_both(redis_client, ways):  # noqa: F811
    """Whoever is refused has started nothing anywhere, and ended calls give no start back."""
    redis_client.flushall()
    clock = Clock()
    both = (MemoryCapacity(clock), RedisCapacity(redis_client, clock))
    started = dict.fromkeys(STARTS, 0)
    for place, (campaign, number, ends) in enumerate(ways):
        keys = (f"campaign:{campaign}", "node:n", "gateway:x", f"number:{number}")
        wanted = ask(str(place), campaign, line=100, rates=tuple(Rate(key, STARTS[key], 100_000) for key in keys))
        full = [key for key in keys if started[key] == STARTS[key]]
        for capacity in both:
            answer = capacity.take(wanted)
            assert isinstance(answer, Taken) != bool(full)
            assert not full or (isinstance(answer, Full) and answer.key == full[0])
            if ends:
                capacity.give_back(wanted.token, wanted.caps)
        for key in () if full else keys:
            started[key] += 1


@settings(max_examples=60, deadline=None, derandomize=True)
@given(MOVES, st.sampled_from(["a", "b"]))
def test_a_guaranteed_share_is_reached_as_soon_as_so_many_calls_have_ended(moves, campaign):
    """From any state, against two greedy others: each time a call of another ends, the campaign gets the place."""
    capacity = MemoryCapacity(Clock())
    held: dict[str, Ask] = {}
    for place, move in enumerate(moves):
        step(capacity, held, move, str(place))
    sure, others = CAMPAIGNS[campaign][0], sorted(set(CAMPAIGNS) - {campaign})

    def beyond(name: str) -> int:
        return sum(one.campaign == name for one in held.values()) - CAMPAIGNS[name][0]

    for turn in range(sure + 1):
        step(capacity, held, ("take", campaign), f"mine {turn}")
        for greedy in others:
            step(capacity, held, ("take", greedy), f"{greedy} {turn}")
        if beyond(campaign) < 0:
            step(capacity, held, ("end", max(others, key=beyond)), "")
    assert beyond(campaign) >= 0


def test_threads_on_one_redis_never_pass_a_cap(redis_client):  # noqa: F811
    over: list[int] = []
    made = 0
    lock = threading.Lock()
    live: set[str] = set()

    def dial(seed: int) -> None:
        nonlocal made
        capacity, draw, mine = RedisCapacity(redis_client), random.Random(seed), []
        for turn in range(60):
            wanted = ask(f"{seed}/{turn}", draw.choice("abc"), line=LINE, sure=1)
            if isinstance(capacity.take(wanted), Taken):
                with lock:
                    live.add(wanted.token)
                    over.append(len(live))
                    made += 1
                mine.append(wanted)
            if mine and draw.random() < 0.6:
                gone = mine.pop(draw.randrange(len(mine)))
                with lock:  # before Redis hears of it: what is counted here was never more than there
                    live.discard(gone.token)
                capacity.give_back(gone.token, gone.caps)

    threads = [threading.Thread(target=dial, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made > LINE
    assert max(over) <= LINE


PROCESS = """
import sys, redis
from voicebot.store.capacity import Ask, Cap, Taken, campaign_key
from voicebot.store.redis_capacity import RedisCapacity
capacity = RedisCapacity(redis.Redis(unix_socket_path=sys.argv[1]))
caps = (Cap(campaign_key("a"), 100), Cap("gateway:x", 25, shared=True))
print(sum(isinstance(capacity.take(Ask(f"{sys.argv[2]}/{n}", "a", 0, caps)), Taken) for n in range(20)))
"""


def test_processes_on_one_redis_share_a_cap(redis_client):  # noqa: F811
    children = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, redis_client.socket_file, str(n)], stdout=subprocess.PIPE, text=True
        )
        for n in range(3)
    ]
    assert sum(int(child.communicate()[0]) for child in children) == 25


def test_a_redis_that_takes_over_with_an_older_state_is_another_memory(redis_client, clock, tmp_path):  # noqa: F811
    before = RedisCapacity(redis_client, clock)
    first = before.take(ask("1"))
    stand_by = Redis(tmp_path)
    stand_by.start()
    with redis.Redis.from_url(stand_by.url) as client:
        for key in redis_client.scan_iter():
            client.restore(key, 0, redis_client.dump(key))
        assert isinstance(before.take(replace(ask("2"), epoch=first.epoch)), Taken), "it did not reach the stand-by"
        after = RedisCapacity(client, clock)
        forgotten = after.take(replace(ask("3"), epoch=first.epoch))
        assert isinstance(forgotten, Forgotten)
        assert isinstance(after.take(replace(ask("3"), epoch=forgotten.epoch)), Taken)
    stand_by.stop()

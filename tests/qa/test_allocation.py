"""Who is drawn: shares of strata that add up and nest, weights that stand for the population, a fair lottery."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.errors import UsageError
from voicebot.qa.allocation import Lowest, allocate, ticket

POPULATIONS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 400), min_size=1)
HOW = st.sampled_from(["proportional", "equal"])


@given(POPULATIONS, st.integers(0, 500), HOW)
def test_shares_add_up_and_every_stratum_is_seen(population, beyond, how):
    size = len(population) + beyond
    drawn = allocate(population, size, how)
    assert sum(drawn.values()) == min(size, sum(population.values()))
    assert all(1 <= drawn[name] <= count for name, count in population.items())


@given(POPULATIONS, st.integers(0, 300), st.integers(0, 50), HOW)
def test_a_larger_sample_takes_no_call_away(population, beyond, more, how):
    small = allocate(population, len(population) + beyond, how)
    large = allocate(population, len(population) + beyond + more, how)
    assert all(large[name] >= count for name, count in small.items())


@given(POPULATIONS, st.integers(0, 500), HOW)
def test_the_weights_of_a_stratum_are_its_calls(population, beyond, how):
    drawn = allocate(population, len(population) + beyond, how)
    weights = {name: population[name] / count for name, count in drawn.items()}
    assert sum(weights[name] * count for name, count in drawn.items()) == pytest.approx(sum(population.values()))
    assert all(weight >= 1 for weight in weights.values())


def test_proportional_follows_the_population_and_equal_does_not():
    population = {"a": 600, "b": 300, "c": 100}
    assert allocate(population, 100, "proportional") == {"a": 60, "b": 30, "c": 10}
    assert allocate(population, 100, "equal") == {"a": 34, "b": 33, "c": 33}
    assert allocate({"a": 600, "c": 4}, 100, "equal") == {"a": 96, "c": 4}


def test_more_strata_than_calls_is_wrong_use():
    with pytest.raises(UsageError, match="2 calls cannot stand for 3 strata; ask for 3 at least"):
        allocate({"a": 9, "b": 9, "c": 9}, 2, "equal")


@given(st.lists(st.integers(0, 2**64 - 1), max_size=60, unique=True), st.integers(1, 20), st.integers(0, 20))
def test_the_lowest_are_those_of_a_sorted_list(keys, size, count):
    lot = Lowest(size)
    for key in keys:
        lot.offer((key,), (str(key), "why"))
    assert lot.offered == len(keys)
    assert [key for (key,), _ in lot.best(min(count, size))] == sorted(keys)[: min(count, size)]


def test_every_call_has_the_same_chance():
    """Over 2,000 lotteries of 10 calls of 40, each call is drawn about 500 times: 5 standard deviations are 97."""
    calls = [f"call-{n}" for n in range(40)]
    times: Counter[str] = Counter()
    for seed in range(2_000):
        times.update(sorted(calls, key=lambda call: ticket(seed, call))[:10])
    assert min(times[call] for call in calls) > 500 - 97
    assert max(times[call] for call in calls) < 500 + 97

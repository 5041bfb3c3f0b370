"""Who is drawn: shares of strata that add up and nest, weights that stand for the population, a fair lottery."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.errors import UsageError
from voicebot.qa.allocation import allocate, lottery, lowest

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


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 99)), max_size=60), st.lists(st.integers(0, 9), min_size=3))
def test_the_lowest_are_those_of_a_sorted_list(calls, counts):
    strata, keys = (np.array([call[place] for call in calls], dtype=np.int64) for place in (0, 1))
    by_stratum = [[place for place, (of, _) in enumerate(calls) if of == stratum] for stratum in range(len(counts))]
    wanted = [
        place
        for places, count in zip(by_stratum, counts, strict=True)
        for place in sorted(places, key=lambda each: (calls[each][1], each))[:count]
    ]
    assert lowest([keys], strata, counts) == sorted(wanted, key=lambda each: (calls[each][1], each))


def test_the_last_key_decides_first():
    keys = [np.array([3, 1, 2]), np.array([0, 1, 0])]
    assert lowest(keys, np.zeros(3, dtype=np.int64), [2]) == [2, 0]


@pytest.mark.parametrize("halves", [(range(40), [0] * 40), ([0] * 40, range(40))])
def test_every_call_has_the_same_chance(halves):
    """Over 2,000 lotteries of 10 calls of 40, each call is drawn about 500 times: 5 standard deviations are 97."""
    high, low = (np.array(half, dtype=np.uint64) for half in halves)
    times: Counter[int] = Counter()
    for seed in range(2_000):
        times.update(np.argsort(lottery(seed, high, low))[:10].tolist())
    assert min(times[call] for call in range(40)) > 500 - 97
    assert max(times[call] for call in range(40)) < 500 + 97

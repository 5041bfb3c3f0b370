"""Ratios of weighted calls, and how many calls an interval takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.qa.weighted import WeightedRate, calls_needed, half_width, more_needed, weighted_rate
from voicebot.reports.stats import rate


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.1, 500))
def test_equal_weights_are_no_weights(hits, misses, weight):
    found = weighted_rate([(True, weight)] * hits + [(False, weight)] * misses)
    plain = rate(hits, hits + misses)
    assert (found.hits, found.of) == (plain.hits, plain.of)
    assert found.effective == pytest.approx(hits + misses)
    for name in ("ratio", "low", "high"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name), abs=1e-9)


def test_unequal_weights_by_hand():
    """Two calls that stand for 30 each, both right, two for 10 each, one right: 70/80; effective 80^2/2000 = 3.2."""
    found = weighted_rate([(True, 30), (True, 30), (True, 10), (False, 10)])
    assert found.ratio == pytest.approx(70 / 80)
    assert found.effective == pytest.approx(3.2)


@given(st.lists(st.tuples(st.booleans(), st.floats(0.5, 100)), min_size=1, max_size=40))
def test_the_effective_size_is_never_above_the_calls_and_the_interval_holds_the_ratio(calls):
    found = weighted_rate(calls)
    assert 1 - 1e-9 <= found.effective <= len(calls) + 1e-9
    assert found.low - 1e-9 <= found.ratio <= found.high + 1e-9


@given(st.floats(0, 1), st.floats(0.01, 0.3))
def test_the_calls_needed_are_the_fewest(ratio, half):
    needed = calls_needed(ratio, half)
    assert half_width(ratio, needed) <= half
    assert needed == 1 or half_width(ratio, needed - 1) > half


def test_calls_needed_by_hand():
    """At the worst, 0.5, the half width is z / (2 sqrt(n + z^2)): for 0.05 n = (z / 0.1)^2 - z^2 = 380.3."""
    assert calls_needed(0.5, 0.05) == 381


def test_how_many_more():
    seen = WeightedRate(45, 90, 0.5, 0.4, 0.6, 45.0)  # each call says half as much as one drawn evenly
    assert more_needed(seen, 0.05, 10_000) == 762 - 90
    assert more_needed(seen, 0.05, 300) == 210  # there are no more calls
    assert more_needed(seen, 0.3, 10_000) == 0
    assert more_needed(WeightedRate(0, 0, None, None, None, 0.0), 0.05, 10_000) == 381

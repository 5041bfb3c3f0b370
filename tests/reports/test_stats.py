import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.reports.stats import binned, quantile, rate

counted = st.dictionaries(st.integers(0, 5_000), st.integers(1, 20), max_size=30)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 2, 0.0945, 0.9055),
    ],
)
def test_wilson_intervals_as_published(hits, of, low, high):
    """Newcombe 1998, table I, and the closed form for the others."""
    found = rate(hits, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_no_calls_have_no_rate():
    assert rate(0, 0).ratio is None


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_ratio(counts):
    found = rate(*counts)
    assert 0 <= found.low <= found.ratio + 1e-12
    assert found.ratio - 1e-12 <= found.high <= 1


@given(counted, st.floats(0, 1))
def test_a_quantile_is_a_value_with_enough_below(counts, q):
    value = quantile(counts, q)
    if not counts:
        assert value is None
        return
    total = sum(counts.values())
    assert sum(count for each, count in counts.items() if each <= value) >= q * total - 1e-6
    assert sum(count for each, count in counts.items() if each < value) <= q * total + 1e-6


@given(counted, st.integers(1, 900))
def test_bins_hold_everything_without_a_gap(counts, width):
    found = binned(counts, width)
    assert sum(count for _, count in found) == sum(counts.values())
    assert [edge for edge, _ in found] == [width * index for index in range(len(found))]

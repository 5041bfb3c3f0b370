"""Numbers of plans: read exactly, rounded by rule, shared out without loss."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.exact import as_count, as_percent, from_store, nearest, parsed, shared, upward


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("600000", Fraction(600_000)),
        ("600,000", Fraction(600_000)),
        ("0.65", Fraction(13, 20)),
        (".65", Fraction(13, 20)),
        ("65%", Fraction(13, 20)),
        ("65 %", Fraction(13, 20)),
        ("６５％", Fraction(13, 20)),
        ("0.028%", Fraction(7, 25_000)),
    ],
)
def test_numbers_are_read_exactly(text: str, value: Fraction) -> None:
    assert parsed(text) == value


@pytest.mark.parametrize("text", ["", "%", ".", "-1", "1e9", "60,00", "six", "1.", "nan", "1" * 13])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number; write for example"):
        parsed(text)


def test_the_three_rules_of_rounding() -> None:
    assert (nearest(Fraction(5, 2)), nearest(Fraction(49, 20)), nearest(Fraction(-5, 2))) == (3, 2, -2)
    assert nearest(Fraction(7, 39), 4) == Fraction(1795, 10_000)
    assert (upward(Fraction(700, 27)), upward(Fraction(26))) == (26, 26)
    assert shared(10, [Fraction(1)] * 3) == (3, 4, 3)


def test_figures_for_people() -> None:
    assert [as_count(Fraction(text)) for text in ("390000", "0.84", "700/27", "100")] == [
        "390,000",
        "0.84",
        "25.93",
        "100",
    ]
    assert [as_percent(Fraction(text)) for text in ("7/39", "0.4", "0.00028", "1")] == [
        "17.95 %",
        "40 %",
        "0.028 %",
        "100 %",
    ]


@given(st.integers(0, 10**7), st.lists(st.fractions(0, 10, max_denominator=7), min_size=1, max_size=60))
def test_parts_add_up_exactly_and_none_is_off_by_one(total: int, weights: list[Fraction]) -> None:
    whole = sum(weights)
    if not whole:
        with pytest.raises(ValueError, match="every weight is 0"):
            shared(total, weights)
        return
    parts = shared(total, weights)
    assert sum(parts) == total
    assert all(
        part >= 0 and abs(part - total * weight / whole) <= 1 for part, weight in zip(parts, weights, strict=True)
    )
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_ratio_survives_the_store(part: int, whole: int) -> None:
    assert from_store(part / whole) == Fraction(part, whole)

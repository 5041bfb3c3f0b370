"""What calls cost, counted by hand."""

from fractions import Fraction

import pytest

from voicebot.campaign.policy.costs import LineUse, Use, billed_seconds, cost_of, each
from voicebot.campaign.policy.plan import Costs


@pytest.mark.parametrize(
    ("length_ms", "unit_s", "billed"),
    [
        (0, 60, 0),
        (1, 60, 60),
        (60_000, 60, 60),
        (60_001, 60, 120),
        (61_000, 6, 66),
        (60_000, 6, 60),
        (5_999, 6, 6),
        (6_001, 6, 12),
        (1_500, 1, 2),
    ],
)
def test_a_begun_unit_is_billed_whole(length_ms: int, unit_s: int, billed: int) -> None:
    assert billed_seconds(length_ms, unit_s) == billed


def test_all_parts() -> None:
    lines = (
        LineUse("north", 0.12, 60, ((60_000, 2), (61_000, 1))),  # 2 × 60 + 120 = 240 s: 0.48
        LineUse("spare", None, 6, ((7_000, 10),)),  # 120 s at the plan's 0.30: 0.60
    )
    found = cost_of(Use(100, 50, lines, 90_000, fixed=True), Costs(0.1, 0.02, 0.3, 1.0, 10.0))
    parts = (found.lead, found.call, found.minute, found.agent_minute, found.fixed)
    assert [float(part) for part in parts] == [10.0, 1.0, 1.08, 1.5, 10.0]
    assert found.total == Fraction("23.58")
    assert (found.billed_s, dict(found.unpriced)) == (360, {})


def test_what_has_no_price_is_told_and_not_free() -> None:
    lines = (
        LineUse("north", 0.0, 60, ((1_000, 1),)),
        LineUse("spare", None, 60, ((1_000, 3),)),
        LineUse("x", None, 1, ()),
    )
    found = cost_of(Use(5, 5, lines, 0, fixed=False), Costs(fixed=7))
    assert found.total == 0
    assert dict(found.unpriced) == {"spare": 180}


def test_the_cost_of_one() -> None:
    assert each(Fraction(100), 3) == Fraction(100, 3)
    assert each(Fraction(100), 0) is None

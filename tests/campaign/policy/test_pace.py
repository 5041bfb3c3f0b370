"""Attempts a second: evenly, and never more than asked for in any stretch of time."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.pace import Pace


@given(st.floats(0.1, 100), st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_never_more_in_any_stretch_than_the_rate_allows(rate: float, gaps: list[float]) -> None:
    pace, now = Pace(rate), 0.0
    starts: list[float] = []
    for gap in gaps:
        now += gap
        pace, start = pace.take(now)
        assert start >= now
        starts.append(start)
    for one, other in pairwise(starts):
        assert other - one >= 1 / rate - 1e-6


def test_how_many_may_be_claimed_ahead() -> None:
    pace = Pace(4.0)
    assert pace.within(10.0, 1.0) == 5
    pace, start = pace.take(10.0)
    assert start == 10.0
    assert pace.within(10.0, 1.0) == 4
    assert Pace(0.1, next_at=20.0).within(10.0, 1.0) == 0
    assert Pace(0.1, next_at=10.5).within(10.0, 1.0) == 1

"""Drawing arms: fixed by names alone, in the proportion of the shares."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.arms import arm_of

SHARES = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 100), min_size=1, max_size=5).filter(
    lambda shares: any(shares.values())
)


@given(st.text(), st.text(), SHARES)
def test_the_same_lead_has_the_same_arm_and_never_one_without_a_share(campaign, key, shares):
    arm = arm_of(campaign, key, shares)
    assert shares[arm] > 0
    assert arm_of(campaign, key, dict(reversed(list(shares.items())))) == arm


def test_shares_are_kept_within_chance():
    drawn = Counter(arm_of("spring", str(key), {"a": 30, "b": 70}) for key in range(10_000))
    assert abs(drawn["a"] - 3000) < 5 * (10_000 * 0.3 * 0.7) ** 0.5  # five standard deviations


def test_another_campaign_draws_anew():
    same = sum(
        arm_of("one", str(key), {"a": 1, "b": 1}) == arm_of("two", str(key), {"a": 1, "b": 1}) for key in range(1000)
    )
    assert 400 < same < 600


@pytest.mark.parametrize("shares", [{"a": 0}, {"a": -1, "b": 2}])
def test_shares_that_draw_nobody_are_refused(shares):
    with pytest.raises(ValueError, match="shares"):
        arm_of("spring", "1", shares)

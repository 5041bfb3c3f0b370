"""Agents who will be free in time: shares of past talks, never more than there are, never on a guess."""

from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.soon import ENOUGH_TALKS, Busy, free_within

TALKS = [float(length) for length in range(10, 210, 10)]  # 10, 20, ... 200 s


def test_a_wrap_up_ends_when_it_says():
    assert free_within([Busy(free_in_s=30), Busy(free_in_s=31)], [], 30) == 1


def test_of_the_talks_that_lasted_longer_so_many_ended_in_time():
    assert free_within([Busy(talked_s=100)], TALKS, 50) == 5 / 10
    assert free_within([Busy(talked_s=100, wrap_up_s=20)], TALKS, 50) == 3 / 10
    assert free_within([Busy()], TALKS, 50) == 5 / 20


def test_a_talk_longer_than_any_is_not_expected_to_end():
    assert free_within([Busy(talked_s=200)], TALKS, 1000) == 0


def test_without_enough_past_talks_nobody_is_counted_on():
    assert free_within([Busy(talked_s=10)], TALKS[: ENOUGH_TALKS - 1], 1000) == 0


busy = st.builds(Busy, st.floats(0, 1000), st.none() | st.floats(0, 100), st.floats(0, 60))


@given(st.lists(busy, max_size=20), st.lists(st.floats(1, 1000), max_size=50), st.floats(0, 500))
def test_never_more_than_there_are_and_never_fewer_with_more_time(agents, talks, within):
    free = free_within(agents, talks, within)
    assert 0 <= free <= len(agents)
    assert free_within(agents, talks, within + 10) >= free - 1e-9

"""States of agents: the table of legal steps, and what follows a ring or a talk."""

from datetime import UTC, datetime, timedelta

import pytest

from voicebot.campaign.policy.agent_states import (
    KEEPS_ORDER,
    MAY_WAIT,
    MISSED_MOST,
    NEXT,
    REST,
    AgentState,
    Step,
    after_ring,
    after_talk,
    as_ordered,
    check_step,
)
from voicebot.errors import UsageError

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_every_state_can_be_left_and_reached_again():
    for begin in AgentState:
        seen, open_ = {begin}, [begin]
        while open_:
            for state in NEXT[open_.pop()] - seen:
                seen.add(state)
                open_.append(state)
        assert seen == set(AgentState), f"from {begin} there is no way to {set(AgentState) - seen}"


def test_nobody_talks_who_was_not_rung_or_is_rung_who_is_not_idle():
    assert [state for state in AgentState if AgentState.TALKING in NEXT[state]] == [AgentState.RINGING]
    assert [state for state in AgentState if AgentState.RINGING in NEXT[state]] == [AgentState.IDLE]


def test_a_step_that_is_not_legal_is_told_with_what_is():
    with pytest.raises(UsageError, match="is talking and cannot become ringing; it can become idle, offline, "):
        check_step("chen", AgentState.TALKING, AgentState.RINGING)
    check_step("chen", AgentState.TALKING, AgentState.WRAP_UP)


@pytest.mark.parametrize("reason", ["customer_left", "released"])
def test_who_is_not_to_blame_is_idle_again_at_once(reason):
    assert after_ring(reason, 2, NOW) == Step(AgentState.IDLE, missed=2)


@pytest.mark.parametrize("reason", ["busy", "no_answer", "declined", "unreachable"])
def test_who_did_not_take_the_call_rests_and_after_three_in_a_row_until_somebody_brings_him_back(reason):
    assert after_ring(reason, 0, NOW) == Step(AgentState.PAUSE, NOW + REST, reason, 1)
    last = after_ring(reason, MISSED_MOST - 1, NOW)
    assert last == Step(AgentState.PAUSE, None, f"{reason}, 3 in a row", MISSED_MOST)


def test_wrap_up_ends_by_itself_and_may_be_left_out():
    assert after_talk(20, NOW) == Step(AgentState.WRAP_UP, NOW + timedelta(seconds=20))
    assert after_talk(0, NOW) == Step(AgentState.IDLE)


@pytest.mark.parametrize("order", sorted(MAY_WAIT))
@pytest.mark.parametrize(
    "step",
    [
        after_talk(0, NOW),
        after_ring("customer_left", 1, NOW),
        after_ring("no_answer", 0, NOW),
        after_ring("no_answer", MISSED_MOST - 1, NOW),
    ],
)
def test_an_order_that_waits_takes_the_place_of_what_follows_the_call(step, order):
    assert as_ordered(step, order, "lunch") == Step(order, None, "lunch", step.missed)
    assert as_ordered(step, None, "") == step


def test_the_wrap_up_comes_before_what_was_ordered():
    assert as_ordered(after_talk(20, NOW), AgentState.PAUSE, "lunch") == after_talk(20, NOW)


def test_whatever_waits_may_follow_every_state_that_keeps_it():
    for state in KEEPS_ORDER:
        assert NEXT[state] >= MAY_WAIT

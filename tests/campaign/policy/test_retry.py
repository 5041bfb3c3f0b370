"""Retry: the rules' examples, and properties over random histories."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.codes import Code, Layer
from voicebot.campaign.policy.retry import DEFAULT, Again, Done, Past, RetryPolicy, Rule, after

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def history(*codes: Code) -> list[Past]:
    return [Past(code, NOW + index * timedelta(hours=1)) for index, code in enumerate(codes)]


def test_a_busy_number_is_called_again_twice():
    once = after(DEFAULT, history(Code.BUSY))
    assert isinstance(once, Again)
    assert once.due == NOW + 10 * MINUTE
    assert isinstance(after(DEFAULT, history(Code.BUSY, Code.BUSY)), Again)
    assert after(DEFAULT, history(Code.BUSY, Code.BUSY, Code.BUSY)) == Done(
        Code.BUSY, "BUSY was tried again 2 times, the rule's maximum is 2"
    )


def test_rules_do_not_stack_one_cap_is_over_all():
    policy = RetryPolicy({Code.BUSY: Rule(MINUTE, 9), Code.NO_ANSWER: Rule(MINUTE, 9)}, max_attempts=3)
    assert isinstance(after(policy, history(Code.BUSY, Code.NO_ANSWER)), Again)
    over = after(policy, history(Code.BUSY, Code.NO_ANSWER, Code.BUSY))
    assert over == Done(Code.BUSY, "3 attempts, the maximum is 3")


@pytest.mark.parametrize("code", [Code.EMPTY, Code.SUSPENDED, Code.REJECTED, Code.CUSTOMER_HANGUP, Code.ROBOT_END])
def test_a_dead_number_and_a_held_talk_are_the_end(code):
    assert after(DEFAULT, history(code)) == Done(code, f"{code} is not tried again")


def test_our_own_faults_use_up_nothing_and_wait_longer_each_time():
    faults = history(*[Code.CONGESTION] * 6)
    waits = [after(DEFAULT, faults[: n + 1]) for n in range(6)]
    delays = [one.due - faults[n].ended_at for n, one in enumerate(waits) if isinstance(one, Again)]
    assert delays == [n * MINUTE for n in (1, 2, 4, 8, 16, 32)]
    assert isinstance(after(DEFAULT, [*faults, Past(Code.BUSY, NOW)]), Again)
    assert isinstance(after(DEFAULT, history(*[Code.CONGESTION] * 20)), Done)


def test_a_lead_that_was_given_back_however_often_is_not_lost_by_it():
    given_back = history(*[Code.CANCELLED] * 40)
    assert after(DEFAULT, given_back) == Again(
        given_back[-1].ended_at + MINUTE, "CANCELLED is our side's: it does not use up an attempt"
    )
    mixed = history(*[Code.CANCELLED, Code.CONGESTION] * 20)
    assert isinstance(after(DEFAULT, mixed[:-1]), Again)
    assert isinstance(after(DEFAULT, mixed), Done)


def test_a_call_back_comes_at_the_time_that_the_customer_named():
    at = NOW + timedelta(days=1)
    assert after(DEFAULT, history(Code.ROBOT_END), callback_at=at) == Again(
        at, "the customer named this time", callback=True
    )
    late = after(DEFAULT, history(Code.ROBOT_END), callback_at=NOW - timedelta(days=1))
    assert isinstance(late, Again)
    assert late.due == NOW


codes = st.sampled_from(
    [code for code in Code if code.layer in (Layer.NETWORK, Layer.OURS, Layer.TALK, Layer.ANSWERED)]
)


@given(st.lists(codes, min_size=1, max_size=40), st.integers(1, 5))
def test_no_lead_is_called_for_ever(found, most):
    policy = RetryPolicy(DEFAULT.rules, max_attempts=most)
    lived: list[Past] = []
    for code in found:
        lived.append(Past(code, NOW))
        if isinstance(after(policy, lived), Done):
            break
    used = sum(past.code.uses_up_attempt for past in lived)
    assert used <= max(1, most)
    if isinstance(again := after(policy, lived), Again):
        assert again.due > lived[-1].ended_at

"""States, order, caller numbers and frequency: which is allowed, which goes first, which is shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.caller_numbers import (
    CallerNumber,
    Health,
    HealthRule,
    NumberState,
    choose,
    illness,
    usable,
)
from voicebot.campaign.policy.frequency import DEFAULT, FrequencyCap, too_often
from voicebot.campaign.policy.order import BestTimes, Lane, Waiting, explain, key, lane_of
from voicebot.campaign.policy.states import ENDED, NEXT, CampaignState, check_step
from voicebot.errors import UsageError

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_every_state_can_come_to_an_end_and_an_ended_one_stays():
    for state in CampaignState:
        seen = {state}
        while grown := {to for one in seen for to in NEXT[one]} - seen:
            seen |= grown
        assert seen & ENDED
    with pytest.raises(UsageError, match="'spring' is done and cannot become running; it can become nothing"):
        check_step("spring", CampaignState.DONE, CampaignState.RUNNING)
    check_step("spring", CampaignState.PAUSED, CampaignState.RUNNING)


def test_call_backs_first_then_need_then_fresh_by_score_then_retries():
    leads = {
        "retry": Waiting(0.9, NOW, tries=1),
        "fresh": Waiting(0.5, NOW),
        "better": Waiting(0.8, NOW),
        "need": Waiting(0.1, NOW, need=True),
        "back": Waiting(0.0, NOW, tries=2, callback=True),
        "older": Waiting(0.5, NOW - timedelta(hours=1)),
        "retried need": Waiting(0.95, NOW, tries=1, need=True),
    }
    best = BestTimes()
    order = sorted(leads, key=lambda name: key(leads[name], best, 10))
    assert order == ["back", "need", "better", "older", "fresh", "retried need", "retry"]


def test_a_persona_has_its_hours_and_the_reason_is_told():
    best = BestTimes({"student": ((18, 20),)}, bonus=0.5)
    student, other = Waiting(0.4, NOW, persona="student"), Waiting(0.6, NOW)
    assert key(student, best, 19) < key(other, best, 19)
    assert key(student, best, 10) > key(other, best, 10)
    assert "19:00 suits student" in explain(student, best, 19)
    assert lane_of(student) == Lane.FRESH


ONE, TWO = CallerNumber("1001", weight=3, area="苏州"), CallerNumber("1002", weight=1, area="上海")


def test_the_lead_sees_its_number_again_while_that_may_be_used():
    assert choose([ONE, TWO], NOW, "苏州", 0, before="1002") == TWO
    resting = replace(TWO, state=NumberState.RESTING, rest_until=NOW + timedelta(minutes=5))
    assert choose([ONE, resting], NOW, "", 0, before="1002") == ONE
    assert choose([resting], NOW, "", 0) is None


def test_local_numbers_first_then_by_weight():
    assert {choose([ONE, TWO], NOW, "上海", draw) for draw in range(8)} == {TWO}
    drawn = [choose([ONE, TWO], NOW, "北京", draw) for draw in range(8)]
    assert (drawn.count(ONE), drawn.count(TWO)) == (6, 2)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (replace(ONE, hour=30, hourly_cap=30), "30 calls in this hour, its cap is 30"),
        (replace(ONE, day=200, daily_cap=200), "200 calls today, its cap is 200"),
        (replace(ONE, last_used=NOW - timedelta(seconds=1), gap=timedelta(seconds=3)), "used at 02:00:00"[:7]),
        (replace(ONE, state=NumberState.QUARANTINED), "quarantined"),
        (replace(ONE, state=NumberState.RETIRED), "retired"),
    ],
)
def test_a_number_that_may_not_be_shown_says_why(number, why):
    assert why in usable(number, NOW)


def test_a_sick_number_is_named_with_its_figures():
    rule = HealthRule()
    well = Health(attempts=200, answered=80, short=20, rejected=10, blocked=1, complaints=0)
    assert illness(well, rule) == ""
    assert illness(replace(well, short=60), rule) == "60 of 80 calls hung up within seconds (75%), the limit is 50%"
    assert illness(replace(well, blocked=20), rule).startswith("20 of 200 calls blocked by the carrier")
    assert illness(Health(3, 1, 1, 1, 1, complaints=2), rule) == "2 complaints, the limit is 2"
    assert illness(Health(3, 3, 3, 0, 3, complaints=0), rule) == ""


def test_once_a_day_and_three_times_a_month():
    assert too_often(DEFAULT, [], NOW) is None
    yesterday = NOW - timedelta(hours=23)
    found = too_often(DEFAULT, [yesterday], NOW)
    assert found is not None
    assert found.free_at == yesterday + timedelta(days=1)
    assert too_often(DEFAULT, [yesterday], NOW, asked_for=True) is None
    month = [NOW - timedelta(days=days) for days in (5, 10, 15)]
    found = too_often(DEFAULT, month, NOW, asked_for=True)
    assert found is not None
    assert found.free_at == NOW + timedelta(days=15)


moments = st.lists(st.integers(0, 60 * 24).map(lambda hours: NOW - timedelta(hours=hours)), max_size=12)
caps = st.lists(st.builds(FrequencyCap, st.integers(1, 4), st.integers(1, 40)), max_size=3)


@given(caps, moments, st.integers(0, 60 * 24))
def test_calls_at_the_allowed_moments_keep_every_cap(found, called, hours):
    at = NOW + timedelta(hours=hours)
    over = too_often(found, called, at)
    if over is None:
        for cap in found:
            recent = [one for one in called if at - timedelta(days=cap.days) < one]
            assert len(recent) + 1 <= cap.calls
    else:
        assert over.free_at > at
        assert too_often(found, called, over.free_at) is None

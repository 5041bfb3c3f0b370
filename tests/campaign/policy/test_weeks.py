"""Weeks: totals shared out by the days on which calls may be made."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.weeks import dated_days, plain_days, weekly
from voicebot.campaign.policy.windows import MARKETING, Range, Window
from voicebot.errors import UsageError

WORKDAYS = Window((Range(540, 720),), frozenset({"workday"}))


def test_weeks_run_from_monday_and_a_holiday_has_no_calls() -> None:
    # 2026-10-01 to 07 are the National Day holiday; 10-10 is a Saturday that is worked in exchange.
    days = dated_days(datetime.date(2026, 9, 28), 14, WORKDAYS, Calendar())
    first, second = weekly(days, {"calls": 700, "adds": 70})
    assert (first.first.date, first.last.date) == (datetime.date(2026, 9, 28), datetime.date(2026, 10, 4))
    assert (first.calling_days, second.calling_days) == (3, 3)
    assert first.amounts == {"calls": 350, "adds": 35}
    assert first.holidays and "National Day" in first.holidays[0]


def test_a_first_week_that_begins_on_thursday_is_short() -> None:
    weeks = weekly(dated_days(datetime.date(2026, 11, 5), 11, WORKDAYS, Calendar()), {"calls": 700})
    assert [(week.days, week.calling_days, week.amounts["calls"]) for week in weeks] == [(4, 2, 200), (7, 5, 500)]


def test_days_count_by_their_open_minutes() -> None:
    saturdays_too = Window((Range(540, 720),), frozenset({"workday", "sat"}))
    assert [day.minutes for day in dated_days(datetime.date(2026, 11, 6), 3, saturdays_too, Calendar())] == [
        180,
        180,
        0,
    ]


def test_without_a_date_each_seven_days_are_a_week() -> None:
    weeks = weekly(plain_days(10), {"calls": 100})
    assert [(week.first.number, week.last.number, week.amounts["calls"]) for week in weeks] == [(1, 7, 70), (8, 10, 30)]


def test_a_ramp_slows_the_first_weeks() -> None:
    weeks = weekly(plain_days(28), {"calls": 2_700}, (Fraction("0.2"), Fraction("0.5")))
    assert [week.amounts["calls"] for week in weeks] == [200, 500, 1_000, 1_000]


@given(
    st.dates(datetime.date(2025, 1, 1), datetime.date(2027, 6, 1)),
    st.integers(1, 200),
    st.integers(0, 10**6),
    st.lists(st.fractions(Fraction(1, 10), 1, max_denominator=10), max_size=4),
)
def test_the_weeks_add_up_exactly_and_cover_every_day(
    start: datetime.date, count: int, total: int, ramp: list[Fraction]
) -> None:
    days = dated_days(start, count, MARKETING, Calendar())
    if not any(day.minutes for day in days):
        with pytest.raises(UsageError, match="no call may be made"):
            weekly(days, {"calls": total}, ramp)
        return
    weeks = weekly(days, {"calls": total, "adds": total // 7}, ramp)
    assert sum(week.amounts["calls"] for week in weeks) == total
    assert sum(week.amounts["adds"] for week in weeks) == total // 7
    assert sum(week.days for week in weeks) == count
    assert all(week.amounts["calls"] == 0 for week in weeks if not week.calling_days)


def test_no_day_with_calls_is_told() -> None:
    with pytest.raises(UsageError, match="in these 3 days no call may be made"):
        weekly(dated_days(datetime.date(2026, 10, 1), 3, MARKETING, Calendar()), {"calls": 1})

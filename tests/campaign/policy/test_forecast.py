"""Forecasts of a campaign's end: Little's law over the open hours, rounds that the caps hold apart."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.forecast import Hours, Lengths, Work, carried_a_minute, forecast
from voicebot.campaign.policy.frequency import FrequencyCap
from voicebot.campaign.policy.windows import LEGAL, MARKETING, Window, may_call

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = Hours(MARKETING, LEGAL, Calendar("CN"), ZONE)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZONE)
LENGTHS = Lengths(0.5, 0.0, 20.0, 40.0, "test")  # 40 s of a line an attempt


def end(work: Work, a_minute: float, *, again: float = 0.0, attempts: int = 1, caps=(), at: datetime = MONDAY):
    lengths = Lengths(0.5, again, 20.0, 40.0, "test")
    return forecast(work, HOURS, lengths, a_minute, attempts, caps, at)


def test_lines_carry_what_comes_free_or_what_may_be_started():
    assert carried_a_minute(30, 100.0, LENGTHS) == 45.0
    assert carried_a_minute(30, 0.5, LENGTHS) == 30.0


def test_a_morning_is_two_hours_then_noon_then_the_afternoon():
    assert end(Work(600), 10).end == datetime(2026, 11, 23, 11, tzinfo=ZONE)
    assert end(Work(1800), 10).end == datetime(2026, 11, 23, 15, tzinfo=ZONE)
    night = datetime(2026, 11, 22, 23, tzinfo=ZONE)
    assert end(Work(600), 10, at=night).end == datetime(2026, 11, 23, 10, tzinfo=ZONE)


def test_a_second_round_waits_for_the_cap_of_the_day():
    found = end(Work(600), 10, again=0.5, attempts=2, caps=(FrequencyCap(1, 1),))
    assert (found.attempts, found.once) == (900, datetime(2026, 11, 23, 11, tzinfo=ZONE).astimezone(UTC))
    assert found.end == datetime(2026, 11, 24, 10, 30, tzinfo=ZONE)
    assert end(Work(600), 10, again=0.5, attempts=2).end == datetime(2026, 11, 23, 11, 30, tzinfo=ZONE)


def test_the_fourth_call_waits_for_the_cap_of_the_month():
    found = end(Work(1), 1000, again=1.0, attempts=4, caps=(FrequencyCap(1, 1), FrequencyCap(3, 30)))
    assert found.end is not None and found.end.astimezone(ZONE).date() == (MONDAY + timedelta(days=30)).date()


def test_what_is_never_open_has_no_end():
    closed = Hours(Window((), frozenset()), LEGAL, Calendar("CN"), ZONE)
    found = forecast(Work(10), closed, LENGTHS, 10, 1, (), MONDAY)
    assert (found.once, found.end) == (None, None)
    assert end(Work(10_000_000), 1).end is None
    assert end(Work(10), 0).end is None


def test_without_leads_it_is_over_now():
    assert end(Work(0), 10).end == MONDAY


@given(st.integers(1, 50_000), st.floats(1, 200), st.integers(0, 60 * 24 * 20))
def test_more_lines_never_end_later_and_an_end_is_within_the_hours(leads: int, rate: float, minutes: int):
    at = MONDAY + timedelta(minutes=minutes)
    slow, quick = end(Work(leads), rate, at=at), end(Work(leads), rate * 2, at=at)
    assert slow.end is not None and quick.end is not None
    assert quick.end <= slow.end
    just_before = slow.end - timedelta(microseconds=1)
    assert may_call(MARKETING, LEGAL, Calendar("CN"), ZONE, just_before).ok


@pytest.mark.parametrize("begun", [0, 7])
def test_leads_called_before_are_called_again(begun: int):
    assert end(Work(3, begun), 10).attempts == 3 + begun

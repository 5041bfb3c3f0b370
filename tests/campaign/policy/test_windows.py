"""Windows: the examples that campaign managers name, and properties over random windows, zones and moments."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.calendar import Calendar, own_days
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.windows import (
    DAYS,
    LEGAL,
    MARKETING,
    Range,
    Window,
    beyond,
    may_call,
    next_open,
    open_until,
    outer_window,
    parse_days,
    parse_range,
    zone_named,
)
from voicebot.errors import UsageError

CHINA = Calendar("CN")
SHANGHAI = ZoneInfo("Asia/Shanghai")
EVERY_DAY = frozenset({"workday", "weekend", "holiday"})


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-02-14", "workday"),  # a Saturday worked for the Spring Festival
        ("2026-02-15", "holiday"),
        ("2026-02-23", "holiday"),
        ("2026-02-28", "workday"),
        ("2026-05-09", "workday"),
        ("2026-05-10", "weekend"),
        ("2026-10-01", "holiday"),
        ("2026-10-04", "holiday"),  # a Sunday amid the holidays
        ("2026-10-10", "workday"),
        ("2026-11-22", "weekend"),
        ("2026-11-23", "workday"),
    ],
)
def test_china_swaps_days(day, kind):
    assert CHINA.kind(datetime.date.fromisoformat(day)) == kind


def test_the_owner_may_close_and_open_days():
    calendar = Calendar("CN", own_days([datetime.date(2026, 11, 23)], [datetime.date(2026, 11, 22)]))
    assert calendar.kind(datetime.date(2026, 11, 23)) == "holiday"
    assert calendar.kind(datetime.date(2026, 11, 22)) == "workday"


def test_an_unknown_country_is_named():
    with pytest.raises(UsageError, match="'XX' has no calendar"):
        Calendar("XX")


@pytest.mark.parametrize(
    ("at", "ok"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 11:59", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 13:59", False),
        ("2026-11-23 14:00", True),
        ("2026-11-23 20:29", True),
        ("2026-11-23 20:30", False),
        ("2026-10-01 10:00", False),
        ("2026-10-10 10:00", True),
    ],
)
def test_the_default_hours_with_their_noon_break(at, ok):
    assert may_call(MARKETING, LEGAL, CHINA, SHANGHAI, local(at)).ok is ok


def test_a_refusal_says_why_and_until_when():
    noon = may_call(MARKETING, LEGAL, CHINA, SHANGHAI, local("2026-11-23 12:30"))
    assert (noon.code, noon.next_open) == (Code.OUT_OF_WINDOW, local("2026-11-23 14:00"))
    assert noon.why == "12:30 is outside 9:00-12:00, 14:00-20:30"
    feast = may_call(MARKETING, LEGAL, CHINA, SHANGHAI, local("2026-10-03 10:00"))
    assert (feast.code, feast.next_open) == (Code.HOLIDAY, local("2026-10-08 09:00"))
    assert "国庆" in feast.why or "National Day" in feast.why


def test_the_hours_are_those_of_the_lead():
    morning_in_shanghai = local("2026-11-23 09:30")
    assert may_call(MARKETING, LEGAL, CHINA, SHANGHAI, morning_in_shanghai).ok
    assert not may_call(MARKETING, LEGAL, CHINA, ZoneInfo("Asia/Dubai"), morning_in_shanghai).ok


def test_without_a_zone_or_a_window_nobody_is_called():
    at = local("2026-11-23 10:00")
    assert may_call(MARKETING, LEGAL, CHINA, None, at).code == Code.OUT_OF_WINDOW
    refused = may_call(Window((), frozenset()), LEGAL, CHINA, SHANGHAI, at)
    assert (refused.ok, refused.next_open) == (False, None)


def test_a_campaign_cannot_widen_the_outer_window():
    night = Window((Range(0, 24 * 60),), EVERY_DAY)
    assert open_until(night, LEGAL, CHINA, SHANGHAI, local("2026-11-23 08:00")) == local("2026-11-23 21:00")
    assert not may_call(night, LEGAL, CHINA, SHANGHAI, local("2026-11-23 22:00")).ok


@pytest.mark.parametrize(
    ("hours", "days", "wide"),
    [
        ("8:00-21:00", "workday, weekend, holiday", ()),
        ("9:00-12:00,14:00-20:30", "workday,weekend", ()),
        ("9:00-12:00", "workday,weekend", ("14:00-20:30",)),
        ("8:00-21:00", "workday", ("days: weekend",)),
        ("8:00-21:00", "mon,tue,wed,thu,fri,sat,sun", ()),
        ("8:00-21:00", "mon,tue,wed,thu,fri", ("days: weekend", "days: workday")),
    ],
)
def test_what_of_a_campaign_lies_outside_of_the_outer_window(hours, days, wide):
    assert beyond(MARKETING, outer_window(hours, days)) == wide


@pytest.mark.parametrize(("hours", "days"), [("8-21", "workday"), ("8:00-21:00", "someday")])
def test_an_outer_window_that_is_none_is_refused(hours, days):
    with pytest.raises(UsageError, match=r"no day|not a range"):
        outer_window(hours, days)


def test_the_hour_that_the_spring_skips_is_no_hour():
    zone = ZoneInfo("America/New_York")
    small_hours = Window((Range(2 * 60, 3 * 60),), EVERY_DAY)
    always = Window((Range(0, 24 * 60),), EVERY_DAY)
    opened = next_open(small_hours, always, Calendar(""), zone, local("2026-03-08 01:00", zone))
    assert opened == local("2026-03-09 02:00", zone)


@pytest.mark.parametrize(
    "text", ["9-12", "12:00-9:00", "9:00", "9:60-10:00", "a:00-b:00", "22:00-25:00", "", "9:5-10:00"]
)
def test_a_range_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match=r"range|ends before"):
        parse_range(text)


def test_names_are_checked():
    assert parse_range("9:00-24:00") == Range(540, 1440)
    with pytest.raises(UsageError, match="'monday' is no day"):
        parse_days(["mon", "monday"])
    with pytest.raises(UsageError, match="'Asia/Nowhere' is no time zone"):
        zone_named("Asia/Nowhere")


minutes = st.integers(0, 24 * 60)
ranges = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Range(*pair))
windows = st.builds(
    Window,
    st.lists(ranges, max_size=4).map(tuple),
    st.frozensets(st.sampled_from(sorted(DAYS))),
    st.lists(ranges, max_size=2).map(tuple),
)
zones = st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "Asia/Kathmandu", "America/New_York", "Europe/London"]).map(
    ZoneInfo
)
moments = st.datetimes(datetime.datetime(2025, 1, 1), datetime.datetime(2027, 12, 31), timezones=st.just(datetime.UTC))


@given(windows, windows, zones, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(own, outer, zone, at):
    opened = next_open(own, outer, CHINA, zone, at)
    assert may_call(own, outer, CHINA, zone, at).ok == (opened == at)
    if opened is None:
        return
    assert opened >= at
    assert may_call(own, outer, CHINA, zone, opened).ok
    just_before = opened - datetime.timedelta(minutes=1)
    if just_before >= at:
        assert not may_call(own, outer, CHINA, zone, just_before).ok


@given(windows, windows, zones, moments)
def test_a_plan_that_only_narrows_is_never_cut(own, outer, zone, at):
    everywhere = Window((Range(0, 24 * 60),), EVERY_DAY)
    if not beyond(own, outer):
        assert may_call(own, outer, CHINA, zone, at).ok == may_call(own, everywhere, CHINA, zone, at).ok


@given(windows, windows, zones, moments)
def test_who_may_be_called_is_inside_each_range_of_both(own, outer, zone, at):
    if may_call(own, outer, CHINA, zone, at).ok:
        here = at.astimezone(zone)
        minute = here.hour * 60 + here.minute
        for window in (own, outer):
            assert any(one.begin <= minute < one.end for one in window.ranges)
            assert not any(one.begin <= minute < one.end for one in window.breaks)
        if CHINA.kind(here.date()) == "holiday":
            assert "holiday" in own.days & outer.days

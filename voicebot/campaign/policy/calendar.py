"""Which kind a day is: a working day, a weekend day or a public holiday, with the days that China swaps.

Decisions only; the days themselves are the library `holidays`'. Its China agrees day by day with the State Council's
plans of 2024 to 2026 (compared with the package chinesecalendar). A year whose plan is not out yet has its holidays
by rule and no swapped days.
"""

import datetime
import functools
from collections.abc import Iterable, Mapping
from typing import Literal

import holidays

from voicebot.errors import UsageError

DayKind = Literal["workday", "weekend", "holiday"]
SATURDAY, ONE_DAY = 5, datetime.timedelta(days=1)


class Calendar:
    """The days of one country; `own` are days that the campaign's owner decides otherwise. For any thread."""

    def __init__(self, country: str = "CN", own: Mapping[datetime.date, DayKind] | None = None) -> None:
        """`country`: ISO 3166 code, or "" for no public holidays. Raises UsageError for a code nobody knows."""
        if country and not _is_known(country):
            raise UsageError(
                f"country {country!r} has no calendar of holidays; use an ISO code such as CN, or leave it empty"
            )
        self._country = country
        self._own = dict(own or {})

    def kind(self, day: datetime.date) -> DayKind:
        """What sort of day it is. A Saturday that is worked in exchange for a bridge day is a workday.

        In China a weekend that joins a holiday belongs to it, as the State Council counts it.
        """
        if day in self._own:
            return self._own[day]
        if not self._country:
            return "weekend" if day.weekday() >= SATURDAY else "workday"
        return _year(self._country, day.year)[day][0]

    def name(self, day: datetime.date) -> str:
        """The holiday's name for people; empty on other days."""
        return _year(self._country, day.year)[day][1] if self._country else ""


@functools.cache
def _is_known(country: str) -> bool:
    try:
        holidays.country_holidays(country)
    except NotImplementedError:
        return False
    return True


@functools.lru_cache(maxsize=64)
def _year(country: str, year: int) -> Mapping[datetime.date, tuple[DayKind, str]]:
    """Kind and name of each day. The library's object is this call's own: it fills itself while it is asked, so two
    threads that shared one could see half a year."""
    days = holidays.country_holidays(country, years=year)
    found: dict[datetime.date, tuple[DayKind, str]] = {}
    day = datetime.date(year, 1, 1)
    while day.year == year:
        found[day] = _kind(days, day, runs=country == "CN"), str(days.get(day, ""))
        day += ONE_DAY
    return found


def _kind(days: holidays.HolidayBase, day: datetime.date, *, runs: bool) -> DayKind:
    if day in days:
        return "holiday"
    if days.is_working_day(day):
        return "workday"
    return "holiday" if runs and _joins_holiday(days, day) else "weekend"


def _joins_holiday(days: holidays.HolidayBase, day: datetime.date) -> bool:
    """Whether the days off around `day` run on into a public holiday."""
    for step in (-ONE_DAY, ONE_DAY):
        other = day
        while not days.is_working_day(other):
            if other in days:
                return True
            other += step
    return False


def own_days(closed: Iterable[datetime.date], worked: Iterable[datetime.date]) -> dict[datetime.date, DayKind]:
    """Days of the owner's choice for `Calendar`: `closed` are holidays, `worked` working days."""
    return {**dict.fromkeys(closed, "holiday"), **dict.fromkeys(worked, "workday")}

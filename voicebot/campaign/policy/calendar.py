"""Which kind a day is: a working day, a weekend day or a public holiday, with the days that China swaps.

Decisions only; the days themselves are the library `holidays`'. Its China agrees day by day with the State Council's
plans of 2024 to 2026 (compared with the package chinesecalendar). A year whose plan is not out yet has its holidays
by rule and no swapped days.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Literal

import holidays

from voicebot.errors import UsageError

DayKind = Literal["workday", "weekend", "holiday"]


class Calendar:
    """The days of one country; `own` are days that the campaign's owner decides otherwise."""

    def __init__(self, country: str = "CN", own: Mapping[datetime.date, DayKind] | None = None) -> None:
        """`country`: ISO 3166 code, or "" for no public holidays. Raises UsageError for a code nobody knows."""
        self._own = dict(own or {})
        self._runs = country == "CN"
        self._days: holidays.HolidayBase | None = None
        if country:
            try:
                self._days = holidays.country_holidays(country)
            except NotImplementedError:
                raise UsageError(
                    f"country {country!r} has no calendar of holidays; use an ISO code such as CN, or leave it empty"
                ) from None

    def kind(self, day: datetime.date) -> DayKind:
        """What sort of day it is. A Saturday that is worked in exchange for a bridge day is a workday.

        In China a weekend that joins a holiday belongs to it, as the State Council counts it.
        """
        if day in self._own:
            return self._own[day]
        if self._days is None:
            return "weekend" if day.weekday() >= SATURDAY else "workday"
        if day in self._days:
            return "holiday"
        if self._days.is_working_day(day):
            return "workday"
        return "holiday" if self._runs and self._joins_holiday(day) else "weekend"

    def _joins_holiday(self, day: datetime.date) -> bool:
        """Whether the days off around `day` run on into a public holiday."""
        assert self._days is not None
        for step in (-ONE_DAY, ONE_DAY):
            other = day
            while not self._days.is_working_day(other):
                if other in self._days:
                    return True
                other += step
        return False

    def name(self, day: datetime.date) -> str:
        """The holiday's name for people; empty on other days."""
        return str(self._days.get(day, "")) if self._days is not None else ""


SATURDAY, ONE_DAY = 5, datetime.timedelta(days=1)


def own_days(closed: Iterable[datetime.date], worked: Iterable[datetime.date]) -> dict[datetime.date, DayKind]:
    """Days of the owner's choice for `Calendar`: `closed` are holidays, `worked` working days."""
    return {**dict.fromkeys(closed, "holiday"), **dict.fromkeys(worked, "workday")}

"""Accounts: how many, and to which day fewer move the end."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.accounts import Accounts, accounts, last_day
from voicebot.errors import UsageError

ADDS = Fraction(70_000)


def test_the_number_of_the_documents() -> None:
    found = accounts(ADDS, friends=30, days=90, available=None)
    assert (found.needed, found.exact) == (26, Fraction(700, 27))


def test_fewer_accounts_move_the_end() -> None:
    found = accounts(ADDS, friends=30, days=90, available=20)
    assert (found.capacity, found.days_needed, found.days_late, found.friends_needed) == (54_000, 117, 27, 39)
    assert last_day(datetime.date(2026, 12, 1), 117) == datetime.date(2027, 3, 27)
    assert accounts(ADDS, friends=30, days=90, available=26).days_late == 0


def test_only_what_is_known_follows() -> None:
    assert accounts(None, 30, 90, None) == Accounts()
    assert accounts(None, 30, 90, 26).capacity == 70_200
    assert accounts(ADDS, None, 90, 26).friends_needed == 30
    assert accounts(ADDS, 30, None, 26).days_needed == 90


@given(st.integers(1, 10**7), st.integers(1, 500), st.integers(1, 1000))
def test_the_needed_accounts_are_just_enough(adds: int, friends: int, days: int) -> None:
    needed = accounts(Fraction(adds), friends, days, None).needed
    assert needed is not None
    assert needed * friends * days >= adds > (needed - 1) * friends * days
    with_them = accounts(Fraction(adds), friends, days, needed)
    assert with_them.days_late == 0
    fewer = accounts(Fraction(adds), friends, days, max(1, needed - 1))
    assert (fewer.days_needed or 0) >= (with_them.days_needed or 0)


@pytest.mark.parametrize("wrong", [{"friends": 0}, {"days": 0}, {"available": -1}])
def test_nobody_is_added_by_none(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="must be above 0"):
        accounts(ADDS, **({"friends": 30, "days": 90, "available": 26} | wrong))


def test_an_end_beyond_the_calendar_is_told() -> None:
    with pytest.raises(UsageError, match="beyond the calendar; give more accounts"):
        last_day(datetime.date(2026, 1, 1), 10**10)

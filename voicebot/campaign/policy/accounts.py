"""How many accounts the adds need, and to which day fewer accounts move the end.

An account sends so many friend requests a day; a day more or less is all that decides here. Pure and exact.
"""

import datetime
from dataclasses import dataclass
from fractions import Fraction

from voicebot.campaign.policy.exact import upward
from voicebot.errors import UsageError


@dataclass(frozen=True)
class Accounts:
    """What follows of adds = accounts × friends an account a day × days; None where too little is known.

    `needed` is `exact` rounded up. `capacity`: adds that the accounts there are can make in the days. `days_needed`:
    the whole days that they take for the adds. `friends_needed`: friends an account a day that would do.
    """

    needed: int | None = None
    exact: Fraction | None = None
    capacity: int | None = None
    days_needed: int | None = None
    friends_needed: int | None = None
    days_late: int | None = None


def accounts(adds: Fraction | None, friends: int | None, days: int | None, available: int | None) -> Accounts:
    """All that follows from what is known. Raises UsageError for a figure that is not above 0."""
    for label, value in (("friends an account a day", friends), ("days", days), ("accounts", available)):
        if value is not None and value <= 0:
            raise UsageError(f"{label}: {value} adds nobody; it must be above 0")
    exact = adds / (friends * days) if adds is not None and friends and days else None
    days_needed = upward(adds / (available * friends)) if adds is not None and available and friends else None
    return Accounts(
        needed=None if exact is None else upward(exact),
        exact=exact,
        capacity=available * friends * days if available and friends and days else None,
        days_needed=days_needed,
        friends_needed=upward(adds / (available * days)) if adds is not None and available and days else None,
        days_late=max(0, days_needed - days) if days_needed is not None and days else None,
    )


def last_day(start: datetime.date, days: int) -> datetime.date:
    """The last of `days` days of which `start` is the first; for no days, the day before. Raises UsageError when
    the calendar ends before."""
    try:
        return start + datetime.timedelta(days - 1)
    except OverflowError:
        raise UsageError(f"{days:,} days from {start} on are beyond the calendar; give more accounts") from None

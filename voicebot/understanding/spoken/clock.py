"""Hours of the twelve-hour clock that people speak, to the twenty-four of a day. Words of a language are not here.

Without a part of the day, one to seven o'clock is afternoon or evening, when people are called and come.
"""

from typing import Literal, NamedTuple

LAST_EARLY = 7
"""The last hour that is taken for one after noon when nothing says which half of the day is meant."""
Part = Literal["night", "am", "morning", "noon", "afternoon", "evening"]


class Time(NamedTuple):
    """A time of day as HH:MM, from `begin` to `end` of the text.

    `either`: it could as well be twelve hours away. `certain`: the words can be nothing but a time.
    """

    begin: int
    end: int
    value: str
    either: bool = False
    certain: bool = True


def clock(hour: int, minute: int, part: Part | None) -> str | None:
    """The time in 24 hours; None: there is none. 晚上十二点 is 00:00, 晚上一点 is 01:00, 上午十二点 is 12:00."""
    if not (0 <= hour <= 24 and 0 <= minute <= 59):
        return None
    if 0 < hour <= 12:
        match part:
            case None:
                hour += 12 if hour <= LAST_EARLY else 0
            case "night" | "am":
                hour %= 12
            case "noon":
                hour += 12 if hour <= 3 else 0
            case "afternoon":
                hour = hour % 12 + 12
            case "evening":
                hour = hour + 12 if 4 <= hour < 12 else hour % 12
    return f"{hour % 24:02}:{minute:02}"


def before(hour: int, minutes: int, part: Part | None) -> str | None:
    """So many minutes before the hour: 差一刻五点, quarter to five."""
    if not (0 <= hour <= 24 and 0 < minutes < 60):
        return None
    return clock(12 if hour == 1 else (hour - 1) % 24, 60 - minutes, part)


def heard(span: tuple[int, int], value: str | None, part: Part | None, *, certain: bool = True) -> list[Time]:
    """The time that was found, if it is one."""
    if value is None:
        return []
    return [Time(*span, value, part is None and value[:2] not in ("00", "12"), certain)]

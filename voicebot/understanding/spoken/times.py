"""Times of day in either language, and moments that are a span of time away."""

from datetime import datetime

from voicebot.understanding.spoken import times_en, times_zh
from voicebot.understanding.spoken.clock import Time, clock
from voicebot.understanding.spoken.numbers import number_of
from voicebot.understanding.spoken.text import Found, apart


def find_times(text: str, now: datetime | None) -> list[Time]:
    """Every time of prepared `text`, in its order; spans from now only when now is known."""
    found = [*times_zh.find(text), *times_en.find(text)]
    if now is not None:
        found += [Time(*span[:2], f"{moment:%H:%M}") for span, moment in find_later(text, now)]
    return apart(found)


def find_later(text: str, now: datetime) -> list[tuple[Found, datetime]]:
    """Spans of time from now (两个小时后, in half an hour), and the moments that they lead to."""
    return [*times_zh.find_later(text, now), *times_en.find_later(text, now)]


def bare_hour(numeral: str) -> str | None:
    """The time of a lone number that answers the question for an hour; None: there is no such hour."""
    value = number_of(numeral)
    return clock(int(value), 0, None) if value is not None and value == int(value) else None

"""Times of day in English: half past three, quarter to five, four in the afternoon, in twenty minutes.

The words are digits already (text.py); what an hour means is clock.py's.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from voicebot.understanding.spoken.clock import Part, Time, before, clock, heard
from voicebot.understanding.spoken.text import Found
from voicebot.understanding.spoken.times_zh import PARTS as PARTS_ZH

_PARTS: dict[str, Part] = {
    **PARTS_ZH,
    **dict.fromkeys(("am", "a m"), "am"),
    "morning": "morning",
    **dict.fromkeys(("pm", "p m", "afternoon"), "afternoon"),
    **dict.fromkeys(("evening", "night", "tonight"), "evening"),
}
_EARLY = (
    r"(?:(?P<early>\b(?:morning|afternoon|evening|night|tonight)|早上|上午|中午|下午|傍晚|晚上)"
    r"(?: at| around| about| by)? ?)?"
)
"""A part of the day before the hour, in either language."""
_PART = r"(?P<part>am|a m|pm|p m|(?:in the |this )?(?:morning|afternoon|evening)|at night|tonight)\b"
_END = r"(?![a-z\d]|(?: (?:percent|people|of us|of them|dollars|yuan)\b))"
_TIME = re.compile(
    rf"{_EARLY}(?:\b(?P<pre>at|by|around|about|after|before|between|from|till|until|make it) )?(?<![a-z\d.])"
    rf"(?:(?P<few>\d{{1,2}}) (?:or|to) )?(?P<hour>\d{{1,2}})(?: (?P<minute>0 ?\d|[0-5]\d))?(?P<oclock> o ?'?clock)?"
    rf"(?: (?:tomorrow |today )?{_PART})?{_END}"
)
_PAST = re.compile(
    rf"{_EARLY}\b(?:(?P<half>half(?! (?:to|of|before|till)))|(?:a )?(?P<quarter>quarter)"
    rf"|(?P<minute>\d{{1,2}})(?: minutes)?) "
    rf"(?:(?P<way>past|after|to|of|before|till) |(?<=half ))(?P<hour>\d{{1,2}})(?: o ?'?clock)?(?: {_PART})?{_END}"
)
_HUNDRED = re.compile(r"\b(?P<hour>[01]?\d|2[0-3])(?P<minute>[0-5]\d) hours\b")
_FIXED = re.compile(r"\b(?:(?P<noon>noon|midday)|midnight)\b")
_LATER = re.compile(
    r"\bin (?:about |around )?(?:(?P<half>half an hour)"
    r"|(?P<h>\d{1,2}(?:\.5)?|an) hours?(?P<more> and a half)?|(?P<m>\d{1,3}) minutes?)\b"
    r"|\b(?:(?P<half2>half an hour)|(?P<h2>\d{1,2}(?:\.5)?|an) hours?|(?P<m2>\d{1,3}) minutes?) (?:later|from now)\b"
)


def _part(hit: re.Match[str]) -> Part | None:
    said = hit["part"] or hit["early"]
    return _PARTS[said.removeprefix("in the ").removeprefix("at ").removeprefix("this ")] if said else None


def find(text: str) -> Iterator[Time]:
    """Every time of prepared `text` that needs no present moment."""
    for hit in _PAST.finditer(text):
        yield from _past_or_to(hit)
    for hit in _TIME.finditer(text):
        part = _part(hit)
        certain = bool(hit["oclock"] or part)
        if certain or hit["pre"] or hit["minute"]:
            minute = int((hit["minute"] or "0").replace(" ", ""))
            yield from heard(hit.span(), clock(int(hit["few"] or hit["hour"]), minute, part), part, certain=certain)
    for hit in _HUNDRED.finditer(text):
        yield Time(*hit.span(), f"{int(hit['hour']):02}:{hit['minute']}")
    for hit in _FIXED.finditer(text):
        yield Time(*hit.span(), "12:00" if hit["noon"] else "00:00")


def _past_or_to(hit: re.Match[str]) -> list[Time]:
    part, hour = _part(hit), int(hit["hour"])
    minutes = 30 if hit["half"] else 15 if hit["quarter"] else int(hit["minute"])
    if hit["half"] or hit["way"] in ("past", "after"):
        return heard(hit.span(), clock(hour, minutes, part), part)
    if minutes % 5:
        return []  # 4 to 6 are two hours
    return heard(hit.span(), before(hour, minutes, part), part, certain=bool(hit["quarter"] or part))


def find_later(text: str, now: datetime) -> Iterator[tuple[Found, datetime]]:
    """Spans of time from now, and the moments that they lead to: in half an hour, two hours from now."""
    for hit in _LATER.finditer(text):
        hours = hit["h"] or hit["h2"]
        if hit["half"] or hit["half2"]:
            minutes = 30
        elif hours:
            minutes = round(60 * (1 if hours == "an" else float(hours))) + (30 if hit["more"] else 0)
        else:
            minutes = int(hit["m"] or hit["m2"])
        yield Found(*hit.span(), ""), now + timedelta(minutes=minutes)

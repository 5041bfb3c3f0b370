"""When a lead may be called: ranges of the local day, kinds of days, breaks, inside an outer legal window.

Pure: the moment is an argument. A campaign can only narrow the outer window; what is not known to be allowed is
refused.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.codes import Code
from voicebot.errors import UsageError

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS = frozenset({*DAY_NAMES, "workday", "weekend", "holiday"})
HORIZON_DAYS = 60
"""How far ahead the next opening is looked for; no holiday is that long."""


@dataclass(frozen=True)
class Range:
    """From `begin` to `end` of the local day, in minutes since its midnight; `end` itself is outside."""

    begin: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.begin)}-{_clock(self.end)}"


@dataclass(frozen=True)
class Window:
    """`ranges` of a day without their `breaks`, on `days`: mon to sun, workday, weekend, holiday.

    A public holiday is open only where `holiday` is named. A swapped working Saturday is a `workday` and a `sat`.
    """

    ranges: tuple[Range, ...]
    days: frozenset[str]
    breaks: tuple[Range, ...] = ()

    def open_ranges(self) -> tuple[Range, ...]:
        """The ranges of an open day, in order, breaks taken out, touching ones joined."""
        return _without(_joined(self.ranges), _joined(self.breaks))


@dataclass(frozen=True)
class Verdict:
    """Whether a call may start. If not: the refusing code, the reason for people, and when it next may (None: never
    within the horizon)."""

    ok: bool
    code: Code | None = None
    why: str = ""
    next_open: datetime.datetime | None = None


MARKETING = Window((Range(9 * 60, 20 * 60 + 30),), frozenset({"workday", "weekend"}), (Range(12 * 60, 14 * 60),))
"""Default of a campaign: 9:00-12:00 and 14:00-20:30, no public holidays."""
KINDS = ("workday", "weekend", "holiday")
LEGAL = Window((Range(8 * 60, 21 * 60),), frozenset(KINDS))
"""Default outer window: 8:00-21:00, what the largest Chinese voice platforms enforce at most."""


def parse_range(text: str) -> Range:
    """`9:00-12:00` as a Range. Raises UsageError; a range over midnight is written as two."""
    try:
        begin, end = (_minutes(part) for part in text.split("-"))
    except ValueError:
        raise UsageError(f"{text!r} is not a range of the day; write for example 9:00-12:00") from None
    if not 0 <= begin < end <= 24 * 60:
        raise UsageError(f"{text!r} ends before it begins; over midnight write two ranges, 22:00-24:00 and 0:00-2:00")
    return Range(begin, end)


def parse_days(names: Iterable[str]) -> frozenset[str]:
    """Names of days and kinds of days. Raises UsageError naming the unknown one."""
    found = frozenset(names)
    for name in sorted(found - DAYS):
        raise UsageError(f"{name!r} is no day; known: {', '.join((*DAY_NAMES, *KINDS))}")
    return found


def outer_window(hours: str, days: str) -> Window:
    """The outer window from its two settings, parts by commas. Raises UsageError."""
    ranges = tuple(parse_range(one) for one in hours.split(",") if one.strip())
    return Window(ranges, parse_days(one.strip() for one in days.split(",") if one.strip()))


def beyond(own: Window, outer: Window) -> tuple[str, ...]:
    """What of a campaign's window lies outside of the outer one, in words; empty when it only narrows it."""
    limits = outer.open_ranges()
    found = [
        str(one) for one in own.open_ranges() if not any(a.begin <= one.begin and one.end <= a.end for a in limits)
    ]
    days = ({"holiday"}, *({kind, name} for kind in ("workday", "weekend") for name in DAY_NAMES))
    wide = {name for day in days if day & own.days and not day & outer.days for name in day & own.days}
    return (*found, *(f"days: {name}" for name in sorted(wide)))


def may_call(
    own: Window, outer: Window, calendar: Calendar, zone: datetime.tzinfo | None, at: datetime.datetime
) -> Verdict:
    """Whether a lead in `zone` may be called `at` (aware): inside both windows. No zone known: refused."""
    if zone is None:
        return Verdict(False, Code.OUT_OF_WINDOW, "the lead's time zone is not known")
    local = at.astimezone(zone)
    opened, why = _open_on(own, outer, calendar, local.date())
    minute = local.hour * 60 + local.minute
    if any(one.begin <= minute < one.end for one in opened):
        return Verdict(True)
    holiday = not opened and calendar.kind(local.date()) == "holiday"
    if opened:
        why = f"{local:%H:%M} is outside {', '.join(map(str, opened))}"
    code = Code.HOLIDAY if holiday else Code.OUT_OF_WINDOW
    return Verdict(False, code, why, next_open(own, outer, calendar, zone, at))


def next_open(
    own: Window, outer: Window, calendar: Calendar, zone: datetime.tzinfo, after: datetime.datetime
) -> datetime.datetime | None:
    """The first moment from `after` on (aware, UTC out) at which a call may start; None within the horizon."""
    day = after.astimezone(zone).date()
    for ahead in range(HORIZON_DAYS + 1):
        for one in _open_on(own, outer, calendar, day + datetime.timedelta(ahead))[0]:
            begin, end = (_moment(day + datetime.timedelta(ahead), minute, zone) for minute in (one.begin, one.end))
            # A range that the clock's change swallows whole has no moment of its own.
            if max(begin, after) < end and begin < end:
                return max(begin, after).astimezone(datetime.UTC)
    return None


def open_until(
    own: Window, outer: Window, calendar: Calendar, zone: datetime.tzinfo, at: datetime.datetime
) -> datetime.datetime:
    """The end (UTC) of the range that holds `at`; `at` itself when none does."""
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    for one in _open_on(own, outer, calendar, local.date())[0]:
        if one.begin <= minute < one.end:
            return _moment(local.date(), one.end, zone)
    return at.astimezone(datetime.UTC)


def open_minutes(own: Window, outer: Window, calendar: Calendar, day: datetime.date) -> int:
    """Minutes of `day` in which calls may start; for plans by weeks."""
    return sum(one.end - one.begin for one in _open_on(own, outer, calendar, day)[0])


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises UsageError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"{name!r} is no time zone; write for example Asia/Shanghai") from None


def _open_on(own: Window, outer: Window, calendar: Calendar, day: datetime.date) -> tuple[tuple[Range, ...], str]:
    """The ranges of `day` that both windows open, or none and why."""
    kind, name = calendar.kind(day), DAY_NAMES[day.weekday()]
    for window, whose in ((own, "the campaign"), (outer, "the outer window")):
        wanted = {"holiday"} if kind == "holiday" else {kind, name}
        if not wanted & window.days:
            shown = f"{calendar.name(day) or 'a holiday'}" if kind == "holiday" else f"a {kind} ({name})"
            return (), f"{day} is {shown}, on which {whose} does not call"
    both = _both(own.open_ranges(), outer.open_ranges())
    return both, "" if both else "the campaign's ranges are all outside the outer window"


def _both(some: tuple[Range, ...], others: tuple[Range, ...]) -> tuple[Range, ...]:
    pairs = (Range(max(a.begin, b.begin), min(a.end, b.end)) for a in some for b in others)
    return tuple(sorted((one for one in pairs if one.begin < one.end), key=lambda one: one.begin))


def _joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    found: list[Range] = []
    for one in sorted(ranges, key=lambda one: one.begin):
        if found and one.begin <= found[-1].end:
            found[-1] = Range(found[-1].begin, max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)


def _without(ranges: tuple[Range, ...], breaks: tuple[Range, ...]) -> tuple[Range, ...]:
    left = list(ranges)
    for pause in breaks:
        cut = [(Range(one.begin, min(one.end, pause.begin)), Range(max(one.begin, pause.end), one.end)) for one in left]
        left = [part for pair in cut for part in pair if part.begin < part.end]
    return tuple(left)


def _moment(day: datetime.date, minute: int, zone: datetime.tzinfo) -> datetime.datetime:
    """Local `minute` of `day` as UTC."""
    midnight = datetime.datetime.combine(day + datetime.timedelta(days=minute // 1440), datetime.time(), zone)
    return (midnight + datetime.timedelta(minutes=minute % 1440)).astimezone(datetime.UTC)


def _minutes(text: str) -> int:
    hours, colon, minutes = text.strip().partition(":")
    if not colon or len(minutes) != 2 or not int(minutes) < 60:
        raise ValueError(text)
    return int(hours) * 60 + int(minutes)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"

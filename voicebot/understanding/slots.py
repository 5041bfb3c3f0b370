"""What a text or pressed keys fill slots with: the values that are meant, within their bounds.

How a value is said is understanding/spoken's; which answer is taken is match.py's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from voicebot.understanding.normalise import CJK
from voicebot.understanding.short_answers import short_answer
from voicebot.understanding.spoken.clock import Time
from voicebot.understanding.spoken.dates import bare_day, find_dates
from voicebot.understanding.spoken.numbers import find_amounts, find_numbers, plain
from voicebot.understanding.spoken.phones import e164, find_phones
from voicebot.understanding.spoken.slips import repaired
from voicebot.understanding.spoken.text import (
    SMALL,
    Found,
    is_denied,
    is_second_bound,
    is_whole,
    prepared,
    without_denied,
)
from voicebot.understanding.spoken.times import bare_hour, find_later, find_times
from voicebot.understanding.types import Choice, Parse, Slot, SlotType

YES_NO = {"affirm": "yes", "deny": "no"}
KEYED: tuple[SlotType, ...] = ("number", "amount", "date", "time", "phone")
"""Types that the telephone's keys can fill."""
KEYS_OF_A_MOMENT = 4
"""MMDD, HHMM."""
_JOINED = ("", " ", "的", " at ", " on ")
_ANY_DAY = date(2000, 1, 1)
"""When the day does not matter: where dates stand in a text is the same on every day."""
_OF_ONE_SCRIPT = re.compile(rf"[{CJK}]+|[^{CJK}]+")
_NUMBERED = re.compile(rf"{SMALL}[号日]|(?:the )?\d{{1,2}}(?:st|nd|rd|th)")
_COUNTED = re.compile(r"[个位块人钱]| (?:of us|people)")


class Refused(NamedTuple):
    """A value that was said but is out of bounds, and why."""

    slot: str
    why: str


class Filling(NamedTuple):
    """Values by slot, and the words that they were found in."""

    values: Mapping[str, str]
    evidence: str


class Values:
    """The values of one text, found when they are first asked for. `refused`: those out of bounds, in that order."""

    def __init__(self, text: str, parse: Parse, now: datetime | None) -> None:
        self._text = text
        self._parse = parse
        self._now = now
        self._known: dict[tuple[tuple[Slot, ...], bool], Filling | None] = {}
        self.refused: list[Refused] = []

    def of(self, choice: Choice) -> Filling | None:
        """What fills the slots of a choice; None when it lacks one that it needs."""
        key = choice.slots, choice.any_slot
        if key not in self._known:
            self._known[key] = self._fill(*key)
        return self._known[key]

    def _fill(self, slots: tuple[Slot, ...], any_slot: bool) -> Filling | None:
        if not slots:
            return Filling({}, "")
        text = prepared(self._text)
        found = self._values(slots, text)
        if not found and all(slot.type in KEYED for slot in slots) and not self._moments(text):
            fixed = repaired(self._text)
            found = self._values(slots, fixed) if fixed is not None else found
        if not found or (len(found) < len(slots) and not any_slot):
            return None
        values = {name: one.value for name, one in found.items()}
        if all(slot.type == "name" for slot in slots):
            return Filling(values, " ".join(values.values()))
        return Filling(values, self._evidence(found.values(), text))

    def _evidence(self, found: Iterable[Found], text: str) -> str:
        """The words of the values; the whole text when nothing but fillers is around them."""
        pieces = sorted({(one.begin, one.end) for one in found if one.end})
        left = "".join(
            text[end:begin] for (_, end), (begin, _) in zip([(0, 0), *pieces], [*pieces, (len(text),) * 2], strict=True)
        )
        return self._text if is_whole(left, len(left), len(left)) else " ".join(text[b:e] for b, e in pieces)

    def _values(self, slots: tuple[Slot, ...], text: str) -> dict[str, Found]:
        """What each slot is filled with. Several slots of one type take the last values said, in their order."""
        found: dict[str, Found] = {}
        for kind in dict.fromkeys(slot.type if slot.type != "name" else slot.name for slot in slots):
            alike = [slot for slot in slots if kind in (slot.type, slot.name)]
            meant = [one for one in self._said(alike[0], slots, text) if self._within(alike[0], one)]
            found |= dict(zip((slot.name for slot in alike), meant[-len(alike) :], strict=False))
        return found

    def _said(self, slot: Slot, slots: tuple[Slot, ...], text: str) -> list[Found]:
        """The values of the slot's type that are not denied, first of a range or choice, in the order of the text."""
        candidates = self._candidates(slot, slots, text)
        if slot.type not in KEYED:
            return candidates
        moments = self._moments(text, other_than=slot.type) if slot.type in ("date", "time") else []
        meant: list[Found] = []
        for before, one in zip([None, *candidates], candidates, strict=False):
            if is_denied(text, *_with_neighbour(one, moments, text)) or (before and is_second_bound(text, before, one)):
                continue
            meant.append(one)
        return meant

    def _moments(self, text: str, other_than: SlotType | None = None, *, certain: bool = False) -> list[Found]:
        """Where dates and times stand; `certain`: only what can be nothing else."""
        dates = find_dates(text, self._now.date() if self._now else _ANY_DAY, past=False)
        if certain:
            dates = [one for one in dates if not _NUMBERED.fullmatch(text[one.begin : one.end])]
        times = [Found(*one[:3]) for one in find_times(text, self._now) if one.certain or not certain]
        return [*(dates if other_than != "date" else []), *(times if other_than != "time" else [])]

    def _candidates(self, slot: Slot, slots: tuple[Slot, ...], text: str) -> list[Found]:
        match slot.type:
            case "name":
                value = self._parse.entities.get(slot.entity or slot.name)
                return [] if value is None else [Found(0, 0, value)]
            case "yes_no":
                value = self._yes_no()
                return [] if value is None else [Found(0, len(text), value)]
            case "text":
                return [Found(0, len(text), self._text)]
            case "phone":
                return find_phones(text, slot.region)
            case "number" | "amount":
                alone = all(other.type not in ("date", "time") for other in slots)
                taken = self._moments(text, slot.type, certain=alone)
                return find_numbers(text, taken) if slot.type == "number" else find_amounts(text, taken)
            case "date":
                return self._dates(slot, text, alone=len(slots) == 1)
        return self._times(slot, text, alone=len(slots) == 1)

    def _yes_no(self) -> str | None:
        heard = {short_answer(part) for part in _OF_ONE_SCRIPT.findall(self._text)}
        intent = heard.pop() if len(heard) == 1 else None
        if intent is None and self._parse.ranking:
            intent = self._parse.ranking[0].intent
        return YES_NO.get(intent or "")

    def _dates(self, slot: Slot, text: str, *, alone: bool) -> list[Found]:
        if self._now is None:
            return []
        later = [span._replace(value=moment.date().isoformat()) for span, moment in find_later(text, self._now)]
        found = [*find_dates(text, self._now.date(), slot.past), *later]
        if found or not alone:
            return sorted(found)
        today = self._now.date()
        return [one._replace(value=day) for one in _lone(text) if (day := bare_day(one.value, today, slot.past))]

    def _times(self, slot: Slot, text: str, *, alone: bool) -> list[Found]:
        times = find_times(text, self._now)
        if not times and alone:
            times = [Time(*one[:2], hour, True) for one in _lone(text) if (hour := bare_hour(one.value))]
        return [Found(*one[:2], self._likelier(slot, one.value, text) if one.either else one.value) for one in times]

    def _likelier(self, slot: Slot, value: str, text: str) -> str:
        """Of two readings twelve hours apart: the one within bounds, and for today the one that is still to come."""
        other = f"{(int(value[:2]) + 12) % 24:02}{value[2:]}"
        if not _in_bounds(slot, value):
            return other if _in_bounds(slot, other) else value
        if self._now is not None and value < f"{self._now:%H:%M}" < other and _in_bounds(slot, other):
            today = self._now.date().isoformat()
            if any(one.value == today for one in find_dates(text, self._now.date(), past=False)):
                return other
        return value

    def _within(self, slot: Slot, found: Found) -> bool:
        why = out_of_bounds(slot, found.value, self._now)
        if why:
            self.refused.append(Refused(slot.name, why))
        return not why


def _with_neighbour(one: Found, others: Iterable[Found], text: str) -> tuple[int, int]:
    """A value with the one of the other kind beside it, as both are denied together: 不是明天下午三点."""
    begin, end = one.begin, one.end
    for other in others:
        if other.end <= one.begin and text[other.end : one.begin] in _JOINED:
            begin = other.begin
        elif one.end <= other.begin and text[one.end : other.begin] in _JOINED:
            end = other.end
    return begin, end


def _lone(text: str) -> Iterator[Found]:
    """A number that is all that is said, besides numbers that are denied, and counts nothing."""
    numbers = find_numbers(text)
    meant = [one for one in numbers if not is_denied(text, one.begin, one.end)]
    rest = without_denied(text, [one for one in numbers if one not in meant])
    for one in meant[-1:]:
        if is_whole(rest, one.begin, one.end) and not _COUNTED.match(text, one.end):
            yield one


def _size(slot: Slot, value: str) -> Decimal | str:
    return Decimal(value) if slot.type in ("number", "amount") else value


def _in_bounds(slot: Slot, value: str) -> bool:
    size = _size(slot, value)
    return not (
        (slot.least and size < _size(slot, slot.least)) or (slot.most and size > _size(slot, slot.most))  # type: ignore[operator]
    )


def out_of_bounds(slot: Slot, value: str, now: datetime | None) -> str:
    """Why a canonical value is not allowed for the slot, for people to read; empty when it is."""
    if slot.type == "date" and not slot.past and now is not None and value < now.date().isoformat():
        return f"{slot.name}: {value} is in the past"
    if slot.type in ("number", "amount", "time") and not _in_bounds(slot, value):
        return f"{slot.name}: {value} is not from {slot.least or 'any'} to {slot.most or 'any'}"
    return ""


def from_keys(slot: Slot, keys: str, now: datetime | None) -> str | None:
    """What pressed keys mean for a slot: a number, an amount (`*` is the point), MMDD, HHMM, a telephone number.

    None: they mean nothing. Bounds are not looked at.
    """
    if slot.type == "amount" and re.fullmatch(r"\d{1,12}(\*\d{1,2})?", keys):
        return f"{Decimal(keys.replace('*', '.')):.2f}"
    if not keys.isdecimal():
        return None
    if slot.type == "number":
        return plain(Decimal(keys))
    if slot.type == "phone":
        return e164(keys, slot.region)
    if len(keys) != KEYS_OF_A_MOMENT:
        return None
    first, second = int(keys[:2]), int(keys[2:])
    if slot.type == "time":
        return f"{keys[:2]}:{keys[2:]}" if first < 24 and second < 60 else None
    return _day(first, second, now, slot.past) if slot.type == "date" and now is not None else None


def may_go_on(slot: Slot, keys: str) -> bool:
    """Whether more keys may follow `keys` before they are a value for the slot; `#` always ends them."""
    if slot.type not in KEYED or not keys.replace("*", "" if slot.type == "amount" else "*").isdecimal():
        return False
    if slot.type in ("date", "time"):
        return len(keys) < KEYS_OF_A_MOMENT
    return not (slot.type == "number" and slot.most) or len(keys) < len(str(int(Decimal(slot.most))))


def _day(month: int, day: int, now: datetime, past: bool) -> str | None:
    """The nearest such day, today included."""
    said = [one.value for one in find_dates(f"{month}月{day}日", now.date(), past)]
    return said[0] if said else None

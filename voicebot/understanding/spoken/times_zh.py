"""Times of day in Mandarin: 下午三点半, 差一刻五点, 三四点, 两个半小时后. What an hour means is clock.py's."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from voicebot.understanding.spoken.clock import Part, Time, before, clock, heard
from voicebot.understanding.spoken.numbers import number_of
from voicebot.understanding.spoken.text import SMALL, Found

PARTS: dict[str, Part] = {
    **dict.fromkeys(("凌晨", "半夜", "夜里", "午夜"), "night"),
    **dict.fromkeys(("早上", "早晨", "清晨", "一早", "早", "上午"), "morning"),
    "中午": "noon",
    "下午": "afternoon",
    **dict.fromkeys(("傍晚", "晚上", "夜晚", "晚"), "evening"),
}
PART = r"(?P<part>凌晨|半夜|夜里|午夜|早上|早晨|清晨|一早|上午|中午|下午|傍晚|晚上|夜晚|(?<=[今明后天])[早晚])"
_AROUND = r"(?:的话|大概|差不多|大约|可能|应该|约|的|就|吧|那|嗯|啊|呢){0,3}"
_HOUR = re.compile(
    rf"(?:{PART}{_AROUND})?(?P<few>[一二两三四五六七八](?=[二三四五六七八九]点))?(?P<hour>{SMALL})"
    rf"(?:点(?P<oclock>钟|整)?|时(?![候间]))"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻钟?|(?P<past>过|零)?(?P<minute>{SMALL})(?P<minutes>分)?)?"
)
_TO = re.compile(
    rf"(?:{PART}{_AROUND})?(?:差(?:(?P<quarter>一)刻钟?|(?P<minute>{SMALL})分钟?)(?:到|就)?(?P<hour>{SMALL})点钟?"
    rf"|(?P<hour2>{SMALL})点钟?差(?:(?P<quarter2>一)刻钟?|(?P<minute2>{SMALL})分钟?))"
)
_DIGITAL = re.compile(rf"(?:{PART})?(?<!\d)(?P<hour>\d{{1,2}}) (?P<minute>[0-5]\d)(?!\d| \d)")
_NOON = re.compile(r"正午|中午(?!.{0,4}点)")
_LATER = re.compile(
    rf"(?P<wait>过|等)?(?:(?P<h>{SMALL}|半)个?(?P<more>半)?(?:小时|钟头)(?:零?(?P<hm>{SMALL})分钟?)?"
    rf"|(?P<m>{SMALL})分钟|(?P<k>[一三])刻钟)(?P<after>(?:之|以)?后)?"
)
_AS_HOUR = re.compile(r"$|[吧见过来打给行好再到叫回和或]|左右|以|之|可以|方便|有空")
_AFTER_DAY = re.compile(r"(?:[天号日在到约就是一二三四五六]|大概|左右|差不多)$")


def _int(numeral: str | None) -> int:
    value = number_of(numeral) if numeral else None
    return int(value) if value is not None else 0


def find(text: str) -> Iterator[Time]:
    """Every time of prepared `text` that needs no present moment."""
    for hit in _TO.finditer(text):
        part = PARTS.get(hit["part"])
        minutes = 15 if hit["quarter"] or hit["quarter2"] else _int(hit["minute"] or hit["minute2"])
        yield from heard(hit.span(), before(_int(hit["hour"] or hit["hour2"]), minutes, part), part)
    for hit in _HOUR.finditer(text):
        if not _is_little(hit, text) and not _is_decimal(hit):
            part = PARTS.get(hit["part"])
            yield from heard(hit.span(), clock(_hour(hit), _minute(hit), part), part)
    for hit in _DIGITAL.finditer(text):
        part = PARTS.get(hit["part"])
        value = clock(int(hit["hour"]), int(hit["minute"]), part)
        yield from heard(hit.span(), value, part, certain=part is not None)
    for hit in _NOON.finditer(text):
        yield Time(*hit.span(), "12:00")


def _hour(hit: re.Match[str]) -> int:
    """The hour; the first of 三四点. A pair that does not follow each other is no hour at all."""
    hour = _int(hit["hour"])
    if not hit["few"]:
        return hour
    return hour - 1 if _int(hit["few"]) == hour - 1 else -1


def _minute(hit: re.Match[str]) -> int:
    if hit["half"]:
        return 30
    return 15 * _int(hit["quarter"]) if hit["quarter"] else _int(hit["minute"])


def _is_decimal(hit: re.Match[str]) -> bool:
    """三点五 is a number; 三点五分, 三点零五 and 三点十五 are times."""
    return len(hit["minute"] or "") == 1 and not hit["minutes"] and not hit["past"] and hit["minute"] != "十"


def _is_little(hit: re.Match[str], text: str) -> bool:
    """一点 is 'a little' unless something makes a time of it: 快一点, 晚一点; but 下午一点, 一点半, 一点钟."""
    if hit["hour"] not in ("一", "1") or any(hit[name] for name in ("part", "oclock", "half", "quarter", "minute")):
        return False
    before = text[: hit.start()]
    return not _AS_HOUR.match(text, hit.end()) or bool(before and not _AFTER_DAY.search(before))


def find_later(text: str, now: datetime) -> Iterator[tuple[Found, datetime]]:
    """Spans of time from now, and the moments that they lead to: 两个小时后, 过半个小时."""
    for hit in _LATER.finditer(text):
        if not (hit["wait"] or hit["after"]):
            continue
        if hit["h"]:
            hours = 30 if hit["h"] == "半" else 60 * _int(hit["h"])
            minutes = hours + (30 if hit["more"] else 0) + _int(hit["hm"])
        else:
            minutes = _int(hit["m"]) or 15 * _int(hit["k"])
        yield Found(*hit.span(), ""), now + timedelta(minutes=minutes)

"""Times of day: 下午三点半, 差一刻五点, 两个小时后, half past three, four in the afternoon, in twenty minutes.

Without a part of the day, one to seven o'clock is afternoon or evening, when people are called and come.
"""

import re
from datetime import datetime, timedelta

from voicebot.understanding.spoken.numbers import number_of
from voicebot.understanding.spoken.text import SMALL, Found, apart

_PARTS = {
    "凌晨": "night", "半夜": "night", "夜里": "night", "午夜": "night", "早上": "morning", "早晨": "morning",
    "清晨": "morning", "一早": "morning", "早": "morning", "上午": "morning", "中午": "noon", "下午": "afternoon",
    "傍晚": "evening", "晚上": "evening", "夜晚": "evening", "晚": "evening", "今晚": "evening", "明晚": "evening",
    "am": "morning", "a m": "morning", "morning": "morning", "pm": "afternoon", "p m": "afternoon",
    "afternoon": "afternoon", "evening": "evening", "night": "evening", "tonight": "evening",
}  # fmt: skip
LAST_EARLY = 7
"""The last hour that is taken for one after noon when nothing says which half of the day is meant."""

_PART_ZH = r"(?P<part>凌晨|半夜|夜里|午夜|早上|早晨|清晨|一早|上午|中午|下午|傍晚|晚上|夜晚|(?<=[今明后天])[早晚])"
_AROUND_ZH = r"(?:的话|大概|差不多|大约|可能|应该|约|的|就|吧|那|嗯|啊|呢){0,3}"
_HOUR_ZH = re.compile(
    rf"(?:{_PART_ZH}{_AROUND_ZH})?(?P<few>[一二三四五六七八九](?=[二三四五六七八九]点))?(?P<hour>{SMALL})"
    rf"(?:点(?P<oclock>钟|整)?|时(?![候间])(?P<shi>))"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻钟?|过?零?(?P<minute>{SMALL})分?|过(?P<past>{SMALL})分)?"
)
_TO_ZH = re.compile(
    rf"(?:{_PART_ZH}{_AROUND_ZH})?(?:差(?:(?P<quarter>一)刻钟?|(?P<minute>{SMALL})分钟?)(?:到|就)?(?P<hour>{SMALL})点钟?"
    rf"|(?P<hour2>{SMALL})点钟?差(?:(?P<quarter2>一)刻钟?|(?P<minute2>{SMALL})分钟?))"
)
_DIGITAL = re.compile(rf"(?:{_PART_ZH})?(?P<hour>\d{{1,2}}) (?P<minute>[0-5]\d)(?!\d| \d)")
_LATER_ZH = re.compile(
    rf"(?P<h>{SMALL}|半)个?(?P<more>半)?(?:小时|钟头)(?:(?:零)?(?P<hm>{SMALL})分钟?)?(?:之|以)?后"
    rf"|(?P<m>{SMALL})分钟(?:之|以)?后|(?P<k>[一三])刻钟(?:之|以)?后"
)
_NOON_ZH = re.compile(r"正午|(?<!下)中午(?!.{0,4}点)")
_PREFIX_EN = r"(?P<pre>at|by|around|about|after|before|from|till|until|make it)"
_PART_EN = r"(?P<part>am|a m|pm|p m|(?:in the |this )?(?:morning|afternoon|evening)|at night|tonight)"
_BEFORE_EN = r"(?P<early>morning|afternoon|evening|night|tonight)(?: at| around| about| by)? "
_TIME_EN = re.compile(
    rf"(?:\b{_BEFORE_EN})?(?:\b{_PREFIX_EN} )?\b(?P<hour>\d{{1,2}})(?! ?%)"
    rf"(?: (?P<minute>0 ?\d|[0-5]\d))?(?P<oclock> o'?clock| oclock)?(?: (?:tomorrow |today )?{_PART_EN})?\b"
    r"(?! (?:percent|people|of us))"
)
_PAST_EN = re.compile(
    rf"(?:\b{_BEFORE_EN})?\b(?:(?P<half>half)|(?:a )?(?P<quarter>quarter)|(?P<minute>\d{{1,2}})(?: minutes)?) "
    rf"(?P<way>past|after|to|of|before|till) (?P<hour>\d{{1,2}})(?: o'?clock)?(?: {_PART_EN})?\b"
)
_LATER_EN = re.compile(
    r"\bin (?:(?P<half>half an hour)|(?P<h>\d{1,2}(?:\.5)?|an) hours?(?P<more> and a half)?|(?P<m>\d{1,3}) minutes?)\b"
    r"|\b(?:(?P<half2>half an hour)|(?P<h2>\d{1,2}(?:\.5)?|an) hours?|(?P<m2>\d{1,3}) minutes?) (?:later|from now)\b"
)
_NOON_EN = re.compile(r"\b(?:(?P<noon>noon|midday)|midnight)\b")


def _clock(hour: int, minute: int, part: str | None) -> str | None:
    """The time in 24 hours; None: there is none."""
    if not (0 <= hour <= 24 and 0 <= minute <= 59):
        return None
    if hour > 12 or hour == 0:
        return f"{hour % 24:02}:{minute:02}"
    if part is None:
        hour += 12 if hour <= LAST_EARLY else 0
    elif part == "morning":
        pass
    elif part == "night":
        hour %= 12
    elif part == "noon":
        hour += 12 if hour <= 3 else 0
    elif part == "afternoon":
        hour = hour % 12 + 12
    else:
        hour = hour + 12 if 4 <= hour < 12 else hour % 12
    return f"{hour:02}:{minute:02}"


def _int(numeral: str | None) -> int:
    value = number_of(numeral) if numeral else None
    return int(value) if value is not None else 0


def _part(said: str | None) -> str | None:
    if not said:
        return None
    return _PARTS[said.removeprefix("in the ").removeprefix("at ").removeprefix("this ")]


def find_times(text: str, now: datetime | None) -> list[tuple[Found, bool]]:
    """Every time of prepared `text` as HH:MM, and whether it could as well be twelve hours later or earlier."""
    found = [*_hours_zh(text), *_hours_en(text), *_fixed(text)]
    if now is not None:
        found += [(one, False) for one in find_later(text, now)[0]]
    kept = set(apart([one for one, _ in found]))
    return sorted({one: either for one, either in reversed(found) if one in kept}.items())


def _hours_zh(text: str) -> list[tuple[Found, bool]]:
    found = []
    for hit in _TO_ZH.finditer(text):
        part, hour = _part(hit["part"]), _int(hit["hour"] or hit["hour2"])
        before = 15 if hit["quarter"] or hit["quarter2"] else _int(hit["minute"] or hit["minute2"])
        found.append((hit, _before(hour, before, part), part))
    for hit in _HOUR_ZH.finditer(text):
        if _is_little(hit, text):
            continue
        minute = (
            30 if hit["half"] else 15 * _int(hit["quarter"]) if hit["quarter"] else _int(hit["minute"] or hit["past"])
        )
        said = hit["minute"]
        if said and len(said) == 1 and not hit[0].endswith("分") and text[hit.start("minute") - 1] not in "零过":
            continue  # 三点五 is a number
        hour = _int(hit["few"] or hit["hour"])
        found.append((hit, _clock(hour, minute, _part(hit["part"])), _part(hit["part"])))
    for hit in _DIGITAL.finditer(text):
        found.append((hit, _clock(int(hit["hour"]), int(hit["minute"]), _part(hit["part"])), _part(hit["part"])))
    return [
        (Found(hit.start(), hit.end(), value), part is None and _is_either(value))
        for hit, value, part in found
        if value
    ]


def _is_little(hit: re.Match[str], text: str) -> bool:
    """一点 is 'a little' unless something makes a time of it: 快一点, 晚一点; but 下午一点, 一点半, 一点钟."""
    if hit["hour"] not in ("一", "1") or any(
        hit[name] for name in ("part", "oclock", "half", "quarter", "minute", "past")
    ):
        return False
    before = text[: hit.start()]
    return bool(before) and not re.search(r"(?:[天号日在到约就是一二三四五六]|大概|左右|差不多)$", before)


def _before(hour: int, minutes: int, part: str | None) -> str | None:
    full = _clock(hour, 0, part)
    if full is None or not 0 < minutes < 60:
        return None
    return f"{(int(full[:2]) - 1) % 24:02}:{60 - minutes:02}"


def _is_either(value: str) -> bool:
    return int(value[:2]) not in (0, 12)


def _hours_en(text: str) -> list[tuple[Found, bool]]:
    found: list[tuple[re.Match[str], str | None, str | None]] = []
    for hit in _PAST_EN.finditer(text):
        part = _part(hit["part"] or hit["early"])
        minutes = 30 if hit["half"] else 15 if hit["quarter"] else int(hit["minute"])
        if hit["way"] in ("past", "after"):
            found.append((hit, _clock(int(hit["hour"]), minutes, part), part))
        elif minutes % 5 == 0 and not hit["half"]:
            found.append((hit, _before(int(hit["hour"]), minutes, part), part))
    for hit in _TIME_EN.finditer(text):
        if hit["pre"] or hit["oclock"] or hit["part"] or hit["early"] or hit["minute"]:
            part = _part(hit["part"] or hit["early"])
            minute = int((hit["minute"] or "0").replace(" ", ""))
            found.append((hit, _clock(int(hit["hour"]), minute, part), part))
    return [
        (Found(hit.start(), hit.end(), value), part is None and _is_either(value))
        for hit, value, part in found
        if value
    ]


def _fixed(text: str) -> list[tuple[Found, bool]]:
    found = [(Found(hit.start(), hit.end(), "12:00"), False) for hit in _NOON_ZH.finditer(text)]
    for hit in _NOON_EN.finditer(text):
        found.append((Found(hit.start(), hit.end(), "12:00" if hit["noon"] else "00:00"), False))
    return found


def find_later(text: str, now: datetime) -> tuple[list[Found], list[Found]]:
    """Spans of time from now, as times and, at the same places, as dates: 两个小时后, in half an hour."""
    times: list[Found] = []
    dates: list[Found] = []
    for hit in _LATER_ZH.finditer(text):
        if hit["h"]:
            minutes = (30 if hit["h"] == "半" else 60 * _int(hit["h"])) + (30 if hit["more"] else 0) + _int(hit["hm"])
        else:
            minutes = _int(hit["m"]) or 15 * _int(hit["k"])
        _add(hit, now + timedelta(minutes=minutes), times, dates)
    for hit in _LATER_EN.finditer(text):
        hours = hit["h"] or hit["h2"]
        if hit["half"] or hit["half2"]:
            minutes = 30
        elif hours:
            minutes = round(60 * (1 if hours == "an" else float(hours))) + (30 if hit["more"] else 0)
        else:
            minutes = int(hit["m"] or hit["m2"])
        _add(hit, now + timedelta(minutes=minutes), times, dates)
    return times, dates


def _add(hit: re.Match[str], moment: datetime, times: list[Found], dates: list[Found]) -> None:
    times.append(Found(hit.start(), hit.end(), f"{moment:%H:%M}"))
    dates.append(Found(hit.start(), hit.end(), moment.date().isoformat()))


def bare_hour(numeral: str) -> str | None:
    """The time of a lone number that answers the question for an hour; None: there is no such hour."""
    value = number_of(numeral)
    return _clock(int(value), 0, None) if value is not None and value == int(value) else None

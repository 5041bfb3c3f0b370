"""Dates: 二十三号, 下周三, 大后天, 三天后, the 23rd, next Tuesday, in two weeks. Numerals are read by numbers.py.

A week begins on Monday; 下周三 and next Wednesday are of the week after this one, a bare 周三 is the next to come.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from voicebot.understanding.spoken.numbers import few, number_of
from voicebot.understanding.spoken.text import SMALL, Found, apart

_DAYS_ZH = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_DAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS_EN = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if name}
_NEAR = {"今": 0, "明": 1, "昨": -1}
_NAMED_YEAR = {"今年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
_NAMED_MONTH = {"下下": 2, "下": 1, "这": 0, "本": 0, "当": 0, "上": -1}
_WEEKS = {"下下": 2, "下": 1, "这": 0, "本": 0, "上": -1, "next": 1, "this": 0, "last": -1}
_UNIT_DAYS = {"天": 1, "日": 1, "day": 1, "星期": 7, "礼拜": 7, "周": 7, "week": 7}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)"
_NO_DAY = r"(?! (?:ones?|option|store|shop|floor|time|of the))"


class _Day:
    """The day of the call, from which relative dates count. `past`: the wanted date lies behind, not before us."""

    def __init__(self, today: date, past: bool) -> None:
        self.today = today
        self.past = past

    def by(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def weekday(self, weekday: int, weeks: int | None) -> date:
        """Of the week so many after this one; None: the nearest that is not today."""
        monday = self.by(-self.today.weekday())
        if weeks is not None:
            return monday + timedelta(days=7 * weeks + weekday)
        ahead = (weekday - self.today.weekday()) % 7
        return self.by(ahead - 7 if self.past else ahead or 7)

    def in_month(self, months: int, day: int) -> date | None:
        """Day of the month so many after this one; 0 is its last day."""
        count = self.today.year * 12 + self.today.month - 1 + months
        return _date(count // 12, count % 12 + 1, day)

    def of_month(self, day: int) -> date | None:
        """The nearest such day, today included, in a month that has it."""
        for step in range(13):
            found = self.in_month(-step if self.past else step, day)
            if found is not None and (found <= self.today if self.past else found >= self.today):
                return found
        return None

    def of_year(self, year: int | None, month: int, day: int) -> date | None:
        """Of this year, or the nearest, today included, when none is said; 29 February waits for its year."""
        if year is not None:
            return _date(year, month, day)
        for step in range(9):
            found = _date(self.today.year + (-step if self.past else step), month, day)
            if found is not None and (found <= self.today if self.past else found >= self.today):
                return found
        return None


def _date(year: int, month: int, day: int) -> date | None:
    if not (1 <= year <= 9998 and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None


def _int(numeral: str) -> int:
    value = few(numeral)
    return int(value) if value is not None else -1


def _year(said: str | None, today: date) -> int | None:
    if not said:
        return None
    if said in _NAMED_YEAR:
        return today.year + _NAMED_YEAR[said]
    year = int(number_of(said.removesuffix("年").replace(" ", "")) or 0)
    return year if year >= 100 else year + today.year // 100 * 100


def _month_day_zh(hit: re.Match[str], day: _Day) -> date | None:
    number = _int(hit["d"])
    month = 1 if hit["m"] == "元" else _int(hit["m"])
    return day.of_year(_year(hit["y"], day.today), month, number) if number > 0 else None


def _day_of_named_month(hit: re.Match[str], day: _Day) -> date | None:
    months = _NAMED_MONTH[hit["rm"]] if hit["rm"] else 0
    number = 0 if hit["d"] is None else _int(hit["d"])
    return day.in_month(months, number) if hit["d"] is None or number > 0 else None


def _day_of_month(hit: re.Match[str], day: _Day) -> date | None:
    number = _int(hit["day"])
    return day.of_month(number) if 1 <= number <= 31 else None


def _weekday_zh(hit: re.Match[str], day: _Day) -> date | None:
    weekday = _DAYS_ZH[hit["k"]] if hit["k"] in _DAYS_ZH else int(hit["k"]) - 1
    return day.weekday(weekday, _WEEKS[hit["w"]] if hit["w"] else None)


def _near_day(hit: re.Match[str], day: _Day) -> date | None:
    if hit["near"]:
        return day.by(_NEAR[hit["near"]])
    further = len(hit["far"]) + 1
    return (
        day.by(further + 1 if hit["way"] == "后" else -further - 1)
        if hit["far"]
        else day.by(2 if hit["way"] == "后" else -2)
    )


def _later(hit: re.Match[str], day: _Day) -> date | None:
    said = hit["n"]
    unit = (hit["u"] or "").removesuffix("s")
    if unit in ("月", "month"):
        if said == "半":
            return day.by(15)
        count = 1 if said in ("a", "one") else _int(said)
        first = day.in_month(count, 1) if 0 < count < 1200 else None
        if first is None:
            return None
        return first.replace(day=min(day.today.day, calendar.monthrange(first.year, first.month)[1]))
    count = 1 if said == "a" else _int(said)
    return day.by(count * _UNIT_DAYS[unit]) if 0 < count < 1000 else None


def _weekday_en(hit: re.Match[str], day: _Day) -> date | None:
    weekday = (
        5 if hit["k"] == "weekend" else next(n for n, name in enumerate(_DAYS_EN) if name.startswith(hit["k"][:3]))
    )
    if hit["week"]:
        return day.weekday(weekday, None) + timedelta(days=7)
    if hit["after"]:
        return day.weekday(weekday, 1 if hit["after"] == "next" else 0)
    return day.weekday(weekday, _WEEKS.get(hit["w"] or ""))


def _month_day_en(hit: re.Match[str], day: _Day) -> date | None:
    number = int(hit["day"])
    return day.of_year(_year(hit["y"], day.today), _MONTHS_EN[hit["month"][:3]], number) if number else None


def _day_of_next_month_en(hit: re.Match[str], day: _Day) -> date | None:
    number = int(hit["day"])
    return day.in_month(_WEEKS[hit["rm"]], number) if number else None


_EN_YEAR = r"(?:,? (?P<y>20 ?\d\d|19 ?\d\d)\b)?"
_EN_WEEKDAY = (
    r"(?P<k>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|"
    r"weekend)s?\b"
)
Reading = Callable[[re.Match[str], _Day], date | None]
_READINGS: tuple[tuple[re.Pattern[str], Reading], ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (
            rf"(?P<y>今年|明年|后年|去年|前年|[零〇一二三四五六七八九\d]{{2,4}}年)?的?(?P<m>{SMALL}|元)月份?的?"
            rf"(?P<d>{SMALL})(?:号|日|(?![点个块]))",
            _month_day_zh,
        ),
        (rf"(?P<rm>下下|下|这|本|当|上)个?月的?(?P<d>{SMALL})(?:号|日)", _day_of_named_month),
        (r"(?:(?P<rm>下下|下|这|本|当)个?)?月[底末](?P<d>(?!))?", _day_of_named_month),
        (rf"(?P<day>{SMALL})(?:号|日)(?![线楼店门院桌机房码])", _day_of_month),
        (r"(?P<w>下下|下|这|本|上)?个?(?:周|星期|礼拜)(?P<k>[一二三四五六日天末1-7])(?!次|回|个)", _weekday_zh),
        (
            r"(?P<near>今|明|昨)(?:[天日儿晚早夜]|后[天两]|(?=上午|中午|下午|傍晚))|(?P<far>大*)(?P<way>[后前])[天日儿](?!气)",
            _near_day,
        ),
        (rf"(?:再?过)?(?P<n>{SMALL}|半)个?(?P<u>天|日|星期|礼拜|周|月)(?:之|以)?后", _later),
        (rf"再?过(?P<n>{SMALL}|半)个?(?P<u>天|日|星期|礼拜|周|月)", _later),
        (
            r"\b(?P<k>today|tonight|tomorrow|yesterday)\b|\bthis (?P<p>morning|afternoon|evening)\b",
            lambda hit, day: day.by({"tomorrow": 1, "yesterday": -1}.get(hit["k"] or "", 0)),
        ),
        (
            r"\b(?:the )?day (?P<k>after tomorrow|before yesterday)\b",
            lambda hit, day: day.by(2 if hit["k"] == "after tomorrow" else -2),
        ),
        (
            rf"\b(?:(?P<w>next|this|coming|last) )?{_EN_WEEKDAY}(?: (?P<week>week\b)| (?P<after>next|this) week)?",
            _weekday_en,
        ),
        (rf"\b{_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_EN_YEAR}", _month_day_en),
        (rf"\b(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}\b{_EN_YEAR}", _month_day_en),
        (
            rf"\bthe {_ORDINAL}(?: of (?:this|the) month)?\b{_NO_DAY}|^{_ORDINAL.replace('day', 'alone')}$",
            lambda hit, day: day.of_month(int(hit["day"] or hit["alone"])),
        ),
        (rf"\bthe {_ORDINAL} of (?P<rm>next|this) month\b", _day_of_next_month_en),
        (rf"\b(?P<rm>next|this) month (?:on )?(?:the )?{_ORDINAL}", _day_of_next_month_en),
        (
            r"\bend of (?:the |this )?month\b|\bend of (?P<next>next) month\b",
            lambda hit, day: day.in_month(1 if hit["next"] else 0, 0),
        ),
        (r"\bin (?P<n>\d{1,3}|a) (?P<u>day|week|month)s?\b", _later),
        (r"\b(?P<n>\d{1,3}|a) (?P<u>day|week|month)s? (?:later|from (?:now|today))\b", _later),
        (r"\ba week (?:from )?(?P<t>today|tomorrow)\b", lambda hit, day: day.by(8 if hit["t"] == "tomorrow" else 7)),
        (rf"\ba week from (?:next )?{_EN_WEEKDAY}", lambda hit, day: _weekday_en_plain(hit, day) + timedelta(days=7)),
    )
)


def _weekday_en_plain(hit: re.Match[str], day: _Day) -> date:
    return day.weekday(next(n for n, name in enumerate(_DAYS_EN) if name.startswith(hit["k"][:3])), None)


def find_dates(text: str, today: date, past: bool) -> list[Found]:
    """Every date of prepared `text`, ISO. `past`: what could be either is the last such day, not the next.

    十一月三十一号 is none, and no 三十一号 either.
    """
    day = _Day(today, past)
    found = []
    for pattern, reading in _READINGS:
        for hit in pattern.finditer(text):
            meant = reading(hit, day)
            found.append(Found(*hit.span(), meant.isoformat() if meant else ""))
    return [one for one in apart(found) if one.value]


def bare_day(numeral: str, today: date, past: bool) -> str | None:
    """The date of a lone number that answers the question for a day; None: there is no such day."""
    number = _int(numeral)
    found = _Day(today, past).of_month(number) if 1 <= number <= 31 else None
    return found.isoformat() if found else None

"""Whatever is said by the rules of speech comes back: every number, every minute of a day, every date of a year."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from tests.understanding.test_phrases import NOW
from voicebot.understanding.normalise import normalise
from voicebot.understanding.slots import KEYED, Values, from_keys, may_go_on, out_of_bounds
from voicebot.understanding.spoken.dates import find_dates
from voicebot.understanding.spoken.numbers import find_numbers
from voicebot.understanding.spoken.text import prepared
from voicebot.understanding.spoken.times import find_times
from voicebot.understanding.types import Choice, Parse, Slot

DIGITS = "零一二三四五六七八九"
ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
    "twenty": "twentieth",
    "thirty": "thirtieth",
}
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def mandarin(number: int) -> str:
    """As schools teach it: 一千零一十, 二百二十."""
    if number < 10:
        return DIGITS[number]
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + name
        gap = not digit and bool(said)
    return said


def colloquial(number: int) -> Iterator[str]:
    """两 for 二, 十二 for 一十二, and without the last unit: 一百二, 两千三."""
    said = mandarin(number)
    yield said.replace("二百", "两百").replace("二千", "两千")
    if said.startswith("一十"):
        yield said[1:]
    if number % 10 == 0 and len(said) > 2 and said[-1] in "十百" and said[-3] in "千百":
        yield said[:-1]


def english(number: int, joint: str) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f" {ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f"{joint}{english(number % 100, joint)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    tail = number % 1000
    rest = (joint if tail < 100 else " ") + english(tail, joint) if tail else ""
    return f"{ONES[number // 1000]} thousand{rest}"


def ordinal(number: int) -> str:
    words = english(number, " ").split()
    return " ".join([*words[:-1], ORDINALS.get(words[-1], f"{words[-1]}th")])


@pytest.mark.parametrize("begin", range(0, 10_000, 1000))
def test_every_number_below_ten_thousand(begin: int) -> None:
    for number in range(begin, begin + 1000):
        for said in (mandarin(number), *colloquial(number), english(number, " and "), english(number, " ")):
            assert [one.value for one in find_numbers(prepared(said))] == [str(number)], said


def minutes_zh(hour: int, minute: int) -> Iterator[str]:
    tail = "" if minute == 0 else f"零{DIGITS[minute]}分" if minute < 10 else f"{mandarin(minute).removeprefix('一')}分"
    tails = {tail, *({"半"} if minute == 30 else {"一刻"} if minute == 15 else {"三刻"} if minute == 45 else ())}
    if minute == 0:
        tails |= {"整", "钟"}
    part = ("凌晨", "上午", "下午", "晚上")[hour // 6]
    short = hour % 12 or 12
    for one in tails:
        if hour != 0:
            yield f"{part}{'两' if short == 2 else mandarin(short).replace('一十', '十')}点{one}"
        if hour > 12:
            yield f"{mandarin(hour).replace('一十', '十')}点{one}"
    if minute >= 40 and hour not in (11, 23):
        to, following = mandarin(60 - minute), mandarin(short % 12 + 1)
        yield f"{part}差{to}分{following}点".replace("一十", "十")


def minutes_en(hour: int, minute: int) -> Iterator[str]:
    short = hour % 12 or 12
    half = "am" if hour < 12 else "pm"
    tail = "" if minute == 0 else f" oh {ONES[minute]}" if minute < 10 else f" {english(minute, ' ')}"
    yield f"{ONES[short]}{tail} {half}"
    part = "in the morning" if 1 <= hour < 12 else "in the afternoon" if 12 <= hour < 18 else "at night"
    if minute == 30:
        yield f"half past {ONES[short]} {part}"
    elif minute == 15:
        yield f"a quarter past {ONES[short]} {part}"
    elif minute == 45 and hour not in (0, 11, 12, 23):
        yield f"quarter to {ONES[short % 12 + 1]} {part}"
    elif minute % 5 == 0 and 0 < minute < 30:
        yield f"{english(minute, ' ')} past {ONES[short]} {part}"


@pytest.mark.parametrize("hour", range(24))
def test_every_minute_of_the_day(hour: int) -> None:
    for minute in range(60):
        for said in (*minutes_zh(hour, minute), *minutes_en(hour, minute)):
            assert [one.value for one in find_times(prepared(said), None)] == [f"{hour:02}:{minute:02}"], said


def test_every_date_of_a_year() -> None:
    today = NOW.date()
    for ahead in range(365):
        day = today + timedelta(days=ahead)
        number, month = mandarin(day.day).replace("一十", "十"), mandarin(day.month).replace("一十", "十")
        name = MONTHS[day.month - 1]
        year = "".join(DIGITS[int(digit)] for digit in str(day.year))
        for said in (
            f"{month}月{number}号",
            f"{month}月{number}日",
            f"{month}月{number}",
            f"{year}年{month}月{number}日",
            f"{day.month}月{day.day}日",
            f"{name} {ordinal(day.day)}",
            f"{name} the {ordinal(day.day)}",
            f"the {ordinal(day.day)} of {name}",
            f"{name} {ordinal(day.day)} {english(day.year // 100, '')} {english(day.year % 100, '')}",
        ):
            assert [one.value for one in find_dates(prepared(said), today, past=False)] == [day.isoformat()], said


def test_the_day_of_the_month_is_the_next_such_day() -> None:
    today = NOW.date()
    for number in range(1, 32):
        said = (f"{mandarin(number).replace('一十', '十')}号", f"the {ordinal(number)}")
        day = next(day for ahead in range(62) if (day := today + timedelta(days=ahead)).day == number)
        for text in said:
            assert [one.value for one in find_dates(prepared(text), today, past=False)] == [day.isoformat()], text


def test_weekdays_on_every_day_of_a_week() -> None:
    """下周 and next: of the week after this one, which begins on Monday; bare: the next to come, never today."""
    names = list(
        zip(
            "一二三四五六日",
            ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
            strict=True,
        )
    )
    for shift, (weekday, (zh, en)) in itertools.product(range(7), enumerate(names)):
        today = date(2026, 11, 23) + timedelta(days=shift)
        monday = date(2026, 11, 23)
        coming = next(day for ahead in range(1, 8) if (day := today + timedelta(days=ahead)).weekday() == weekday)
        next_week, this_week = monday + timedelta(days=7 + weekday), monday + timedelta(days=weekday)
        for said, day in (
            *((text, coming) for text in (f"周{zh}", f"星期{zh}", en, f"on {en}")),
            *((text, next_week) for text in (f"下周{zh}", f"下个星期{zh}", f"next {en}", f"{en} next week")),
            *((text, this_week) for text in (f"这周{zh}", f"this {en}")),
        ):
            assert [one.value for one in find_dates(said, today, past=False)] == [day.isoformat()], (today, said)


def filled(text: str, *slots: Slot, now: datetime | None = NOW, any_slot: bool = False) -> dict[str, str] | None:
    filling = Values(normalise(text), Parse(), now).of(Choice("x", slots=slots, any_slot=any_slot))
    return dict(filling.values) if filling else None


DAY, TIME, GUESTS = Slot("day", "date"), Slot("time", "time"), Slot("guests", "number", least="1", most="20")


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [
        ("明天下午三点", "2026-11-26", "15:00"),
        ("下周三上午十点半吧", "2026-12-02", "10:30"),
        ("二十八号下午两点", "2026-11-28", "14:00"),
        ("next tuesday at four", "2026-12-01", "16:00"),
        ("tomorrow morning at half past nine", "2026-11-26", "09:30"),
        ("不是明天下午三点是后天四点", "2026-11-27", "16:00"),
        ("明天三点不行后天四点", "2026-11-27", "16:00"),
        ("两个小时以后", "2026-11-25", "12:00"),
        ("十五个小时后", "2026-11-26", "01:00"),
        ("今天八点", "2026-11-25", "20:00"),
        ("明天八点", "2026-11-26", "08:00"),
        ("今天十一点", "2026-11-25", "11:00"),
    ],
)
def test_a_day_and_a_time_in_one(text: str, day: str, time: str) -> None:
    assert filled(text, DAY, TIME) == {"day": day, "time": time}


def test_all_of_the_slots_are_needed_or_one_is_enough() -> None:
    assert filled("明天吧", DAY, TIME) is None
    assert filled("明天吧", DAY, TIME, any_slot=True) == {"day": "2026-11-26"}
    assert filled("不知道", DAY, TIME, any_slot=True) is None


def test_several_slots_of_one_type_are_filled_in_order() -> None:
    adults, children = Slot("adults", "number"), Slot("children", "number")
    assert filled("三个大人两个小孩", adults, children) == {"adults": "3", "children": "2"}
    assert filled("三个大人", adults, children) is None


@pytest.mark.parametrize(
    ("text", "value"), [("二十个", "20"), ("二十一个", None), ("零个人", None), ("三十不对三个", "3")]
)
def test_a_number_out_of_bounds_is_refused(text: str, value: str | None) -> None:
    assert filled(text, GUESTS) == (None if value is None else {"guests": value})


def test_what_is_refused_is_told() -> None:
    values = Values("五十个", Parse(), NOW)
    assert values.of(Choice("x", slots=(GUESTS,))) is None
    assert [(one.slot, one.why) for one in values.refused] == [("guests", "guests: 50 is not from 1 to 20")]
    assert out_of_bounds(DAY, "2026-11-24", NOW) == "day: 2026-11-24 is in the past"
    assert out_of_bounds(DAY, "2026-11-25", NOW) == ""


def test_bounds_of_a_time_decide_which_half_of_the_day_is_meant() -> None:
    shop = Slot("time", "time", least="09:00", most="21:00")
    assert filled("八点", shop) == {"time": "20:00"}
    assert filled("八点", TIME) == {"time": "08:00"}
    assert filled("早上八点", shop) is None
    assert filled("七点", Slot("time", "time", most="12:00")) == {"time": "07:00"}


def test_a_date_that_lies_behind() -> None:
    bought = Slot("bought", "date", past=True)
    assert filled("上周三", bought) == {"bought": "2026-11-18"}
    assert filled("三月五号", bought) == {"bought": "2026-03-05"}
    assert filled("十二月五号", bought) == {"bought": "2025-12-05"}
    assert filled("周三", bought) == {"bought": "2026-11-18"}
    assert filled("三十号", bought) == {"bought": "2026-10-30"}
    assert filled("昨天", DAY) is None


def test_without_a_clock_no_day_is_heard() -> None:
    assert filled("明天", DAY, now=None) is None
    assert filled("下午三点", TIME, now=None) == {"time": "15:00"}


def test_any_text_is_taken_whole() -> None:
    assert filled("就是那个蓝色的门旁边", Slot("where", "text")) == {"where": "就是那个蓝色的门旁边"}


def test_numbers_of_another_country() -> None:
    assert filled("oh seven nine one one one two three four five six", Slot("m", "phone", region="GB")) == {
        "m": "+447911123456"
    }
    assert filled("幺三八零零幺三八零零零", Slot("m", "phone", region="GB")) is None


@pytest.mark.parametrize(
    ("slot", "keys", "value"),
    [
        (Slot("n", "number"), "120", "120"),
        (Slot("n", "number"), "007", "7"),
        (Slot("n", "number"), "1*2", None),
        (Slot("a", "amount"), "120", "120.00"),
        (Slot("a", "amount"), "100*5", "100.50"),
        (Slot("a", "amount"), "*5", None),
        (DAY, "1126", "2026-11-26"),
        (DAY, "0105", "2027-01-05"),
        (DAY, "1131", None),
        (DAY, "112", None),
        (TIME, "1530", "15:30"),
        (TIME, "0000", "00:00"),
        (TIME, "2460", None),
        (Slot("p", "phone"), "13800138000", "+8613800138000"),
        (Slot("p", "phone"), "110", None),
        (Slot("c"), "1", None),
        (Slot("t", "text"), "1", None),
    ],
)
def test_keys_are_values(slot: Slot, keys: str, value: str | None) -> None:
    assert from_keys(slot, keys, NOW) == value


def test_keys_are_waited_for_while_more_can_come() -> None:
    assert may_go_on(Slot("n", "number"), "12")
    assert not may_go_on(Slot("n", "number"), "12#")
    assert may_go_on(GUESTS, "1")
    assert not may_go_on(GUESTS, "12")
    assert may_go_on(TIME, "153")
    assert not may_go_on(TIME, "1530")
    assert may_go_on(Slot("a", "amount"), "100*")
    assert not may_go_on(Slot("y", "yes_no"), "1")
    assert all(may_go_on(Slot("x", kind), "1") for kind in KEYED)

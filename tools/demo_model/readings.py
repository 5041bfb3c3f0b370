"""Numbers and Chinese text: Arabic digits read out, and random numbers, times, dates in spoken form. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

DIGITS = "零一二三四五六七八九"
NUMERALS = frozenset(DIGITS + "十百千万亿两幺点半")
_UNITS = ("", "十", "百", "千")
_LONGEST_NUMBER = 5  # longer runs of digits are read one by one
_NOT_CHINESE = re.compile(r"[^\u4e00-\u9fff]+")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")


def number(value: int, liang: bool = False) -> str:
    """0 <= value < 100 000 000 as it is read: 203 -> 二百零三; `liang` reads 2 before 百, 千, 万 as 两."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return ("两" if liang and high == 2 else number(high)) + "万" + (gap + number(low, liang) if low else "")
    if value < 10:
        return DIGITS[value]
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit == 0:
            gap = bool(text)
            continue
        digit_text = "两" if liang and digit == 2 and power >= 2 else DIGITS[digit]
        text += ("零" if gap else "") + digit_text + _UNITS[power]
        gap = False
    return text[1:] if text.startswith("一十") else text


def one_by_one(digits: str, yao: bool = True) -> str:
    """A digit string as telephone numbers are read; 1 is 幺 or 一."""
    text = "".join(DIGITS[int(digit)] for digit in digits)
    return text.replace("一", "幺") if yao else text


def spoken(text: str) -> str:
    """Arabic digits of a text read out."""
    return re.sub(
        r"\d+",
        lambda run: number(int(run[0])) if len(run[0]) < _LONGEST_NUMBER else one_by_one(run[0], yao=False),
        text,
    )


def clauses(text: str) -> list[str]:
    """The purely Chinese clauses of a text; a clause with Latin letters cannot be spoken and is left out."""
    parts = re.split(r"[，。？！；：、,.?!;:\s…—|/]+", spoken(text))
    return [clause for part in parts if not _LATIN.search(part) and (clause := _NOT_CHINESE.sub("", part))]


def _random_number(rng: random.Random) -> str:
    top = rng.choice((10, 20, 100, 100, 1000, 1000, 10_000))
    value = rng.randrange(top)
    if value >= 100 and rng.random() < 0.5:
        value -= value % (100 if value >= 1000 else 10) if rng.random() < 0.5 else value % 100
    return number(value, liang=rng.random() < 0.5)


def _random_digits(rng: random.Random) -> str:
    return one_by_one(
        "".join(rng.choice("0123456789") for _ in range(rng.choice((2, 3, 4, 4, 5, 6, 8)))), rng.random() < 0.5
    )


def _random_phone(rng: random.Random) -> str:
    start = rng.choice(("13", "15", "17", "18", "19"))
    return one_by_one(start + "".join(rng.choice("0123456789") for _ in range(9)), rng.random() < 0.6)


def _random_time(rng: random.Random) -> str:
    hour = rng.randrange(1, 13) if rng.random() < 0.8 else rng.randrange(13, 24)
    ending = rng.choice(("点", "点", "点", "点半", "点半", "点钟", "点一刻", "点十分", "点二十", "点四十", "点五十"))
    return ("两" if hour == 2 else number(hour)) + ending


def _random_date(rng: random.Random) -> str:
    day = number(rng.randrange(1, 32)) + rng.choice(("号", "号", "日"))
    return number(rng.randrange(1, 13)) + "月" + day if rng.random() < 0.6 else day


def _random_weekday(rng: random.Random) -> str:
    prefix = rng.choice(("周", "周", "周", "星期", "星期", "礼拜", "下周", "这周", "下星期"))
    return prefix + rng.choice("一二三四五六" + ("天" if prefix.endswith(("星期", "礼拜")) else "日"))


def _random_amount(rng: random.Random) -> str:
    value = rng.choice(
        (rng.randrange(1, 100), rng.randrange(1, 100) * 10, rng.randrange(1, 100) * 100, rng.randrange(1, 20) * 10_000)
    )
    return number(value, liang=True) + rng.choice(("块", "块", "元", "块钱", "块钱"))


def _random_age(rng: random.Random) -> str:
    return number(rng.randrange(1, 90)) + rng.choice(("岁", "岁了"))


def _random_small(rng: random.Random) -> str:
    value = rng.randrange(1, 13)
    return "两" if value == 2 and rng.random() < 0.5 else number(value)


def _random_halfday(rng: random.Random) -> str:
    return rng.choice(("上午", "下午", "晚上", "中午", "早上", "傍晚", "凌晨", "夜里"))


SPOKEN_CLASSES: dict[str, Callable[[random.Random], str]] = {
    "number": _random_number,
    "digits": _random_digits,
    "phone": _random_phone,
    "time": _random_time,
    "date": _random_date,
    "weekday": _random_weekday,
    "amount": _random_amount,
    "age": _random_age,
    "small": _random_small,
    "halfday": _random_halfday,
}

"""How the robot says typed values: 十一月二十三号, 下午三点半, 一百二十元五角; November 23rd, 3:30 pm.

The reverse, hearing them, is understanding/spoken's. Values that are not canonical are said as they are.
"""

import functools
import re
from datetime import date, time
from decimal import Decimal, InvalidOperation

from voicebot.understanding.types import Slot

_MEASURES = "个位人名张家间桌份次台件套辆斤米点块元天年百千万"
"""Before these, and before hundreds, two is 两."""
_PHONE_DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
_ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_PARTS = ((5, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
"""Up to which hour, not included, a part of the day goes."""


@functools.lru_cache(maxsize=4096)
def spoken(slot: Slot, value: str, language: str, following: str = "") -> str:
    """A canonical value in words of the language (`zh` or `en`). `following`: the character of the text behind it."""
    try:
        return _zh(slot, value, following) if language == "zh" else _en(slot, value)
    except (ValueError, InvalidOperation):
        return value


def _zh(slot: Slot, value: str, following: str) -> str:
    match slot.type:
        case "number":
            return number_zh(Decimal(value), counts=following in _MEASURES if following else False)
        case "amount":
            return _amount_zh(Decimal(value))
        case "date":
            day = date.fromisoformat(value)
            year = "".join(number_zh(Decimal(digit)) for digit in str(day.year)) + "年" if slot.past else ""
            return f"{year}{number_zh(Decimal(day.month))}月{number_zh(Decimal(day.day))}号"
        case "time":
            return _time_zh(time.fromisoformat(value))
        case "yes_no":
            return {"yes": "是", "no": "不是"}.get(value, value)
        case "phone":
            return "，".join(_grouped(slot, value)).translate(_PHONE_DIGITS)
    return value


def _en(slot: Slot, value: str) -> str:
    match slot.type:
        case "amount":
            return value.removesuffix(".00") if Decimal(value) >= 0 else value
        case "date":
            day = date.fromisoformat(value)
            said = f"{MONTHS[day.month - 1]} {day.day}{_ORDINALS.get(day.day, 'th')}"
            return f"{said}, {day.year}" if slot.past else said
        case "time":
            at = time.fromisoformat(value)
            if at.minute == 0 and at.hour in (0, 12):
                return "noon" if at.hour else "midnight"
            minute = f":{at.minute:02}" if at.minute else ""
            return f"{at.hour % 12 or 12}{minute} {'pm' if at.hour >= 12 else 'am'}"
        case "phone":
            return ", ".join(" ".join(group) for group in _grouped(slot, value))
    return value


def _grouped(slot: Slot, value: str) -> list[str]:
    """The digits of a number in the groups of its country; with the country's code only for other countries."""
    import phonenumbers  # the numbering plans take some time to load

    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException as error:
        raise ValueError(value) from error
    home = phonenumbers.country_code_for_region(slot.region) == number.country_code
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return re.findall(r"\d+", phonenumbers.format_number(number, form))


def number_zh(value: Decimal, *, counts: bool = False) -> str:
    """A number in Chinese numerals; two is 两 when it counts something, and before hundreds in any case."""
    from cn2an import an2cn  # its rules take a tenth of a second to load

    said = str(an2cn(f"{value:f}", "low"))
    said = re.sub(r"二(?=[百千])|^二(?=万|亿)", "两", said)
    return "两" if counts and said == "二" else said


def _amount_zh(value: Decimal) -> str:
    cents = round(value * 100)
    whole, tenth, cent = cents // 100, cents // 10 % 10, cents % 10
    said = number_zh(Decimal(whole), counts=True) + "元" if whole or not cents else ""
    if tenth:
        said += number_zh(Decimal(tenth), counts=True) + "角"
    if cent:
        said += ("零" if whole and not tenth else "") + number_zh(Decimal(cent)) + "分"
    return said


def _time_zh(at: time) -> str:
    if at.hour == 0:
        part, hour = "晚上", 12
    else:
        part, hour = next(part for until, part in _PARTS if at.hour < until), at.hour - 12 * (at.hour > 12)
    said = f"{part}{number_zh(Decimal(hour), counts=True)}点"
    if at.minute == 30:
        return said + "半"
    if at.minute == 0:
        return said
    return said + ("零" if at.minute < 10 else "") + number_zh(Decimal(at.minute)) + "分"

"""What the robot says for a value is natural, and is heard as that value again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.understanding.test_phrases import NOW
from voicebot.dialog.speaking import spoken
from voicebot.understanding.normalise import normalise
from voicebot.understanding.slots import Values
from voicebot.understanding.types import Choice, Parse, Slot, SlotType


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("name", "苏州", "苏州", "苏州"),
        ("number", "120", "一百二十", "120"),
        ("number", "2", "二", "2"),
        ("number", "200", "两百", "200"),
        ("number", "2222", "两千两百二十二", "2222"),
        ("number", "20000", "两万", "20000"),
        ("number", "2.5", "二点五", "2.5"),
        ("number", "-5", "负五", "-5"),
        ("amount", "120.00", "一百二十元", "120"),
        ("amount", "2.00", "两元", "2"),
        ("amount", "100.50", "一百元五角", "100.50"),
        ("amount", "2.05", "两元零五分", "2.05"),
        ("amount", "0.52", "五角二分", "0.52"),
        ("amount", "0.00", "零元", "0"),
        ("date", "2026-11-23", "十一月二十三号", "November 23rd"),
        ("date", "2027-02-01", "二月一号", "February 1st"),
        ("time", "15:30", "下午三点半", "3:30 pm"),
        ("time", "14:00", "下午两点", "2 pm"),
        ("time", "09:05", "上午九点零五分", "9:05 am"),
        ("time", "12:00", "中午十二点", "noon"),
        ("time", "12:45", "中午十二点四十五分", "12:45 pm"),
        ("time", "00:00", "晚上十二点", "midnight"),
        ("time", "03:20", "凌晨三点二十分", "3:20 am"),
        ("time", "20:10", "晚上八点十分", "8:10 pm"),
        ("yes_no", "yes", "是", "yes"),
        ("yes_no", "no", "不是", "no"),
        ("phone", "+8613800138000", "幺三八，零零幺三，八零零零", "1 3 8, 0 0 1 3, 8 0 0 0"),
        ("phone", "+861088886666", "零幺零，八八八八，六六六六", "0 1 0, 8 8 8 8, 6 6 6 6"),
        ("phone", "the same", "the same", "the same"),
        ("text", "靠窗", "靠窗", "靠窗"),
        ("date", "下周", "下周", "下周"),
        ("number", "many", "many", "many"),
    ],
)
def test_values_are_said_as_people_say_them(kind: SlotType, value: str, zh: str, en: str) -> None:
    slot = Slot("x", kind)
    assert (spoken(slot, value, "zh"), spoken(slot, value, "en")) == (zh, en)


def test_two_of_something_is_liang() -> None:
    slot = Slot("x", "number")
    assert [spoken(slot, "2", "zh", following) for following in ("位", "个", "号", "")] == ["两", "两", "二", "二"]
    assert spoken(slot, "12", "zh", "位") == "十二"


def test_a_date_that_lies_behind_has_its_year() -> None:
    slot = Slot("x", "date", past=True)
    assert spoken(slot, "2025-11-23", "zh") == "二零二五年十一月二十三号"
    assert spoken(slot, "2025-11-23", "en") == "November 23rd, 2025"


def heard(kind: SlotType, value: str, language: str, following: str = "") -> str:
    said = spoken(Slot("x", kind), value, language, following)
    filling = Values(normalise(said), Parse(), NOW).of(Choice("x", slots=(Slot("x", kind),)))
    return filling.values["x"] if filling else said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_that_is_said_is_heard(language: str) -> None:
    assert [n for n in range(10_000) if heard("number", str(n), language, "位") != str(n)] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_minute_that_is_said_is_heard(language: str) -> None:
    minutes = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]
    assert [minute for minute in minutes if heard("time", minute, language) != minute] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_date_that_is_said_is_heard(language: str) -> None:
    days = [(date(2026, 11, 25) + timedelta(days=ahead)).isoformat() for ahead in range(365)]
    assert [day for day in days if heard("date", day, language) != day] == []


def test_every_amount_below_a_hundred_that_is_said_is_heard() -> None:
    amounts = [f"{Decimal(cents) / 100:.2f}" for cents in range(0, 10_000, 7)]
    assert [amount for amount in amounts if heard("amount", amount, "zh") != amount] == []

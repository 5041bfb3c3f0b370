"""CSV and workbooks: what a list or a customer brought is never a formula, numbers stay numbers."""

import csv
import io
from dataclasses import dataclass

import pytest
from openpyxl import load_workbook

from voicebot.reports.forms.files import as_csv, as_workbook
from voicebot.reports.language import Bilingual
from voicebot.reports.shape import Column, Kind, Report, grid
from voicebot.reports.stats import Rate, rate


@dataclass(frozen=True)
class Row:
    name: str
    count: int
    change: float
    share: Rate
    mix: dict[str, int]


REPORT = Report(
    "sample",
    "Sample",
    "样本",
    Bilingual("about", "说明"),
    lambda store, only: (),
    (
        Column("name", "name", "名称"),
        Column("count", "count", "数量", Kind.COUNT),
        Column("change", "change", "变化", Kind.CHANGE),
        Column("share", "share", "占比", Kind.RATE),
        Column("mix", "mix", "构成", Kind.MIX),
    ),
)
EVIL = ["=1+1", "+861380000", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]


def row(name: str) -> Row:
    return Row(name, 3, -1.5, rate(1, 2), {"=A": 2})


@pytest.mark.parametrize("name", EVIL)
def test_no_text_of_a_csv_is_a_formula(name):
    heads, line = csv.reader(io.StringIO(as_csv(grid(REPORT, [row(name)])), newline=""))
    assert heads == [
        "name",
        "count",
        "change",
        "share.hits",
        "share.of",
        "share.ratio",
        "share.low",
        "share.high",
        "mix",
    ]
    assert line[0] == "'" + name
    assert line[1:6] == ["3", "-1.5", "1", "2", "0.5"]
    assert line[8] == "'=A:2"


@pytest.mark.parametrize("name", EVIL)
def test_no_text_of_a_workbook_is_a_formula(name):
    sheet = load_workbook(io.BytesIO(as_workbook(grid(REPORT, [row(name)]), "sample", "=title"))).active
    (title, *_), heads, line = sheet.iter_rows()
    assert (title.value, title.data_type) == ("=title", "s")
    assert heads[0].value == "name\n名称"
    assert line[0].data_type == "s"
    assert line[0].quotePrefix
    assert line[0].value.strip() == name.strip()
    assert [(cell.value, cell.data_type) for cell in line[1:4]] == [(3, "n"), (-1.5, "n"), (1, "n")]
    assert (line[8].value, line[8].data_type) == ("=A:2", "s")


def test_a_text_that_is_none_stays_as_it_is():
    _, line = csv.reader(io.StringIO(as_csv(grid(REPORT, [row("张三, “好”\n的")]))))
    assert line[0] == "张三, “好”\n的"


def test_signs_that_a_workbook_cannot_hold_are_left_out():
    book = load_workbook(io.BytesIO(as_workbook(grid(REPORT, [row("a\x00b\x1fc")]), "sample", "t")))
    assert book.active["A3"].value == "abc"

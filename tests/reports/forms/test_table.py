"""Tables hold what the reports say, and stay within a terminal where they can."""

import io
from dataclasses import dataclass

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.reports.counted import count_by_hand
from voicebot.reports.catalogue import REPORTS
from voicebot.reports.forms.table import table
from voicebot.reports.forms.words import percent, short, sparkline, words
from voicebot.reports.language import Bilingual
from voicebot.reports.only import Only
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.stats import rate

SPRING = Only(campaign="spring")
UNBROKEN = set(Kind) - {Kind.TEXT, Kind.MIX}
NAMED = {report.name: report for report in REPORTS}


def printed(shown, width: int) -> list[str]:
    target = io.StringIO()
    Console(file=target, width=width).print(shown)
    return target.getvalue().splitlines()


@pytest.mark.parametrize(
    ("name", "width", "line"),
    [
        ("nodes", 120, "opening 5 1 1 40% 12–77% 1 1 1 █ benefit 2, closing 1"),
        ("nodes", 80, "opening 5 1 1 40% 12–77% 1 1 █"),
        ("nodes", 60, "opening 5 1 1 40% 12–77% █"),
        ("grades", 80, "invite 2 5 1 1 0 1 2 40% 12–77%"),
        ("results", 80, "GATEWAY_DOWN 网关中断 ours 1 12%"),
        ("funnel", 80, "connected 真人接通 5 62%"),
        ("latency", 80, "barge-in 1 200 200 200"),
    ],
)
def test_a_line_of_each_table(store, name, width, line):
    count_by_hand(store)
    report = NAMED[name]
    lines = printed(table(report, report.rows(report.read(store, SPRING)), width), width)
    assert any(" ".join(each.split()).startswith(line) for each in lines), "\n".join(lines)
    assert "…" not in "".join(lines)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_no_figure_and_no_name_is_cut(store, report):
    count_by_hand(store)
    rows = report.rows(report.read(store, SPRING))
    for width in (30, 60, 80, 120, 200):
        shown = table(report, rows, width)
        lines = printed(shown, width)
        assert all(cell_len(line) <= width for line in lines)
        heads = {column.header for column in shown.columns}
        for column in report.columns:
            if column.english in heads and column.kind in UNBROKEN and not column.off_screen:
                for cell in {short(column.value(row), column.kind_in(row)) for row in rows}:
                    assert any(cell in line for line in lines), (width, column.key)


def test_what_has_no_room_is_named():
    columns = (
        Column("name", "name", "名", Kind.LINE),
        Column("name", "much\nlonger", "甲", Kind.LINE, wide=True),
        Column("name", "long-\ner", "乙", Kind.LINE),
    )
    report = Report("x", "X", "某", Bilingual("about", "说明"), lambda store, only: (), columns)
    shown = table(report, [Row("051200000001")], 39)
    assert [column.header for column in shown.columns] == ["name", "long-\ner"]
    assert str(shown.caption) == "no room for: much longer; a wider terminal or another --format has them"
    assert table(report, [Row("051200000001")], 80).caption is None


def test_a_mix_breaks_between_its_parts_and_a_text_between_its_words():
    columns = (
        Column("name", "n", "名"),
        Column("mix", "m", "构成", Kind.MIX, of=lambda row: {"ONE_LONG": 1, "OTHER": 2}),
    )
    report = Report("x", "X", "某", Bilingual("about", "说明"), lambda store, only: (), columns)
    lines = [line.strip() for line in printed(table(report, [Row("never in between")], 20), 20)]
    assert "OTHER 2" in "\n".join(lines) and "ONE_LONG 1" in "\n".join(lines)
    assert {"never", "in", "between"} <= {word for line in lines for word in line.split()}


@dataclass(frozen=True)
class Row:
    name: str


def test_a_name_is_never_taken_for_markup():
    report = Report("x", "X", "某", Bilingual("about", "说明"), lambda store, only: (), (Column("name", "name", "名"),))
    assert any("[red]x[/red]" in line for line in printed(table(report, [Row("[red]x[/red]")], 80), 80))


def test_a_sparkline_shows_every_count():
    assert sparkline([0, 1, 100, 50]) == " ▁█▄"
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "  "


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, Kind.COUNT, "–"),
        (1_234, Kind.COUNT, "1,234"),
        (0.123, Kind.RATIO, "12%"),
        (0.0123, Kind.RATIO, "1.2%"),
        (0.0996, Kind.RATIO, "10%"),
        (-0.021, Kind.POINTS, "-2.1 pt"),
        (1_200, Kind.CHANGE, "+1,200"),
        (3_571.428, Kind.MONEY, "3,571.43"),
        (1.25, Kind.SECONDS, "1.2"),
        (3_723.4, Kind.DURATION, "1:02:03"),
        (0.0, Kind.CHANCE, "<0.001"),
        (0.0123, Kind.CHANCE, "0.012"),
        (0.000_25, Kind.RATIO, "0.03%"),
        (0.000_001, Kind.RATIO, "<0.001%"),
        (1e-18, Kind.RATIO, "0%"),
        (rate(2, 5), Kind.RATE, "40% 12–77%"),
        (rate(0, 0), Kind.RATE, "–"),
        ({"BUSY": 3, "A": 2, "B": 1, "C": 1}, Kind.MIX, "BUSY 3, A 2, B 1"),
        (((0, 1), (1_000, 2)), Kind.BINS, "▄█"),
    ],
)
def test_values_in_words(value, kind, text):
    assert words(value, kind) == text


def test_no_ratio_is_a_dash():
    assert percent(None) == "–"
    assert percent(0.0) == "0%"

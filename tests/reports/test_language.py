"""A reader has one language or both: every form shows those names, and programs read the same in each."""

import io
import re
from collections.abc import Iterator

import pytest
from markupsafe import escape
from openpyxl import load_workbook
from rich.cells import cell_len
from rich.console import Console

from tests.reports.counted import count_by_hand
from tests.store.samples import NOON
from voicebot.reports.catalogue import REPORTS
from voicebot.reports.forms.picture import plot_of
from voicebot.reports.forms.table import table
from voicebot.reports.forms.write import file_of
from voicebot.reports.language import Language, label, names, one, read_in
from voicebot.reports.only import Only
from voicebot.reports.page import render_page
from voicebot.reports.plots import as_svg

NAMED = {report.name: report for report in REPORTS}
SPRING = Only(campaign="spring")


def chinese_in(text: str) -> list[str]:
    return re.findall(r"[\u4e00-\u9fff]+", text)


@pytest.fixture(params=list(Language))
def language(request) -> Iterator[Language]:
    with read_in(request.param):
        yield request.param


def test_which_names_are_shown(language):
    shown = {
        Language.BOTH: (("attempts", "呼叫"), "attempts 呼叫", "attempts"),
        Language.ENGLISH: (("attempts",), "attempts", "attempts"),
        Language.CHINESE: (("呼叫",), "呼叫", "呼叫"),
    }
    assert (names("attempts", "呼叫"), label("attempts", "呼叫"), one("attempts", "呼叫")) == shown[language]


def test_a_name_that_a_narrow_head_breaks_is_whole_elsewhere():
    assert names("com-\nplaints\nof attempts", "投诉率") == ("complaints of attempts", "投诉率")


def test_what_is_the_same_in_both_or_stands_in_one_only_is_shown_once():
    assert [label("A", "A 级"), label("CPO", "单均成本 CPO"), label("", "含义"), label("day", "")] == [
        *("A 级", "单均成本 CPO", "含义", "day"),
    ]


def test_the_language_ends_with_its_block():
    with read_in(Language.CHINESE):
        assert one("day", "日") == "日"
    assert one("day", "日") == "day"


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_files_for_programs_are_the_same_in_every_language(store, report):
    count_by_hand(store)
    figures = report.read(store, SPRING)
    for form in ("json", "csv"):
        with read_in(Language.CHINESE):
            chinese = file_of(report, figures, form, "spring")
        assert chinese == file_of(report, figures, form, "spring")


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_forms_for_people_have_the_heads_of_their_language(store, report):
    count_by_hand(store)
    figures = report.read(store, SPRING)
    for language in Language:
        with read_in(language):
            page = file_of(report, figures, "html", "spring").decode()
            book = load_workbook(io.BytesIO(file_of(report, figures, "xlsx", "spring"))).active
        english, chinese = language is not Language.CHINESE, language is not Language.ENGLISH
        assert [report.chinese in page, report.chinese in book["A1"].value, report.about.chinese in page] == [
            chinese
        ] * 3
        assert [report.english in page.split("<h1>")[1], escape(report.about.english) in page] == [english] * 2
        long = [cell.value for cell in book[2] if re.search("[a-z]{4}", cell.value)]
        assert all(english and bool(chinese_in(head)) == chinese for head in long)


@pytest.mark.parametrize("name", ["agents", "abandon", "nodes", "daily", "cost", "results", "weeks", "gateways"])
@pytest.mark.parametrize("width", [80, 120])
def test_a_chinese_table_is_aligned_by_the_width_of_its_signs(store, name, width):
    count_by_hand(store)
    report = NAMED[name]
    rows = report.rows(report.read(store, SPRING))
    target = io.StringIO()
    with read_in(Language.CHINESE):
        shown = table(report, rows, width)
        Console(file=target, width=width).print(shown)
    lines = [line for line in target.getvalue().splitlines() if line.strip()]
    assert all(cell_len(line) <= width for line in lines)
    assert not any(re.search("[a-z]{5}", str(column.header)) for column in shown.columns)
    heads = len(lines) - len(rows) - 1  # and the rule below them
    if shown.caption is None and heads in (1, 2):
        assert len({cell_len(line) for line in lines}) == 1


def test_values_that_have_names_are_read_in_the_language(store, language):
    count_by_hand(store)
    report = NAMED["results"]
    page = file_of(report, report.read(store, SPRING), "html", "").decode()
    cells = re.findall(r"<td[^>]*>(?:<span>)?([^<]*)", page)
    layer = {Language.BOTH: "network 网络", Language.ENGLISH: "network", Language.CHINESE: "网络"}[language]
    assert layer in cells


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_pictures_speak_the_language(store, report):
    count_by_hand(store)
    figures = report.read(store, SPRING)
    rows = report.rows(figures)
    if not rows:
        return
    with read_in(Language.CHINESE):
        plot = plot_of(report, figures, rows)
        assert plot is not None
        assert all(chinese_in(line) for line in plot.says)
        words = re.findall(r"<text[^>]*>([^<]*)</text>", as_svg(plot))
    spoken = {"attempts", "connected", "target", "predicted", "while", "playing", "hang-ups", "turns", "short", "Mon"}
    assert not spoken & {word for text in words for word in text.split()}


def test_the_whole_page_in_one_language(store):
    count_by_hand(store)
    with read_in(Language.CHINESE):
        page = render_page(store, SPRING, "spring", NOON)
    heads = re.findall(r"<h[23]>(.*?)</h[23]>", page) + re.findall(r"<th[^>]*>(.*?)</th>", page)
    assert len(heads) > 15
    assert all(chinese_in(head) or len(head) == 1 for head in heads)
    assert not re.search("[a-z]{4}", "".join(heads))

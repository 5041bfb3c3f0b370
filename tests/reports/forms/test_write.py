"""Every report of the catalogue in every form, from calls counted by hand and from nothing."""

import csv
import io
import json

import pytest
from markupsafe import escape

from tests.reports.counted import count_by_hand
from voicebot.errors import UsageError
from voicebot.reports.catalogue import REPORTS
from voicebot.reports.forms.picture import plot_of
from voicebot.reports.forms.write import file_of
from voicebot.reports.only import Only

WITH_LEGEND = {"daily", "latency"}
"""Pictures whose axes and legends say what they show."""


@pytest.fixture
def counted(store):
    count_by_hand(store)
    return store


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_every_report_has_every_form(counted, report):
    figures = report.read(counted, Only(campaign="spring"))
    rows = report.rows(figures)
    assert json.loads(file_of(report, figures, "json", "spring")) is not None
    lines = list(csv.reader(io.StringIO(file_of(report, figures, "csv", "spring").decode())))
    assert len(lines) == len(rows) + 1
    assert len({len(line) for line in lines}) == 1
    assert file_of(report, figures, "xlsx", "spring").startswith(b"PK")
    page = file_of(report, figures, "html", "spring").decode()
    assert report.chinese in page and "spring" in page
    assert "<script" not in page
    if rows:
        assert file_of(report, figures, "png", "spring").startswith(b"\x89PNG")
        says = plot_of(report, figures, rows).says
        assert says or report.name in WITH_LEGEND
        assert all(escape(line) in page for line in says)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_nothing_recorded_yet_has_every_form_but_a_picture(store, report):
    figures = report.read(store, Only())
    assert report.empty or report.rows(figures)
    for form in ("json", "csv", "xlsx", "html"):
        assert file_of(report, figures, form, "")
    if not report.rows(figures):
        with pytest.raises(UsageError, match=f"report {report.name}: nothing to draw"):
            file_of(report, figures, "png", "")


def test_names_are_unique_and_every_column_has_both_labels():
    assert len({report.name for report in REPORTS}) == len(REPORTS)
    for report in REPORTS:
        assert (
            report.chinese
            and report.english
            and report.about.english.endswith(".")
            and report.about.chinese.endswith("。")
        )
        assert all(column.chinese for column in report.columns)
        assert len({column.key for column in report.columns}) == len(report.columns)

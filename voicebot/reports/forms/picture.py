"""A report as a picture: its own, or the plain one, a bar a row."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from voicebot.reports.forms.words import told, words
from voicebot.reports.language import names
from voicebot.reports.plots import Plot, bars
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.stats import Rate

ALL = "all"
"""The row of all others together: beside it none of them is seen, so it stands in the table only."""


def plot_of(report: Report, figures: Any, rows: Sequence[Any]) -> Plot | None:
    """What to draw; None when there is nothing to draw."""
    plot = _plain(report, rows) if report.plot is None else report.plot(figures)
    return replace(plot, says=names(*report.says)) if plot is not None and report.says else plot


def _plain(report: Report, rows: Sequence[Any]) -> Plot | None:
    column = _drawn(report)
    before = report.columns[: report.columns.index(column)]  # what is behind it says more, and names nothing
    texts = [each for each in before if each.kind in (Kind.TEXT, Kind.LINE, Kind.ID)]
    drawn = [row for row in rows if column.value(row) is not None and (not texts or texts[0].value(row) != ALL)]
    rows = drawn or rows
    called = [" ".join(dict.fromkeys(str(told(each, row)) for each in texts if told(each, row))) for row in rows]
    values = [column.value(row) for row in rows]
    lengths = [_length(value) for value in values]
    shown = [words(value, column.kind_in(row)) for value, row in zip(values, rows, strict=True)]
    plot = bars(report.name, called, lengths, shown)
    return None if plot is None else replace(plot, says=_says(column))


def _says(column: Column) -> tuple[str, ...]:
    """What bars of this column are, for people."""
    return names(f"bars: {column.english}", f"条形：{column.chinese}")


def _drawn(report: Report) -> Column:
    marked = (column for column in report.columns if column.drawn)
    return next(marked, next(column for column in report.columns if column.kind not in (Kind.TEXT, Kind.LINE, Kind.ID)))


def _length(value: Any) -> float:
    number = value.ratio if isinstance(value, Rate) else value
    return max(0.0, float(number or 0))

"""A report as a picture: its own, or the plain one, a bar a row."""

from collections.abc import Sequence
from typing import Any

from voicebot.reports.forms.words import words
from voicebot.reports.plots import Plot, bars
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.stats import Rate


def plot_of(report: Report, figures: Any, rows: Sequence[Any]) -> Plot | None:
    """What to draw; None when there is nothing to draw."""
    return _plain(report, rows) if report.plot is None else report.plot(figures)


def _plain(report: Report, rows: Sequence[Any]) -> Plot | None:
    column = _drawn(report)
    before = report.columns[: report.columns.index(column)]  # what is behind it says more, and names nothing
    texts = [each for each in before if each.kind is Kind.TEXT]
    names = [" ".join(str(each.value(row)) for each in texts if each.value(row)) for row in rows]
    values = [column.value(row) for row in rows]
    lengths = [_length(value) for value in values]
    return bars(report.name, names, lengths, [words(v, column.kind_in(r)) for v, r in zip(values, rows, strict=True)])


def _drawn(report: Report) -> Column:
    marked = (column for column in report.columns if column.drawn)
    return next(marked, next(column for column in report.columns if column.kind is not Kind.TEXT))


def _length(value: Any) -> float:
    number = value.ratio if isinstance(value, Rate) else value
    return max(0.0, float(number or 0))

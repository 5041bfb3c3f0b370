"""A report as one HTML page that needs nothing else: its picture and its table. Everything in it is escaped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from voicebot.reports.forms.picture import plot_of
from voicebot.reports.forms.words import told, words
from voicebot.reports.language import names
from voicebot.reports.page import environment
from voicebot.reports.plots import as_svg
from voicebot.reports.shape import Column, Kind, Report


def as_page(report: Report, figures: Any, rows: Sequence[Any], selection: str, made_at: datetime) -> str:
    """The page; `selection`: what it is about, for people."""
    plot = plot_of(report, figures, rows)
    columns = [column for column in report.columns if not _empty(column, rows)]
    lines = [[words(told(column, row), column.kind_in(row)) for column in columns] for row in rows]
    return (
        environment()
        .get_template("figures.html")
        .render(
            report=report,
            selection=selection,
            made_at=made_at,
            plot=Markup(as_svg(plot)),
            says=plot.says if plot is not None else (),
            width_px=plot.page_px if plot is not None else 0,
            least_px=plot.least_px if plot is not None else 0,
            heads=[(names(column.english, column.chinese), _classes(column.kind)) for column in columns],
            lines=lines,
            summary=report.summary(figures) if report.summary is not None else (),
        )
    )


def _empty(column: Column, rows: Sequence[Any]) -> bool:
    """Of a figure that nobody asked for: no target, no gap."""
    return column.quiet and all(column.value(row) is None for row in rows)


def _classes(kind: Any) -> str:
    """Classes of a cell; of one that is set right, as figures are, none."""
    if kind in (Kind.LINE, Kind.ID):
        return "left whole"
    return "left" if kind in (Kind.TEXT, Kind.BINS, Kind.MIX) else ""

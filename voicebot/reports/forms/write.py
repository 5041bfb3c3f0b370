"""A report in the form that was asked for: text for the screen, or the bytes of a file."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from voicebot.errors import UsageError
from voicebot.reports.forms.files import as_csv, as_workbook
from voicebot.reports.forms.page import as_page
from voicebot.reports.forms.picture import plot_of
from voicebot.reports.forms.words import told
from voicebot.reports.language import Language, label, one, read_in
from voicebot.reports.plots import as_png
from voicebot.reports.shape import Report, grid

FORMS = ("table", "json", "csv", "xlsx", "html", "png")
BINARY = ("xlsx", "png")
"""Forms that are never written to a screen."""


def as_json(figures: Any) -> str:
    """Rows as a list of objects, one dataclass as an object; days in ISO 8601."""
    rows = isinstance(figures, tuple | list)
    plain = [dataclasses.asdict(row) for row in figures] if rows else dataclasses.asdict(figures)
    return json.dumps(plain, ensure_ascii=False, default=_plain)


def file_of(report: Report, figures: Any, form: str, selection: str) -> bytes:
    """The content of a file in one of FORMS but "table"; `selection`: what it is about, for people. Raises UsageError
    when there is nothing to draw."""
    if form == "json":
        return (as_json(figures) + "\n").encode()
    rows: Sequence[Any] = report.rows(figures)
    if form == "csv":
        with read_in(Language.ENGLISH):
            return as_csv(grid(report, rows)).encode()
    if form == "html":
        return as_page(report, figures, rows, selection, datetime.now(UTC)).encode()
    title = " · ".join(filter(None, (label(report.english, report.chinese), selection)))
    if form == "xlsx":
        return as_workbook(grid(report, rows, told), report.name, title)
    plot = plot_of(report, figures, rows)
    if plot is None:
        of = f" of {selection}" if selection else ""
        raise UsageError(f"report {report.name}: nothing to draw{of}: {one(*report.empty)}")
    return as_png(plot, title)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} does not fit into JSON")

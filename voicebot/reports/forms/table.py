"""A report as a table for the terminal, as far as it has room: every column is in the other forms."""

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from voicebot.reports.forms.words import words
from voicebot.reports.shape import Column, Kind, Report

LEFT = (Kind.TEXT, Kind.LINE, Kind.BINS, Kind.MIX)
UNBROKEN = (
    Kind.LINE,
    Kind.COUNT,
    Kind.RATIO,
    Kind.EXACT,
    Kind.RATE,
    Kind.BINS,
    Kind.MS,
    Kind.SECONDS,
    Kind.CHANGE,
    Kind.POINTS,
    Kind.MONEY,
)
MANY = 9
"""From so many columns on they stand close together."""
WIDE = 110
"""Characters from which there is room for wide columns."""


def table(report: Report, rows: Sequence[Any], width: int) -> Table:
    """The rows under English heads, for a terminal of so many characters."""
    columns = [column for column in report.columns if not _left_out(column, rows, width)]
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0 if len(columns) >= MANY else (0, 1))
    for column in columns:
        shown.add_column(
            column.english,
            justify="left" if column.kind in LEFT else "right",
            overflow="fold",
            no_wrap=column.kind in UNBROKEN,
        )
    for row in rows:
        shown.add_row(*(Text(words(column.value(row), column.kind_in(row))) for column in columns))
    return shown


def _left_out(column: Column, rows: Sequence[Any], width: int) -> bool:
    alike = column.quiet and len({str(column.value(row)) for row in rows}) <= 1
    return alike or (column.wide and width < WIDE)

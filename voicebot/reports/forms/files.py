"""A report as CSV for programs and as a workbook for people. No cell of either is ever taken for a formula.

In CSV an apostrophe stands before a text that would be one; in a workbook the cell is marked as text. Numbers stay
numbers.
"""

import csv
import io
import re
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from voicebot.reports.language import names
from voicebot.reports.shape import Grid, Kind, Value
from voicebot.understanding.csv_cells import harmless, is_formula

ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters that XML has no way to write."""
FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.RATIO: "0.0%",
    Kind.EXACT: "0.0%",
    Kind.POINTS: "+0.0%;-0.0%;0.0%",
    Kind.MS: "#,##0",
    Kind.SECONDS: "0.0",
    Kind.DURATION: "[h]:mm:ss",
    Kind.CHANCE: "0.0000",
    Kind.MONEY: "#,##0.00",
}
WIDE, NARROW = 28, 12
"""Widths of columns of text and of numbers, in characters."""
DAY_S = 86_400
"""Excel counts times in days."""
SHEET_NAME = 31
"""Excel takes no longer name of a sheet."""


def as_csv(grid: Grid) -> str:
    """The names for programs, then the lines; lines end with \\r\\n as RFC 4180 wants."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([head.key for head in grid.heads])
    writer.writerows([_safe(value) for value in line] for line in grid.lines)
    return target.getvalue()


def as_workbook(grid: Grid, name: str, title: str) -> bytes:
    """One sheet: the title, English and Chinese heads, the lines."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:SHEET_NAME])
    for place, head in enumerate(grid.heads, 1):
        text = head.kind in (Kind.TEXT, Kind.LINE, Kind.ID, Kind.BINS, Kind.MIX)
        sheet.column_dimensions[get_column_letter(place)].width = WIDE if text else NARROW
    sheet.freeze_panes = "A3"
    sheet.append([_cell(sheet, title, bold=True)])
    sheet.append(
        [_cell(sheet, "\n".join(names(head.english, head.chinese)), bold=True, wrap=True) for head in grid.heads]
    )
    for line in grid.lines:
        sheet.append([_cell(sheet, value, head.kind) for value, head in zip(line, grid.heads, strict=True)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _safe(value: Value) -> Value:
    return harmless(value) if isinstance(value, str) else value


def _cell(sheet: Any, value: Value, kind: Kind = Kind.TEXT, *, bold: bool = False, wrap: bool = False) -> Any:
    if isinstance(value, str):
        value = ILLEGAL.sub("", value)
    elif kind is Kind.DURATION and value is not None:
        value /= DAY_S
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes a text with = for a formula
        cell.quotePrefix = is_formula(value)  # and Excel, when somebody edits the cell
    elif kind in FORMATS:
        cell.number_format = FORMATS[kind]
    if bold:
        cell.font = Font(bold=True)
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell

"""The worksheet of a round as a workbook, with lists to choose from; and sheets of either kind as lines of cells."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineError, CalamineWorkbook

from voicebot.dialog.load_grading import GRADES
from voicebot.errors import InputFault
from voicebot.qa.reasons import GRADES_MEAN, REASONS
from voicebot.qa.sheet import COLUMNS, is_workbook
from voicebot.understanding.csv_cells import harmless, is_formula
from voicebot.understanding.csv_source import csv_rows, decoded

MAX_ROWS = 100_000
MAX_BYTES = 50_000_000
WIDTHS = {"id": 10, "recording": 24, "path": 30, "transcript": 90, "reasons": 24, "corrections": 28, "note": 36}


def write_sheet(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """`rows` with their heading to a .csv or .xlsx. Raises UsageError for another ending, OSError."""
    if is_workbook(path):
        _write_workbook(path, rows)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[harmless(cell) for cell in row] for row in rows])


def _write_workbook(path: Path, rows: Sequence[Sequence[str]]) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("review")
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"  # text: nothing that was said becomes a formula
            cell.quotePrefix = is_formula(text)  # not when somebody edits the cell either
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column, name in enumerate(COLUMNS, 1):
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(name, 12)
    sheet.freeze_panes = "A2"
    for name, choices in (("grade", GRADES), ("passed", ("yes", "no"))):
        letter = get_column_letter(COLUMNS.index(name) + 1)
        choice = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=True)
        choice.add(f"{letter}2:{letter}{len(rows) + 1}")
        sheet.add_data_validation(choice)
    told = book.create_sheet("grades and reasons")
    for name, meaning in (GRADES_MEAN | REASONS).items():
        told.append([name, meaning])
    told.column_dimensions["B"].width = 80
    book.save(path)


def sheet_lines(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines of a worksheet as (line, cells), the heading first. Raises InputFault for a file that is none."""
    if path.stat().st_size > MAX_BYTES:
        raise InputFault(f"{path}:1:1: more than {MAX_BYTES} bytes; that is no worksheet of a round")
    if not is_workbook(path):
        text = decoded(path.read_bytes(), str(path))
        yield from (
            (row.line, [cell.removeprefix("'") for cell in row.values]) for row in csv_rows(text, str(path), MAX_ROWS)
        )
        return
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        for line, row in enumerate(sheet.iter_rows(), 1):
            yield line, [_text(cell) for cell in row]
    except CalamineError as fault:
        raise InputFault(f"{path}:1:1: not a workbook: {fault}; save it as .xlsx or .csv") from fault


def _text(cell: object) -> str:
    """A cell as it was typed: whole numbers without their point, truths as yes and no."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)

"""Lists of leads as files: CSV in the encodings that Chinese offices use, and workbooks. Rows come singly, as texts.

What the cells mean is policy/list_columns.py's.
"""

import codecs
import csv
import datetime
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from voicebot.campaign.workbook import Sheet, iso, open_sheet
from voicebot.campaign.workbook_parts import MAX_CELL
from voicebot.errors import InputFault, UsageError

CHUNK = 1 << 20
DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8", "gb18030")


@dataclass(frozen=True)
class ListFile:
    """An open list. `rows`: line or row number as people count, and the cells; `share`: how much of it was read, 0 to
    1."""

    headings: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    share: Callable[[], float]


@contextmanager
def open_list(path: Path, sheet: str | None = None) -> Iterator[ListFile]:
    """The list in `path`: .csv, .txt, .tsv, .xlsx, .xlsm or .xls. Raises InputFault naming file and row, UsageError."""
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    kind = path.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        with open_sheet(path, sheet) as opened:
            yield _with_headings(path, opened)
        return
    if kind == ".xls":
        yield _with_headings(path, _old_workbook(path, sheet))
        return
    if kind not in (".csv", ".txt", ".tsv"):
        raise UsageError(f"{path}: not a list that is known; save it as CSV or XLSX")
    csv.field_size_limit(MAX_CELL)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=_encoding(path), newline="") as file:
        first = file.readline().removeprefix("\ufeff")
        delimiter = max(DELIMITERS, key=first.count)
        headings = tuple(next(csv.reader([first], delimiter=delimiter), []))
        if not any(heading.strip() for heading in headings):
            raise InputFault(f"{path}:1:1: the first line has no headings; it must name the columns")
        size = path.stat().st_size
        yield ListFile(headings, _csv_rows(path, csv.reader(file, delimiter=delimiter)), lambda: raw.tell() / size)


def _csv_rows(path: Path, reader: Any) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputFault(f"{path}:{reader.line_num + 1}:1: {error}; is a quotation mark left open?") from None
        if any(cells):
            yield reader.line_num + 1, cells


def _encoding(path: Path) -> str:
    """UTF-8 (a BOM is taken off later) or GB18030, whichever the whole file is. Raises InputFault."""
    for name in ENCODINGS:
        decoder = codecs.getincrementaldecoder(name)()
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    raise InputFault(f"{path}:1:1: neither UTF-8 nor GB18030; save it again as UTF-8")


def _old_workbook(path: Path, sheet: str | None) -> Sheet:
    """The binary format of Excel 97: at most 65,536 rows, so it may be in memory whole."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        if sheet is not None and sheet not in book.sheet_names:
            raise UsageError(f"{path} has no sheet {sheet!r}; it has {', '.join(book.sheet_names)}")
        if not book.sheet_names:
            raise InputFault(f"{path}: the workbook has no sheets")
        table = book.get_sheet_by_name(sheet or book.sheet_names[0])
        rows = enumerate(table.iter_rows(), start=1)
    except CalamineError as error:
        raise InputFault(f"{path}: not a workbook that can be read: {error}") from None
    read = 0

    def filled() -> Iterator[tuple[int, list[str]]]:
        nonlocal read
        for read, cells in rows:
            texts = [_text(cell) for cell in cells]
            if any(texts):
                yield read, texts

    return Sheet(filled(), lambda: read / (table.total_height + 1))


def _with_headings(path: Path, sheet: Sheet) -> ListFile:
    _, headings = next(sheet.rows, (0, []))
    if not headings:
        raise InputFault(f"{path}:1:1: the sheet is empty; its first row must name the columns")
    return ListFile(tuple(headings), sheet.rows, sheet.share)


def _text(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without .0, days as ISO dates."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return iso(cell)
    return "" if cell is None else str(cell)[:MAX_CELL]

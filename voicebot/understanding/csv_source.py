"""CSV that people save from spreadsheets: its text whatever the encoding, its rows with their lines. No schema here."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voicebot.understanding.yaml_source import Place

DELIMITERS = (",", "\t", ";")
"""Between the columns of files that spreadsheets of different countries write; the first where a line has none."""


@dataclass(frozen=True)
class CsvRow:
    """One row; `line` is its last line in the file, from one."""

    line: int
    values: tuple[str, ...]


def decoded(data: bytes, shown: str) -> str:
    """The text of a CSV file: UTF-8, with or without a byte order mark, UTF-16 with one, as Excel writes Unicode text,
    else GB18030, as Chinese spreadsheets write.

    Raises InputFault at the byte that is none of these; `shown` is the file's name in it.
    """
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            line = data[: fault.start].count(b"\n") + 1
            Place(shown, line, 1).fault("neither UTF-8 nor GB18030; save the file as UTF-8", "not-utf-8")


def rows_of(path: Path, max_bytes: int, max_rows: int) -> Iterator[CsvRow]:
    """The rows of a file. Raises InputFault as `decoded` and `csv_rows`, and for a file that is larger; OSError."""
    shown = str(path)
    with path.open("rb") as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        Place(shown, 1, 1).fault(f"more than {max_bytes} bytes; split the file", "file-too-large")
    return csv_rows(decoded(data, shown), shown, max_rows)


def by_heading(rows: Iterator[CsvRow], shown: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows behind the first, which has the headings: line, and cells by heading; a row may end early.

    Raises InputFault when there is not even a first row.
    """
    first = next(rows, None)
    if first is None:
        Place(shown, 1, 1).fault("the file is empty; its first row must name the columns", "bad-table")
    for row in rows:
        cells = dict(zip(first.values, row.values, strict=False))
        yield row.line, {heading: cells.get(heading, "") for heading in first.values if heading}


def csv_rows(text: str, shown: str, max_rows: int) -> Iterator[CsvRow]:
    """The rows that are not empty, values trimmed; between them the one of DELIMITERS that the first line has most of.
    Raises InputFault: no CSV, or more than `max_rows`."""
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    try:
        for values in reader:
            trimmed = tuple(value.strip() for value in values)
            if not any(trimmed):
                continue
            count += 1
            if count > max_rows:
                Place(shown, reader.line_num, 1).fault(f"more than {max_rows} rows; split the file", "file-too-large")
            yield CsvRow(reader.line_num, trimmed)
    except csv.Error as fault:
        Place(shown, reader.line_num, 1).fault(f"not CSV: {fault}", "bad-table")

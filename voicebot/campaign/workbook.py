"""A sheet of an XLSX workbook, row by row, as the texts that people read there; it is never in memory whole.

What a workbook is made of (parts, texts, styles) is workbook_parts.py's; lists as files are list_file.py's.
"""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from voicebot.campaign.workbook_parts import (
    MAX_CELL,
    Texts,
    date_styles,
    local_names,
    open_part,
    parts_of,
    read_texts,
    streaming_parser,
)
from voicebot.errors import InputFault

CHUNK = 1 << 16
MAX_COLUMNS = 16_384
"""As many as a sheet can have: XFD."""
REFERENCE = re.compile(r"([A-Z]{1,3})\d{1,7}")
DIGITS = "0123456789"
Cells = list[str]


@dataclass(frozen=True)
class Sheet:
    """An open sheet. `rows`: number as people count, and the cells, blank rows left out; `share`: how much of it was
    read, 0 to 1."""

    rows: Iterator[tuple[int, Cells]]
    share: Callable[[], float]


@contextmanager
def open_sheet(path: Path, name: str | None) -> Iterator[Sheet]:
    """The sheet of that name, the first for None. Raises InputFault naming file and row, UsageError for a name that is
    not there."""
    with _faults_of(path), ZipFile(path) as archive:
        parts = parts_of(archive, path, name)
        texts = read_texts(archive, parts.texts) if parts.texts else Texts()
        size = max(1, archive.getinfo(parts.sheet).file_size)
        with open_part(archive, parts.sheet) as stream:
            rows = _rows(stream, texts, _Meaning(date_styles(archive, parts.styles), parts.first_day))
            yield Sheet(_guarded(path, rows), lambda: stream.tell() / size)


def _guarded(path: Path, rows: Iterator[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    with _faults_of(path):
        yield from rows


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    try:
        yield
    except (BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
        raise InputFault(
            f"{path}: not a workbook that can be read: {error}; save it anew, without a password"
        ) from None
    except expat.ExpatError as error:
        raise InputFault(f"{path}: not a workbook that can be read: damaged XML, {error}; save it anew") from None


class _Meaning:
    """What a cell says: numbers as people type them, days as ISO dates. `dates`: styles that show a day or a time."""

    def __init__(self, dates: frozenset[str], first_day: datetime) -> None:
        self._dates, self._first_day = dates, first_day

    def number(self, text: str, style: str) -> str:
        """Whole numbers without .0 and never as 1.38E+10, since telephone numbers are kept so."""
        if style in self._dates:
            return self._moment(float(text))
        if text.isascii() and text.isdigit() and text[0] != "0":
            return text
        value = float(text)
        return str(int(value)) if value.is_integer() else str(value)

    def _moment(self, days: float) -> str:
        seconds = round(days * 86_400)
        if 0 <= seconds < 86_400:
            return str((datetime.min + timedelta(seconds=seconds)).time())
        try:
            return iso(self._first_day + timedelta(seconds=seconds))
        except OverflowError:
            return str(days)


def iso(moment: datetime) -> str:
    """A day as 2026-11-20; with a time of day that is not midnight as 2026-11-20 10:30:00."""
    day: date = moment.date()
    return day.isoformat() if moment == datetime(day.year, day.month, day.day) else str(moment)


def _rows(stream: IO[bytes], texts: Texts, meaning: _Meaning) -> Iterator[tuple[int, Cells]]:
    """The rows that have any text. A handler a kind of element, since a list has millions of them."""
    done: list[tuple[int, Cells]] = []
    fold = _Fold(texts, meaning, done)
    parser = streaming_parser()
    fold.listen(parser)
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
        yield from done
        done.clear()
    parser.Parse(b"", True)
    yield from done


class _Fold:
    """The events of one sheet's XML, folded into rows."""

    def __init__(self, texts: Texts, meaning: _Meaning, done: list[tuple[int, Cells]]) -> None:
        self._texts, self._meaning, self._done = texts, meaning, done
        self._columns: dict[str, int] = {}

    def listen(self, parser: expat.XMLParserType) -> None:
        """The first element tells by which prefix the sheet names its elements."""

        def first(name: str, _: Mapping[str, str]) -> None:
            parser.StartElementHandler, parser.EndElementHandler = self._handlers(parser, local_names(name))

        parser.StartElementHandler = first

    def _handlers(self, parser: expat.XMLParserType, named: Callable[[str], str]) -> tuple[Any, Any]:
        cell, value, inline, row_name, phonetic = map(named, ("c", "v", "t", "row", "rPh"))
        spoken = frozenset((value, inline))
        columns = self._columns
        pieces: list[str] = []
        keep = pieces.append
        row, column, kind, style, aside = 0, 0, "n", "", False
        cells: Cells = []

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal row, column, kind, style, cells, aside
            if name == cell:
                reference = attributes.get("r")
                if not reference:
                    column = len(cells)
                elif (known := columns.get(reference.rstrip(DIGITS))) is not None:
                    column = known
                else:
                    column = self._column(reference)
                kind, style = attributes.get("t", "n"), attributes.get("s", "")
            elif name in spoken:
                if not aside:
                    parser.CharacterDataHandler = keep
            elif name == row_name:
                row, cells = int(attributes.get("r", row + 1)), []
            elif name == phonetic:
                aside = True

        def end(name: str) -> None:
            nonlocal aside
            if name in spoken:
                parser.CharacterDataHandler = None
            elif name == cell:
                text = "".join(pieces)
                pieces.clear()
                if text:
                    text = self._text(kind, style, text, row)
                if column == len(cells):
                    cells.append(text)
                elif column < len(cells):
                    cells[column] = text
                else:
                    cells.extend([""] * (column - len(cells)))
                    cells.append(text)
            elif name == row_name and any(cells):
                self._done.append((row, cells))
            elif name == phonetic:
                aside = False

        return start, end

    def _text(self, kind: str, style: str, raw: str, row: int) -> str:
        try:
            if kind == "s":
                return self._texts[int(raw)]
            if kind == "n":
                return self._meaning.number(raw, style)
        except (ValueError, IndexError, OverflowError):
            raise ValueError(f"row {row}: a cell has {raw[:40]!r} for its value") from None
        if kind == "b":
            return "True" if raw == "1" else "False"
        return raw[:MAX_CELL]

    def _column(self, reference: str) -> int:
        """Of a column that is met for the first time."""
        letters = reference.rstrip(DIGITS)
        if not REFERENCE.fullmatch(reference):
            raise ValueError(f"a cell has {reference[:40]!r} for its place")
        known = 0
        for letter in letters:
            known = known * 26 + ord(letter) - ord("A") + 1
        if known > MAX_COLUMNS:
            raise ValueError(f"a cell stands in column {letters}, behind the last that a sheet can have")
        self._columns[letters] = known = known - 1
        return known

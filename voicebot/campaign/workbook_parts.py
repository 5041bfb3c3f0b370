"""What an XLSX workbook is made of: the part that is a sheet, its shared texts, and which styles show a day.

ECMA-376: part 1 section 18 (SpreadsheetML), part 2 (packages). How rows are read is workbook.py's.
"""

import posixpath
import re
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import ZipFile

from voicebot.errors import InputFault, UsageError

MAX_CELL = 10_000
"""Characters of a cell that are kept."""
CHUNK = 1 << 16
MAX_SMALL_PART = 16 << 20
"""Bytes of a part that is read whole: names of sheets, styles."""
MAX_TEXTS = 512 << 20
"""Bytes of the shared texts, which are kept while the sheet is read."""
BOMB_SIZE, BOMB_RATIO = 100 << 20, 200
"""A part that unpacks to more, and to so many times what it takes in the file, is no list: those come to 20 times."""
BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of formats that show a day or a time: section 18.8.30, with those of Chinese Excel."""
NO_LETTERS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
"""Of a format: quoted texts, single characters, colours and conditions."""
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)


@dataclass(frozen=True)
class Parts:
    """Names of the parts in the archive; empty: there is none. `first_day`: the day 0 of its dates."""

    sheet: str
    texts: str
    styles: str
    first_day: datetime


class Texts:
    """The shared texts of a workbook by number, in little more memory than their bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """The next one."""
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        """Raises IndexError."""
        if number < 0:
            raise IndexError(number)
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()


def parts_of(archive: ZipFile, path: Path, sheet: str | None) -> Parts:
    """Where the sheet of that name is, the first for None. Raises UsageError, InputFault, KeyError for a part that is
    missing, ExpatError."""
    book = _target(_related(archive, ""), "officeDocument") or "xl/workbook.xml"
    related = _related(archive, book)
    tree = _tree(archive, book)
    sheets: dict[str, str] = {}
    for one in tree.iter():
        if _local(one.tag) == "sheet":
            kind, target = related.get(_attribute(one, "id"), ("", ""))
            if kind == "worksheet":
                sheets[one.get("name", "")] = target
    if sheet is not None and sheet not in sheets:
        raise UsageError(f"{path} has no sheet {sheet!r}; it has {', '.join(sheets)}")
    if not sheets:
        raise InputFault(f"{path}: the workbook has no sheets")
    of_1904 = any(one.get("date1904") in ("1", "true") for one in tree.iter() if _local(one.tag) == "workbookPr")
    return Parts(
        sheets[sheet] if sheet is not None else next(iter(sheets.values())),
        _target(related, "sharedStrings"),
        _target(related, "styles"),
        EPOCH_1904 if of_1904 else EPOCH,
    )


def date_styles(archive: ZipFile, part: str) -> frozenset[str]:
    """Numbers of the styles, as cells name them, that show a day or a time."""
    if not part or part not in archive.namelist():
        return frozenset()
    tree = _tree(archive, part)
    custom = {one.get("numFmtId", ""): one.get("formatCode", "") for one in tree.iter() if _local(one.tag) == "numFmt"}
    formats: list[str] = []
    for one in tree.iter():
        if _local(one.tag) == "cellXfs":
            formats = [style.get("numFmtId", "0") for style in one]
    return frozenset(str(place) for place, number in enumerate(formats) if _shows_a_day(number, custom))


def _shows_a_day(number: str, custom: Mapping[str, str]) -> bool:
    if number in custom:
        return bool(re.search("[dmyhs]", NO_LETTERS.sub("", custom[number].lower().split(";")[0])))
    return number.isdigit() and int(number) in BUILT_IN_DATES


def read_texts(archive: ZipFile, part: str) -> Texts:
    """All shared texts. Raises InputFault for too much of them, ExpatError."""
    texts = Texts()
    if archive.getinfo(part).file_size > MAX_TEXTS:
        raise ValueError(f"its texts come to more than {MAX_TEXTS >> 20} MB")
    parser = streaming_parser()

    def first(name: str, _: Mapping[str, str]) -> None:
        parser.StartElementHandler, parser.EndElementHandler = _text_handlers(parser, local_names(name), texts)

    parser.StartElementHandler = first
    with open_part(archive, part) as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return texts


def _text_handlers(parser: expat.XMLParserType, named: Callable[[str], str], texts: Texts) -> tuple[Any, Any]:
    item, text, phonetic = map(named, ("si", "t", "rPh"))
    pieces: list[str] = []
    keep = pieces.append
    aside = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal aside
        if name == text:
            parser.CharacterDataHandler = None if aside else keep
        elif name == phonetic:  # how the text is spoken: not a part of it
            aside = True

    def end(name: str) -> None:
        nonlocal aside
        if name == text:
            parser.CharacterDataHandler = None
        elif name == item:
            texts.add("".join(pieces)[:MAX_CELL])
            pieces.clear()
        elif name == phonetic:
            aside = False

    return start, end


def open_part(archive: ZipFile, part: str) -> IO[bytes]:
    """The unpacked part as a stream. Raises ValueError for one that is packed to do harm, KeyError, BadZipFile."""
    found = archive.getinfo(part)
    if found.file_size > BOMB_SIZE and found.file_size > BOMB_RATIO * max(1, found.compress_size):
        raise ValueError(f"{part} unpacks to {found.file_size >> 20} MB, {BOMB_RATIO} times what it takes in the file")
    return archive.open(found)


def streaming_parser() -> expat.XMLParserType:
    """One that gives each text whole and takes no definitions of its own: workbooks have none, traps do."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = CHUNK

    def refuse(*_: object) -> None:
        raise ValueError("it has a DOCTYPE, which workbooks do not have")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def local_names(root: str) -> Callable[[str], str]:
    """How elements are named in a document whose first is named `root`: some programs write x:worksheet, x:row."""
    prefix, colon, _ = root.rpartition(":")
    return (prefix + colon).__add__


def _related(archive: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What `part` refers to, by id: the kind, and the name in the archive. Empty `part`: the package."""
    folder, name = posixpath.split(part)
    found = posixpath.join(folder, "_rels", f"{name}.rels")
    if found not in archive.namelist():
        return {}
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/" + folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in _tree(archive, found)
    }


def _target(related: Mapping[str, tuple[str, str]], kind: str) -> str:
    return next((target for one, target in related.values() if one == kind), "")


def _tree(archive: ZipFile, part: str) -> ElementTree.Element:
    if archive.getinfo(part).file_size > MAX_SMALL_PART:
        raise ValueError(f"{part} has more than {MAX_SMALL_PART >> 20} MB")
    text = archive.read(part)
    if b"<!DOCTYPE" in text:
        raise ValueError(f"{part} has a DOCTYPE, which workbooks do not have")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(f"{part}: damaged XML, {error}") from None


def _attribute(element: ElementTree.Element, local: str) -> str:
    """An attribute of another namespace, which strict and usual workbooks name differently."""
    return next((text for name, text in element.items() if name.startswith("{") and _local(name) == local), "")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]

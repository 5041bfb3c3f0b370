"""YAML 1.2 that people edit, read as a tree that knows line and column. Plain data only.

Anchors, aliases, tags and duplicate keys are refused, so no file can explode or run anything. No schema belongs here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from voicebot.errors import InputFault

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_VALUES = 100_000
"""Keys and values of one file; a script of 2,000 nodes has fewer."""
_UNSEEN = re.compile(
    "[^\\n\\r\\x20-\\x7e\\xa0-\\u200a\\u200c-\\u2027\\u202f-\\u205f\\u2070-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd"
    "\\U00010000-\\U0010ffff]"
)
"""What nobody sees in an editor: tabs and control characters, the line ends that only YAML 1.1 has (U+0085, U+2028,
U+2029), marks of zero width and of writing direction, halves of pairs."""


@dataclass(frozen=True)
class Place:
    """Where in a file: line and column count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def fault(self, message: str, code: str = "wrong-value") -> NoReturn:
        """Raise InputFault with this place before the message; `code` has a page in docs/check."""
        raise InputFault(f"{self}: {message}", code, (self.file, self.line, self.column))


@dataclass(frozen=True)
class Scalar:
    """One value as written. `block`: a literal `|` text, whose first line is the one after `place`."""

    text: str
    place: Place
    plain: bool = True
    block: bool = False


@dataclass(frozen=True)
class Items:
    """A list."""

    values: tuple["Tree", ...]
    place: Place


@dataclass(frozen=True)
class Fields:
    """A mapping. `keys` gives the place of each key."""

    values: dict[str, "Tree"]
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)


Tree = Scalar | Items | Fields


def read_bytes(path: Path) -> bytes:
    """What a file holds. Raises InputFault: missing, no plain file, too large. Never reads more than the limit."""
    shown = str(path)
    top = Place(shown, 1, 1)
    try:
        if path.exists() and not path.is_file():
            top.fault("is not a plain file; give the path of a file", "unreadable-file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                size = path.stat().st_size
                top.fault(f"{size} bytes, the limit is {MAX_BYTES}; split the file", "file-too-large")
    except OSError as error:
        top.fault(f"cannot be read ({error.strerror}); check the path", "unreadable-file")
    return data


def read_source(path: Path) -> tuple[str, str]:
    """The text of a file and the name to show for it. Raises InputFault as `read_bytes`, and for what is not UTF-8."""
    data, shown = read_bytes(path), str(path)
    try:
        return data.decode("utf-8-sig"), shown
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        Place(shown, line, column).fault("not UTF-8; save the file as UTF-8", "not-utf-8")


def parse(text: str, shown: str) -> Tree:
    """The tree of the one document in `text`; `shown` is the file's name in places.

    The parser is libyaml, in C. It speaks YAML 1.1, but what 1.1 reads otherwise than 1.2 are values (`yes`, `012`),
    which stay text here, and line ends, which are refused. Raises InputFault on anything that is not plain data.
    """
    _refuse_unseen(text, shown)
    try:
        return _Builder(iter(yaml.parse(text, Loader=yaml.CSafeLoader)), shown).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown, 1, 1)
        problem = str(error.problem or error.context)
        hint = "; put a text with braces in quotes" if "," in problem else ""
        at.fault(f"not YAML: {problem}{hint}", "not-yaml")


def _refuse_unseen(text: str, shown: str) -> None:
    found = _UNSEEN.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        at = Place(shown, line, column)
        if found[0] == "\t":
            at.fault("a tab; write spaces", "tab")
        at.fault(f"the character U+{ord(found[0]):04X} does not belong in a text; remove it", "control-character")


class _Builder:
    """Parse events to a tree."""

    def __init__(self, events: Iterator[Any], shown: str) -> None:
        self._events = events
        self._shown = shown
        self._left = MAX_VALUES

    def document(self) -> Tree:
        tree: Tree | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if tree is not None:
                    self._place(event).fault("a second document; one file holds one", "not-yaml")
                tree = self._tree(next(self._events), 0)
        if tree is None:
            Place(self._shown, 1, 1).fault("the file is empty", "not-yaml")
        return tree

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self._shown, mark.line + 1, mark.column + 1)

    def _tree(self, event: Any, depth: int) -> Tree:
        place = self._place(event)
        if event.anchor is not None:  # an alias has the anchor that it means
            place.fault("anchors and aliases are not allowed; write the value out", "anchor")
        if event.tag not in (None, "!"):
            place.fault(f"the tag {event.tag} is not allowed; only plain values are", "tag")
        if depth > MAX_DEPTH:
            place.fault(f"nested deeper than {MAX_DEPTH} levels", "too-deep")
        self._left -= 1
        if self._left < 0:
            place.fault(f"more than {MAX_VALUES} values; split the file", "file-too-large")
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return Scalar(event.value, place, plain=event.implicit[0], block=event.style == "|")
        if kind is yaml.SequenceStartEvent:
            return Items(tuple(self._until(yaml.SequenceEndEvent, depth)), place)
        return self._fields(place, depth)

    def _until(self, end: type, depth: int) -> Iterator[Tree]:
        while type(event := next(self._events)) is not end:
            yield self._tree(event, depth + 1)

    def _fields(self, place: Place, depth: int) -> Fields:
        values: dict[str, Tree] = {}
        keys: dict[str, Place] = {}
        pairs = self._until(yaml.MappingEndEvent, depth)
        for key in pairs:
            if not isinstance(key, Scalar):
                key.place.fault("a key must be a plain name", "not-yaml")
            if key.text in values:
                first = keys[key.text].line
                key.place.fault(f"the key {key.text!r} stands twice, first in line {first}", "duplicate-key")
            keys[key.text] = key.place
            values[key.text] = next(pairs)
        return Fields(values, place, keys)

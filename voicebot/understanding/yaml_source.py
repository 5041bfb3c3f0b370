"""YAML 1.2 that people edit, read as a tree that knows line and column. Plain data only.

Anchors, aliases, tags and duplicate keys are refused, so no file can explode or run anything. No schema belongs here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from voicebot.errors import InputFault

MAX_BYTES = 1_000_000
MAX_DEPTH = 16


@dataclass(frozen=True)
class Place:
    """Where in a file: line and column count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def fault(self, message: str) -> NoReturn:
        """Raise InputFault with this place before the message."""
        raise InputFault(f"{self}: {message}")


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


def read_source(path: Path) -> tuple[str, str]:
    """The text of a file and the name to show for it.

    Raises InputFault: missing, too large, not UTF-8.
    """
    shown = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputFault(f"{shown}:1:1: cannot be read ({error.strerror}); check the path") from None
    if len(data) > MAX_BYTES:
        raise InputFault(f"{shown}:1:1: {len(data)} bytes, the limit is {MAX_BYTES}; split the file")
    try:
        return data.decode("utf-8-sig"), shown
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise InputFault(f"{shown}:{line}:{column}: not UTF-8; save the file as UTF-8") from None


def parse(text: str, shown: str) -> Tree:
    """The tree of the one document in `text`; `shown` is the file's name in places.

    Raises InputFault on anything that is not plain data.
    """
    try:
        return _Builder(iter(YAML(typ="safe", pure=True).parse(text)), shown).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown, 1, 1)
        hint = "; put a text with braces in quotes" if "{" in str(error.problem) else ""
        at.fault(f"not YAML: {error.problem or error.context}{hint}")
    except YAMLError as error:
        Place(shown, 1, 1).fault(f"not YAML: {str(error).splitlines()[0]}; look for control characters")


class _Builder:
    """Parse events to a tree."""

    def __init__(self, events: Iterator[Any], shown: str) -> None:
        self._events = events
        self._shown = shown

    def document(self) -> Tree:
        tree: Tree | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if tree is not None:
                    self._place(event).fault("a second document; one file holds one")
                tree = self._tree(next(self._events), 0)
        if tree is None:
            raise InputFault(f"{self._shown}:1:1: the file is empty")
        return tree

    def _place(self, event: Any) -> Place:
        return Place(self._shown, event.start_mark.line + 1, event.start_mark.column + 1)

    def _tree(self, event: Any, depth: int) -> Tree:
        place = self._place(event)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            place.fault("anchors and aliases are not allowed; write the value out")
        if getattr(event, "ctag", None) and event.tag and event.tag != "!":
            place.fault(f"the tag {event.tag} is not allowed; only plain values are")
        if depth > MAX_DEPTH:
            place.fault(f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, ScalarEvent):
            return Scalar(event.value, place, plain=bool(event.implicit[0]), block=event.style == "|")
        if isinstance(event, SequenceStartEvent):
            return Items(tuple(self._until(SequenceEndEvent, depth)), place)
        assert isinstance(event, MappingStartEvent), event
        return self._fields(place, depth)

    def _until(self, end: type, depth: int) -> Iterator[Tree]:
        while not isinstance(event := next(self._events), end):
            yield self._tree(event, depth + 1)

    def _fields(self, place: Place, depth: int) -> Fields:
        values: dict[str, Tree] = {}
        keys: dict[str, Place] = {}
        pairs = self._until(MappingEndEvent, depth)
        for key in pairs:
            if not isinstance(key, Scalar):
                key.place.fault("a key must be a plain name")
            if key.text in values:
                key.place.fault(f"the key {key.text!r} stands twice, first in line {keys[key.text].line}")
            keys[key.text] = key.place
            values[key.text] = next(pairs)
        return Fields(values, place, keys)

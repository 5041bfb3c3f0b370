"""Takes the fields of YAML mappings by name and kind, and refuses what nobody took; faults with places and suggestions.

What the fields mean is the reader's caller's.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NoReturn, TypeVar

from voicebot.errors import InputFault
from voicebot.understanding.yaml_source import Fields, Items, Place, Scalar, Tree

T = TypeVar("T")
MAX_FAULTS = 100
"""More are not told of one file."""
MAX_TEXT_CHARS = 2_000
"""Of one value; nobody says more in one breath."""
_WHOLE = re.compile(r"-?[0-9]{1,12}")
MISSPELT = 0.65
"""How like a missing key a key must be to be taken for it, 0 to 1."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` or, without a near name, the names that exist."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known) or 'none'}"


class Faults:
    """What is wrong with a file, collected, so that reading goes on after a fault and all of them can be told.

    `lost`: something was left out of what was read, so that names may seem to be missing.
    """

    def __init__(self, shown: str) -> None:
        """`shown`: the file whose faults come before those of its parts."""
        self._shown = shown
        self._found: dict[tuple[str, int, int], InputFault] = {}
        self.lost = False

    @contextmanager
    def kept(self, lost: bool = True) -> Iterator[None]:
        """An InputFault ends only the block; what the block reads is then `lost`."""
        try:
            yield
        except InputFault as fault:
            self.lost = self.lost or lost
            self.add(fault)

    def add(self, fault: InputFault) -> None:
        """One more; of several at one place the first is kept."""
        if len(self._found) < MAX_FAULTS:
            self._found.setdefault(fault.at, fault)

    def raise_found(self) -> None:
        """Raise InputFault, the first in the file with all others behind it; nothing when there are none."""
        found = sorted(self._found.values(), key=lambda fault: (fault.at[0] != self._shown, fault.at))
        if found:
            raise InputFault(str(found[0]), found[0].code, found[0].at, tuple(found[1:]))


class Reader:
    """Takes the fields of one mapping by name; `done` refuses what nobody took.

    With `faults` a broken item of a list or mapping is left out and noted; without, the first fault is raised.
    """

    def __init__(self, tree: Tree, what: str, faults: Faults | None = None) -> None:
        if not isinstance(tree, Fields):
            tree.place.fault(f"{what} must be a mapping of names to values")
        self.faults = faults
        self.dropped: set[str] = set()
        """Keys of lists of which a broken item was left out."""
        self._fields = tree
        self._left = dict(tree.values)
        self._asked: set[str] = set()
        self.what = what
        self.place = tree.place

    def take(self, key: str) -> Tree | None:
        """The value of `key`, None when it is not there."""
        self._asked.add(key)
        return self._left.pop(key, None)

    def at(self, key: str) -> Place:
        """Where `key` stands; the mapping's own place when it is absent."""
        return self._fields.keys.get(key, self.place)

    def has(self, key: str) -> bool:
        return key in self._fields.values

    def needs(self, keys: Iterable[str], message: str) -> NoReturn:
        """Raise InputFault, since none of `keys` is there; at the key that is one of them misspelt, if there is any."""
        for key in keys:
            for near in difflib.get_close_matches(key, self._left, n=1, cutoff=MISSPELT):
                self.at(near).fault(f"{self.what} has no {near!r}; did you mean {key!r}?", "unknown-key")
        self.place.fault(message, "missing-key")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that must be there unless a default is given; never empty when required."""
        tree = self.take(key)
        if tree is None:
            if default is None:
                self.needs((key,), f"{self.what} needs {key!r}")
            return default
        return text_of(tree, f"{key!r} of {self.what}")

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of them; empty when absent."""
        return tuple(text for text, _ in self.placed_texts(key))

    def placed_texts(self, key: str) -> tuple[tuple[str, Place], ...]:
        """One text or a list of them, each with its place; empty when absent."""
        tree = self.take(key)
        if tree is None:
            return ()
        many = tree.values if isinstance(tree, Items) else (tree,)
        return tuple((text_of(one, f"{key!r} of {self.what}"), one.place) for one in many)

    def integer(self, key: str, default: int, least: int = 0, most: int = 10_000_000) -> int:
        """A whole number within bounds."""
        tree = self.take(key)
        return default if tree is None else integer_of(tree, f"{key!r} of {self.what}", least, most)

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        tree = self.take(key)
        if tree is None:
            return default
        text = tree.text if isinstance(tree, Scalar) and tree.plain else ""
        if text not in ("true", "false"):
            tree.place.fault(f"{key!r} of {self.what} is not true or false")
        return text == "true"

    def word(self, key: str, allowed: Iterable[str], default: str) -> str:
        """One of the allowed words."""
        tree = self.take(key)
        if tree is None:
            return default
        text = text_of(tree, f"{key!r} of {self.what}")
        if text not in (allowed := tuple(allowed)):
            tree.place.fault(f"{key!r} of {self.what} is {text!r}{suggestion(text, allowed)}")
        return text

    def items(self, key: str) -> tuple[Tree, ...]:
        """A list; empty when absent."""
        tree = self.take(key)
        if tree is None:
            return ()
        if not isinstance(tree, Items):
            tree.place.fault(f"{key!r} of {self.what} must be a list")
        return tree.values

    def mapping(self, key: str) -> dict[str, Tree]:
        """A mapping; empty when absent."""
        tree = self.take(key)
        if tree is None:
            return {}
        if not isinstance(tree, Fields):
            tree.place.fault(f"{key!r} of {self.what} must be a mapping")
        return dict(tree.values)

    def sub(self, key: str) -> "Reader | None":
        """A reader of the mapping under `key`."""
        tree = self.take(key)
        return None if tree is None else Reader(tree, f"{key!r} of {self.what}", self.faults)

    def subs(self, key: str, kind: str) -> dict[str, "Reader"]:
        """A reader of every mapping under `key`, by name; its place is its name's."""
        tree = self.take(key)
        if tree is None:
            return {}
        if not isinstance(tree, Fields):
            tree.place.fault(f"{key!r} of {self.what} must be a mapping")
        readers: dict[str, Reader] = {}
        for name, one in tree.values.items():
            with self.kept():
                readers[name] = Reader(one, f"{kind} {name!r}", self.faults)
                readers[name].place = tree.keys[name]
        return readers

    def named(
        self,
        key: str,
        kind: str,
        read: Callable[[str, "Reader"], T],
        instead: Callable[[str, Place], T] | None = None,
    ) -> dict[str, T]:
        """Every mapping under `key`, by name, read by `read`; a broken one is `instead`, so that its name exists."""
        found: dict[str, T] = {}
        for name, tree in self.mapping(key).items():
            place = self._fields.values[key].keys[name]  # type: ignore[union-attr]
            with self.kept():
                reader = Reader(tree, f"{kind} {name!r}", self.faults)
                reader.place = place
                found[name] = read(name, reader)
            if name not in found and instead is not None:
                found[name] = instead(name, place)
        return found

    def each(self, key: str, read: Callable[["Reader"], Any], what: str) -> tuple[Any, ...]:
        """Every mapping of a list, read by `read` to its last field."""
        items, found = self.items(key), []
        for item in items:
            with self.kept():
                found.append(read_all(item, what, read, self.faults))
        if len(found) < len(items):
            self.dropped.add(key)
        return tuple(found)

    def kept(self, lost: bool = True) -> AbstractContextManager[None]:
        """With `faults`, an InputFault ends only the block; without, this does nothing."""
        return self.faults.kept(lost) if self.faults is not None else nullcontext()

    def done(self) -> None:
        """Refuse every key that nobody took. Raises InputFault at the first when there is no `faults`."""
        for key in self._left:
            with self.kept(lost=False):
                self.at(key).fault(f"{self.what} has no {key!r}{suggestion(key, self._asked)}", "unknown-key")


def read_all(tree: Tree, what: str, read: Callable[[Reader], T], faults: Faults | None = None) -> T:
    """`read` over the fields of `tree`, and nothing may be left over."""
    reader = Reader(tree, what, faults)
    value = read(reader)
    reader.done()
    return value


def text_of(tree: Tree, what: str) -> str:
    """A scalar as text, never empty."""
    if not isinstance(tree, Scalar):
        tree.place.fault(f"{what} must be one text")
    text = tree.text.strip()
    if not text:
        tree.place.fault(f"{what} is empty", "missing-value")
    if len(text) > MAX_TEXT_CHARS:
        tree.place.fault(f"{what} has {len(text)} characters, the limit is {MAX_TEXT_CHARS}; shorten it", "too-long")
    return text


def integer_of(tree: Tree, what: str, least: int, most: int) -> int:
    """A scalar as a whole number within bounds."""
    text = tree.text if isinstance(tree, Scalar) and tree.plain else ""
    if not _WHOLE.fullmatch(text):
        tree.place.fault(f"{what} is not a whole number")
    if not least <= int(text) <= most:
        tree.place.fault(f"{what} is {text}; it must be from {least} to {most}")
    return int(text)

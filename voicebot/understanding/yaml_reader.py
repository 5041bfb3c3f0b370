"""Takes the fields of YAML mappings by name and kind, and refuses what nobody took; faults with places and suggestions.

What the fields mean is the reader's caller's.
"""

import difflib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from voicebot.understanding.yaml_source import Fields, Items, Place, Scalar, Tree

T = TypeVar("T")


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` or, without a near name, the names that exist."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known) or 'none'}"


class Reader:
    """Takes the fields of one mapping by name; `done` refuses what nobody took."""

    def __init__(self, tree: Tree, what: str) -> None:
        if not isinstance(tree, Fields):
            tree.place.fault(f"{what} must be a mapping of names to values")
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

    def text(self, key: str, default: str | None = None) -> str:
        """A text that must be there unless a default is given; never empty when required."""
        tree = self.take(key)
        if tree is None:
            if default is None:
                self.place.fault(f"{self.what} needs {key!r}")
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
        return None if tree is None else Reader(tree, f"{key!r} of {self.what}")

    def subs(self, key: str, kind: str) -> dict[str, "Reader"]:
        """A reader of every mapping under `key`, by name; its place is its name's."""
        tree = self.take(key)
        if tree is None:
            return {}
        if not isinstance(tree, Fields):
            tree.place.fault(f"{key!r} of {self.what} must be a mapping")
        readers = {name: Reader(one, f"{kind} {name!r}") for name, one in tree.values.items()}
        for name, reader in readers.items():
            reader.place = tree.keys[name]
        return readers

    def each(self, key: str, read: Callable[["Reader"], Any], what: str) -> tuple[Any, ...]:
        """Every mapping of a list, read by `read` to its last field."""
        return tuple(read_all(item, what, read) for item in self.items(key))

    def done(self) -> None:
        """Raise InputFault at the first key that nobody took."""
        for key in self._left:
            self.at(key).fault(f"{self.what} has no {key!r}{suggestion(key, self._asked)}")


def read_all(tree: Tree, what: str, read: Callable[[Reader], T]) -> T:
    """`read` over the fields of `tree`, and nothing may be left over."""
    reader = Reader(tree, what)
    value = read(reader)
    reader.done()
    return value


def text_of(tree: Tree, what: str) -> str:
    """A scalar as text, never empty."""
    if not isinstance(tree, Scalar):
        tree.place.fault(f"{what} must be one text")
    if not tree.text.strip():
        tree.place.fault(f"{what} is empty")
    return tree.text.strip()


def integer_of(tree: Tree, what: str, least: int, most: int) -> int:
    """A scalar as a whole number within bounds."""
    text = tree.text if isinstance(tree, Scalar) and tree.plain else ""
    if not text.removeprefix("-").isdecimal():
        tree.place.fault(f"{what} is not a whole number")
    if not least <= int(text) <= most:
        tree.place.fault(f"{what} is {text}; it must be from {least} to {most}")
    return int(text)

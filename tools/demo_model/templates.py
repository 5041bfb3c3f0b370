"""The template language of text/*.txt: parsing and expansion into sentences. Pure but for reading those files.

`*2 (我|)在<capital>(的|)`: weight, alternatives (empty allowed), members of a class; literal text between.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Spoken = Callable[[random.Random], str]
Classes = Mapping[str, tuple[str, ...] | Spoken]
"""Members of a class, or what makes one: numbers, times."""

_CLASS = re.compile(r"<(\w+)>")
_PART = re.compile(r"\(([^()]*)\)")
_SPOKEN_CLASS_SIZE = 1000  # as good as infinite when counting a template's expansions
_DRAWS_PER_SENTENCE = 4  # draws allowed for each wanted sentence before duplicates end the search


@dataclass(frozen=True)
class Template:
    """One line: its parts are tuples of alternatives, each with its class references still in it."""

    source: str
    weight: float
    parts: tuple[tuple[str, ...], ...]


def read_lines(path: Path) -> list[tuple[int, str]]:
    """Numbered lines without comments and blanks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(at, line.strip()) for at, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]


def parse(line: str, source: str) -> Template:
    """One template line. Raises ValueError naming the source for unbalanced brackets."""
    weight, text = 1.0, line
    if line.startswith("*"):
        mark, text = line[1:].split(" ", 1)
        weight = float(mark)
    pieces = _PART.split(text)  # literal, alternatives, literal, ...
    if any(bracket in piece for piece in pieces for bracket in "()"):
        raise ValueError(f"{source}: unbalanced brackets in {line!r}")
    parts = [tuple(piece.split("|")) if at % 2 else (piece,) for at, piece in enumerate(pieces) if at % 2 or piece]
    return Template(source, weight, tuple(parts))


def read_classes(path: Path) -> dict[str, tuple[str, ...]]:
    """`name: member member ...` lines; `_` is a space in a member."""
    classes = {}
    for _, line in read_lines(path):
        name, members = line.split(":", 1)
        classes[name] = tuple(member.replace("_", " ") for member in members.split())
    return classes


def read_templates(paths: Iterable[Path]) -> list[Template]:
    return [parse(line, f"{path.stem}:{at}") for path in paths for at, line in read_lines(path)]


def size(template: Template, classes: Classes) -> int:
    """How many expansions there are, counting a class made by code as very many."""

    def alternatives(text: str) -> int:
        found = [classes[name] for name in _CLASS.findall(text)]
        return math.prod(_SPOKEN_CLASS_SIZE if callable(one) else len(one) for one in found)

    return math.prod(sum(alternatives(text) for text in part) for part in template.parts)


def expand(template: Template, classes: Classes, rng: random.Random, limit: int) -> list[str]:
    """All expansions when there are at most `limit`, else a random choice of `limit`; sorted, without repeats."""
    if size(template, classes) <= limit:
        parts = [[full for text in part for full in _every(text, classes)] for part in template.parts]
        found = {_joined(choice) for choice in itertools.product(*parts)}
    else:
        found = set()
        for _ in range(limit * _DRAWS_PER_SENTENCE):
            found.add(_joined(fill(rng.choice(part), classes, rng) for part in template.parts))
            if len(found) == limit:
                break
    return sorted(found - {""})


def fill(text: str, classes: Classes, rng: random.Random) -> str:
    """Each class reference replaced by one member. Raises KeyError for a class that is not there."""

    def member(reference: re.Match[str]) -> str:
        found = classes[reference[1]]
        return found(rng) if callable(found) else rng.choice(found)

    return _CLASS.sub(member, text)


def _every(text: str, classes: Classes) -> list[str]:
    pieces = _CLASS.split(text)  # literal, class, literal, ...
    choices = [_members(classes[piece]) if at % 2 else (piece,) for at, piece in enumerate(pieces)]
    return ["".join(choice) for choice in itertools.product(*choices)]


def _members(found: tuple[str, ...] | Spoken) -> tuple[str, ...]:
    assert not callable(found), "too many to expand"
    return found


def _joined(parts: Iterable[str]) -> str:
    """One sentence of its parts; empty alternatives leave no space behind."""
    return " ".join("".join(parts).split())

"""The template language of text/*.txt: parsing and expansion into sentences. Pure but for reading those files.

`*2 (我|)在<capital>(的|)`: weight, alternatives (empty allowed), members of a class; literal text between.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.demo_model.readings import SPOKEN_CLASSES

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
    """`name: member member ...` lines."""
    classes = {}
    for _, line in read_lines(path):
        name, members = line.split(":", 1)
        classes[name] = tuple(members.split())
    return classes


def read_templates(paths: Iterable[Path]) -> list[Template]:
    return [parse(line, f"{path.stem}:{at}") for path in paths for at, line in read_lines(path)]


def size(template: Template, classes: Mapping[str, tuple[str, ...]]) -> int:
    """How many expansions there are, counting a class made by code as very many."""

    def alternatives(text: str) -> int:
        return math.prod(len(classes.get(name, ())) or _SPOKEN_CLASS_SIZE for name in _CLASS.findall(text))

    return math.prod(sum(alternatives(text) for text in part) for part in template.parts)


def expand(template: Template, classes: Mapping[str, tuple[str, ...]], rng: random.Random, limit: int) -> list[str]:
    """All expansions when there are at most `limit`, else a random choice of `limit`; sorted, without repeats."""
    if size(template, classes) <= limit:
        parts = [[full for text in part for full in _every(text, classes)] for part in template.parts]
        found = {"".join(choice) for choice in itertools.product(*parts)}
    else:
        found = set()
        for _ in range(limit * _DRAWS_PER_SENTENCE):
            found.add("".join(fill(rng.choice(part), classes, rng) for part in template.parts))
            if len(found) == limit:
                break
    return sorted(found - {""})


def fill(text: str, classes: Mapping[str, tuple[str, ...]], rng: random.Random) -> str:
    """Each class reference replaced by one member. Raises KeyError for a class that is not there."""

    def member(reference: re.Match[str]) -> str:
        name = reference[1]
        return SPOKEN_CLASSES[name](rng) if name in SPOKEN_CLASSES else rng.choice(classes[name])

    return _CLASS.sub(member, text)


def _every(text: str, classes: Mapping[str, tuple[str, ...]]) -> list[str]:
    pieces = _CLASS.split(text)  # literal, class, literal, ...
    choices = [classes[piece] if at % 2 else (piece,) for at, piece in enumerate(pieces)]
    return ["".join(choice) for choice in itertools.product(*choices)]

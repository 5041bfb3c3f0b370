"""A report as a table for the terminal. What has no room is left out and named: no figure and no name is ever cut.

How a value reads is words.py's; every column is in the other forms.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from voicebot.reports.forms.words import short, told
from voicebot.reports.language import one, plain
from voicebot.reports.shape import Column, Kind, Report

LEFT = (Kind.TEXT, Kind.LINE, Kind.ID, Kind.BINS, Kind.MIX)
MANY = 9
"""From so many columns on they stand close together."""
WORD = 24
"""A longer word of a text may be broken."""
HEAD = 8
"""Cells that a Chinese head has in one line; a character takes two."""
UNSPACED = re.compile(r"[^\s\u2e80-\uffef]+")
"""What is never broken in a text: Chinese may be, between any two characters."""
PARTS = ", "
"""Between the parts of a mix; each stands on a line of its own where a line has no room for all."""


@dataclass(frozen=True)
class _Shown:
    """A column with its head and cells. `natural`: characters that it takes without any break, `least`: with all that
    it may have."""

    column: Column
    head: str
    cells: tuple[str, ...]
    natural: int
    least: int


def table(report: Report, rows: Sequence[Any], width: int) -> Table:
    """The rows for a terminal of so many characters, under heads in one language; below them what was left out."""
    columns = [_shown(column, rows) for column in report.columns if not _not_here(column, rows)]
    chosen = _with_room(columns, width)
    padding = int(len(chosen) < MANY and _whole([each.natural for each in chosen], 1) <= width)
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, padding))
    for each, characters in zip(chosen, _widths(chosen, width, padding), strict=True):
        left = each.column.kind in LEFT
        made.add_column(each.head, justify="left" if left else "right", width=characters, overflow="fold")
    fitted = [_fitted(each, column.width or 0) for each, column in zip(chosen, made.columns, strict=True)]
    for line in zip(*fitted, strict=True):
        made.add_row(*map(Text, line))
    missing = [_named(each.column) for each in columns if each not in chosen]
    if missing:
        left_out = one(", ", "、").join(missing)
        made.caption = Text(
            one(
                f"no room for: {left_out}; a wider terminal or another --format has them",
                f"屏幕宽度不够，未显示：{left_out}；请加宽终端或用 --format 输出其他格式",
            )
        )
        made.caption_justify = "left"
    return made


def _not_here(column: Column, rows: Sequence[Any]) -> bool:
    return column.off_screen or (column.quiet and len({str(column.value(row)) for row in rows}) <= 1)


def _shown(column: Column, rows: Sequence[Any]) -> _Shown:
    cells = tuple(short(told(column, row, one), column.kind_in(row)) for row in rows)
    text = one(column.english, _broken(column.chinese))
    head = max((cell_len(line) for line in text.split("\n")), default=0)
    natural = max((cell_len(line) for cell in cells for line in cell.split("\n")), default=0)
    least = natural
    if column.kind is Kind.TEXT:
        least = max((min(WORD, len(word)) for cell in cells for word in UNSPACED.findall(cell)), default=0)
    elif column.kind is Kind.MIX:
        least = max((cell_len(part) for cell in cells for part in cell.split(PARTS)), default=0)
    return _Shown(column, text, cells, max(head, natural), max(head, least))


def _with_room(columns: list[_Shown], width: int) -> list[_Shown]:
    """As many as stand beside each other at their least; those that are marked as wide go first, the last before the
    others. The first column stays whatever the terminal."""
    chosen = list(columns)
    while len(chosen) > 1 and _whole([each.least for each in chosen], 0) > width:
        wide = [each for each in chosen[1:] if each.column.wide]
        chosen.remove((wide or chosen)[-1])
    return chosen


def _whole(widths: Sequence[int], padding: int) -> int:
    """Characters of a line: between two columns a space and their padding, a space at each end."""
    return sum(widths) + (len(widths) - 1) * (1 + 2 * padding) + 2


def _widths(chosen: Sequence[_Shown], width: int, padding: int) -> list[int]:
    """Natural widths; where they are too many, a character at a time is taken from the widest that may be broken."""
    widths = [each.natural for each in chosen]
    while _whole(widths, padding) > width:
        left = [(size, place) for place, size in enumerate(widths) if size > chosen[place].least]
        if not left:
            break
        widths[max(left)[1]] -= 1
    return widths


def _fitted(each: _Shown, width: int) -> list[str]:
    if each.column.kind is not Kind.MIX or width >= each.natural:
        return list(each.cells)
    return [cell.replace(PARTS, "\n") for cell in each.cells]


def _named(column: Column) -> str:
    """As its head reads in one line."""
    return plain(one(column.english, column.chinese)) or column.key


def _broken(chinese: str) -> str:
    """A long Chinese head in two lines: as it was declared, at its last space, or in the middle."""
    if "\n" in chinese or cell_len(chinese) <= HEAD:
        return chinese
    if " " in chinese:
        return "\n".join(chinese.rsplit(" ", 1))
    half = next(place for place in range(len(chinese)) if 2 * cell_len(chinese[:place]) >= cell_len(chinese))
    return f"{chinese[:half]}\n{chinese[half:]}"

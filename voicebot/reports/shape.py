"""What a report is to those who show it: its name, its function, its columns, its picture. One declaration a report.

How rows become a table, CSV, a workbook, a page or a picture is in forms/; the figures themselves are elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import Any

from voicebot.reports.language import Bilingual
from voicebot.reports.only import Only
from voicebot.reports.plots import Plot
from voicebot.reports.stats import Rate
from voicebot.store.store import Store

Value = str | int | float | None
"""What a cell of CSV or of a workbook holds: numbers stay numbers."""


class Kind(StrEnum):
    """What a column holds, and so how it is written."""

    TEXT = "text"
    LINE = "line"
    """A short text that is never broken: a day, a name."""
    ID = "id"
    """Of an attempt or another row: its beginning in a terminal, whole in all other forms."""
    COUNT = "count"
    """A whole number."""
    RATIO = "ratio"
    """0 to 1, shown as a percentage."""
    EXACT = "exact"
    """0 to 1, shown as a percentage with one decimal, where differences of it stand beside."""
    POINTS = "points"
    """A difference of two ratios, shown in points of a percentage, with its sign."""
    CHANGE = "change"
    """A difference of two counts or sums, shown with its sign."""
    RATE = "rate"
    """A `stats.Rate`: hits of so many, with its 95 % interval. Five columns where there is room."""
    MS = "ms"
    SECONDS = "s"
    DURATION = "duration"
    """Seconds, shown as hours, minutes and seconds."""
    CHANCE = "chance"
    """0 to 1: how often chance alone does this; a small one is not shown in full."""
    NUMBER = "number"
    MONEY = "money"
    BINS = "bins"
    """(lower edge, count) pairs: a row of bars in a table."""
    MIX = "mix"
    """(name, count) pairs or a mapping, the most frequent first."""


@dataclass(frozen=True)
class Column:
    """One column. `key`: attribute of the row, dotted for one of an attribute; also the name for programs.

    `of`: the value where no attribute holds it. `kind` may depend on the row. `drawn`: the bars of the plain picture.
    `told`: what people read in place of some values, in their language; files for programs keep the value.
    In a terminal a `quiet` column is left out where all rows hold the same; where there is no room for all, `wide` ones
    go first; what is `off_screen` is shown by the report's `below` instead.
    """

    key: str
    english: str
    chinese: str
    kind: Kind | Callable[[Any], Kind] = Kind.TEXT
    of: Callable[[Any], Any] | None = None
    drawn: bool = False
    quiet: bool = False
    wide: bool = False
    off_screen: bool = False
    told: Mapping[Any, Bilingual] = field(default_factory=dict)

    def value(self, row: Any) -> Any:
        """The row's value."""
        return attrgetter(self.key)(row) if self.of is None else self.of(row)

    def kind_in(self, row: Any) -> Kind:
        """What it holds in this row."""
        return self.kind if isinstance(self.kind, Kind) else self.kind(row)


def itself(figures: Any) -> Sequence[Any]:
    """The figures are the rows."""
    return list(figures)


NO_CALLS = Bilingual("no calls recorded yet", "还没有通话记录")


@dataclass(frozen=True)
class Report:
    """`read` gives rows of one dataclass, or one dataclass that `rows` makes rows of. `plot`: its picture; without one
    it is the bars of the first column that is `drawn`, by the texts of the row. `says`: what the picture shows, for
    people, where it has no axis or legend that does; `empty`: said where there is no row; `lines`: what a terminal
    shows of the rows in place of a table; `below`: what it shows under it, each in one line however long, to copy;
    `summary`: what is said of all figures together; `whole`: about whole campaigns, no other filter narrows it."""

    name: str
    english: str
    chinese: str
    about: Bilingual
    read: Callable[[Store, Only], Any]
    columns: tuple[Column, ...]
    rows: Callable[[Any], Sequence[Any]] = itself
    plot: Callable[[Any], Plot | None] | None = None
    says: Bilingual | None = None
    empty: Bilingual = NO_CALLS
    lines: Callable[[Sequence[Any]], Sequence[str]] | None = None
    below: Callable[[Sequence[Any]], Sequence[str]] | None = None
    summary: Callable[[Any], Sequence[str]] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Head:
    """The head of one plain column: name for programs, both names for people, and what stands below it."""

    key: str
    english: str
    chinese: str
    kind: Kind


@dataclass(frozen=True)
class Grid:
    """A report as heads and plain values, for files."""

    heads: tuple[Head, ...]
    lines: tuple[tuple[Value, ...], ...] = field(default=())


RATE_PARTS = (
    ("hits", "hits", "次数", Kind.COUNT),
    ("of", "of", "总数", Kind.COUNT),
    ("ratio", "", "", Kind.RATIO),
    ("low", "95 % from", "95 % 下限", Kind.RATIO),
    ("high", "95 % to", "95 % 上限", Kind.RATIO),
)


def grid(report: Report, rows: Sequence[Any], shown: Callable[[Column, Any], Any] = Column.value) -> Grid:
    """All columns of all rows; a rate takes five columns. `shown`: what a cell holds, see `words.told`."""
    heads = [head for column in report.columns for head in _heads(column)]
    lines = (tuple(value for column in report.columns for value in _values(column, shown(column, row))) for row in rows)
    return Grid(tuple(heads), tuple(lines))


def _heads(column: Column) -> list[Head]:
    kind = column.kind if isinstance(column.kind, Kind) else Kind.NUMBER
    if kind is not Kind.RATE:
        return [Head(column.key, column.english, column.chinese, kind)]
    return [
        Head(f"{column.key}.{part}", f"{column.english} {english}".strip(), f"{column.chinese}{chinese}", each)
        for part, english, chinese, each in RATE_PARTS
    ]


def _values(column: Column, value: Any) -> list[Value]:
    if column.kind is Kind.RATE:
        return [getattr(value, part) for part, *_ in RATE_PARTS] if isinstance(value, Rate) else [None] * 5
    if column.kind in (Kind.BINS, Kind.MIX):
        return [" ".join(f"{name}:{count}" for name, count in pairs(value))]
    return [value if isinstance(value, int | float | str) or value is None else str(value)]


def pairs(value: Mapping[Any, int] | Sequence[tuple[Any, int]]) -> Sequence[tuple[Any, int]]:
    """A mix as pairs, in its own order."""
    return list(value.items()) if isinstance(value, Mapping) else list(value)

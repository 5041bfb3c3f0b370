"""Columns of facts in memory: numbers, or words and the places of each in them. Pure: no database, no meaning.

What the columns of attempts and talks are is reading.py's, how they are kept kept.py's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
SIZES = (np.int8, np.int16, np.int32, np.int64)


@dataclass(frozen=True)
class Column:
    """One value a row. `values`: numbers, or places in `words` where there are any."""

    values: Numbers
    words: tuple[str, ...] | None = None

    def of(self, rows: Numbers) -> "Column":
        """The values of some rows: their places, or a mask."""
        return Column(self.values[rows], self.words)

    def known(self, places: Numbers) -> list[Any]:
        """The values at these places as Python has them."""
        found = self.values[places].tolist()
        return found if self.words is None else [self.words[place] for place in found]

    def among(self, values: Iterable[Any]) -> Numbers:
        """A mask: the rows whose value is one of these."""
        wanted = frozenset(values)
        if self.words is None:
            return np.isin(self.values, list(wanted))
        return np.array([word in wanted for word in self.words], dtype=bool)[self.values]


Rows = Mapping[str, Column]
"""Columns of the same length by name."""
BY_DAY = ("campaign_id", "day")
"""Columns that are the same in all rows of a campaign's day."""
NOTHING = Column(np.zeros(0, dtype=np.int64), ())
"""A column without rows, of numbers and of words."""


def numbers(values: Sequence[int] | Numbers) -> Column:
    """A column of whole numbers, as small as they allow."""
    found = np.array(values, dtype=np.int64)
    low, high = (int(found.min()), int(found.max())) if len(found) else (0, 0)
    size = next(each for each in SIZES if np.iinfo(each).min <= low and high <= np.iinfo(each).max)
    return Column(found.astype(size))


def ratios(values: Sequence[float]) -> Column:
    """A column of any numbers."""
    return Column(np.array(values, dtype=np.float64))


def texts(values: Sequence[str]) -> Column:
    """A column of words, each kept once."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return Column(numbers(list(map(places.__getitem__, values))).values, tuple(places))


def same(word: str, rows: int) -> Column:
    """A column of one word."""
    return Column(np.zeros(rows, dtype=np.int8), (word,))


def joined(parts: Sequence[Column]) -> Column:
    """One below the other; at least one part."""
    parts = [part for part in parts if len(part.values)] or parts[:1]  # one without rows may be of either kind
    if parts[0].words is None:
        return Column(np.concatenate([part.values for part in parts]))
    places = {word: place for place, word in enumerate(parts[0].words)}
    values = []
    for part in parts:
        assert part.words is not None  # a column is of words in all its parts, or in none
        moved = [places.setdefault(word, len(places)) for word in part.words]
        same = part.words == parts[0].words
        values.append(part.values if same else np.array(moved, np.min_scalar_type(len(places)))[part.values])
    return Column(np.concatenate(values), tuple(places))


def narrowed(rows: Rows, which: Numbers) -> Rows:
    """Some rows of all columns."""
    return {name: column.of(which) for name, column in rows.items()}

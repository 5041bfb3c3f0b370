"""Rows of columns grouped by some of them, and what is added up of each group. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voicebot.reports.sums.columns import Numbers

SPARSE = 4
"""So many possible groups a row are numbered by a table of them; more are sorted."""
ROOM = 2**40
"""Numbers of groups are kept below this while columns are put together."""


@dataclass(frozen=True)
class Groups:
    """`of_row`: the group of each row, from 0; `some_row`: a row of each group."""

    of_row: Numbers
    some_row: Numbers

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.some_row)

    def total(self, values: Numbers) -> Numbers:
        """The sum of each group, exact for whole numbers up to 2**53; of a mask the rows that it holds for."""
        if values.dtype == bool:
            return self.sizes() if values.all() else np.bincount(self.of_row[values], minlength=self.count)
        return np.bincount(self.of_row, weights=values, minlength=self.count).astype(np.int64)

    def sizes(self) -> Numbers:
        """Rows of each group."""
        return np.bincount(self.of_row, minlength=self.count)

    def largest(self, values: Numbers, least: int) -> Numbers:
        """The greatest value of each group, `least` or more."""
        found = np.full(self.count, least, dtype=np.int64)
        np.maximum.at(found, self.of_row, values)
        return found

    def smallest(self, values: Numbers, most: int) -> Numbers:
        """The least value of each group, `most` or less."""
        found = np.full(self.count, most, dtype=np.int64)
        np.minimum.at(found, self.of_row, values)
        return found


def grouped(keys: Sequence[Numbers], rows: int) -> Groups:
    """Rows that are equal in all `keys` are a group; without any key all rows are one. Groups are in the order of the
    keys."""
    if rows == 0:
        return Groups(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    code, size = np.zeros(rows, dtype=np.int64), 1
    for key in keys:
        part, span = _from_0(key)
        if size * span > ROOM:
            code, size = _without_gaps(code)
            part, span = _without_gaps(part)
        code = code * span + part
        size *= span
    if size > SPARSE * rows:
        _, some_row, of_row = np.unique(code, return_index=True, return_inverse=True)
        return Groups(of_row, some_row)
    a_row = np.full(size, -1, dtype=np.int64)
    a_row[code] = np.arange(rows)
    present = np.flatnonzero(a_row >= 0)
    number = np.zeros(size, dtype=np.int64)
    number[present] = np.arange(len(present))
    return Groups(number[code], a_row[present])


def _from_0(key: Numbers) -> tuple[Numbers, int]:
    """The key without what is below its least value, and how many values it may have."""
    low = int(key.min())
    return key.astype(np.int64) - low, int(key.max()) - low + 1


def _without_gaps(key: Numbers) -> tuple[Numbers, int]:
    """The key numbered anew, and how many values it has."""
    found, numbered = np.unique(key, return_inverse=True)
    return numbered, len(found)

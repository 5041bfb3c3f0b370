"""What reports ask of the sums: which columns are added up, of which rows. Pure words; reader.py answers them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Where:
    """Rows whose key `key` is one of `values`, or, with `out`, none of them."""

    key: str
    values: Collection[Any]
    out: bool = False


@dataclass(frozen=True)
class Total:
    """The sum of a column, of the rows `where`; its greatest value with `greatest`."""

    column: str
    where: Where | None = None
    greatest: bool = False


def totals(*columns: str) -> tuple[Total, ...]:
    """The sums of these columns."""
    return tuple(Total(column) for column in columns)


ENDED = Where("code", ("",), out=True)
"""Attempts that do not live any more."""

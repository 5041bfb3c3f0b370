"""The few formulas of statistics that reports use. Counts in, ratios and quantiles out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True)
class Rate:
    """`hits` of `of`, the ratio and its 95 % interval, 0 to 1; all None when `of` is 0."""

    hits: int
    of: int
    ratio: float | None
    low: float | None
    high: float | None


def rate(hits: int, of: int) -> Rate:
    """The ratio with its Wilson score interval (Wilson 1927), which holds for few calls and for ratios near 0 and 1."""
    if of == 0:
        return Rate(hits, of, None, None, None)
    return Rate(hits, of, hits / of, *wilson(hits / of, of))


def wilson(ratio: float, of: float) -> tuple[float, float]:
    """The 95 % Wilson score interval of a ratio seen in `of` calls; `of` above 0, not whole for weighted calls."""
    square = Z_95**2
    middle = (ratio + square / (2 * of)) / (1 + square / of)
    half = Z_95 / (1 + square / of) * math.sqrt(ratio * (1 - ratio) / of + square / (4 * of**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def quantile(counts: Mapping[int, int], q: float) -> int | None:
    """The nearest-rank quantile of values that occur `counts[value]` times; `q` in 0 to 1. None for no value."""
    rank = math.ceil(q * sum(counts.values()))
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= max(rank, 1):
            return value
    return None


def binned(counts: Mapping[int, int], width: int) -> tuple[tuple[int, int], ...]:
    """Counts by bins of `width` as (lower edge, count), from 0 to the last value without a gap; empty for no value."""
    if not counts:
        return ()
    bins = [0] * (max(counts) // width + 1)
    for value, count in counts.items():
        bins[max(0, value) // width] += count
    return tuple((index * width, count) for index, count in enumerate(bins))

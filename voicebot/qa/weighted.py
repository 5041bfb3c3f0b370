"""Ratios of calls that stand for different numbers of others, with intervals; the calls an interval takes. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from voicebot.reports.stats import Rate, wilson

MOST = 1_000_000_000
"""No interval takes more calls."""


@dataclass(frozen=True)
class WeightedRate(Rate):
    """A rate of calls with weights: `ratio` is the sum of the weights of the hits by that of all; `effective`: calls of
    equal weight that would say as much.
    """

    effective: float


def weighted_rate(calls: Iterable[tuple[bool, float]]) -> WeightedRate:
    """The rate of (hit, weight above 0).

    The interval is Wilson's with the effective size of Kish (1965): (sum w)^2 / sum w^2, which is the plain number for
    equal weights. What stratifying gains is left out: the interval is rather too wide than too narrow.
    """
    seen = list(calls)
    if not seen:
        return WeightedRate(0, 0, None, None, None, 0.0)
    whole = sum(weight for _, weight in seen)
    effective = whole**2 / sum(weight**2 for _, weight in seen)
    ratio = min(1.0, sum(weight for hit, weight in seen if hit) / whole)
    return WeightedRate(sum(hit for hit, _ in seen), len(seen), ratio, *wilson(ratio, effective), effective)


def half_width(ratio: float, of: float) -> float:
    """Half the width of the 95 % Wilson interval of a ratio in `of` calls."""
    low, high = wilson(ratio, of)
    return (high - low) / 2


def calls_needed(ratio: float, half: float) -> int:
    """The fewest calls, drawn at random with equal weights, whose interval is `half` at most to each side.

    `half` above 0 and below 0.5. By bisection: the width falls with every call.
    """
    if half_width(ratio, 1) <= half:
        return 1
    low, high = 1, 2
    while half_width(ratio, high) > half and high < MOST:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if half_width(ratio, middle) > half else (low, middle)
    return high


def more_needed(rate: WeightedRate, half: float, in_population: int) -> int:
    """How many calls more, drawn as those of `rate` were, its interval takes; never more than the population has left.

    The effective size is taken to grow with the number of calls as it did so far.
    """
    if rate.ratio is None:
        return min(calls_needed(0.5, half), in_population)
    needed = math.ceil(calls_needed(rate.ratio, half) * rate.of / rate.effective)
    return max(0, min(needed, in_population) - rate.of)

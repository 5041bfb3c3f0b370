"""The statistics of two versions compared: interval of a difference, one that bears looking at any time, sizes needed.

Counts in, numbers out. Which counts are compared is arms.py's.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from scipy.special import lambertw

from voicebot.reports.stats import rate

CONFIDENCE = 0.95
POWER = 0.8
MAX_NEEDED = 10_000_000


@dataclass(frozen=True)
class Span:
    """A difference of two ratios (second minus first, -1 to 1) and its interval."""

    value: float
    low: float
    high: float

    @property
    def decided(self) -> bool:
        """Whether the interval leaves no doubt which is larger."""
        return self.low > 0 or self.high < 0


def difference(hits: tuple[int, int], of: tuple[int, int]) -> Span | None:
    """The 95 % interval of the difference, for one look at a number of calls that was fixed before; None without calls.

    Newcombe's hybrid score interval: R. G. Newcombe, Interval estimation for the difference between independent
    proportions, Statistics in Medicine 17 (1998), method 10.
    """
    one, two = (rate(h, n) for h, n in zip(hits, of, strict=True))
    if one.ratio is None or one.low is None or one.high is None:
        return None
    if two.ratio is None or two.low is None or two.high is None:
        return None
    value = two.ratio - one.ratio
    low = value - math.hypot(two.ratio - two.low, one.high - one.ratio)
    high = value + math.hypot(two.high - two.ratio, one.ratio - one.low)
    return Span(value, low, high)


def at_any_time(hits: tuple[int, int], of: tuple[int, int], detect: float, error: float) -> Span | None:
    """An interval of the difference that holds at all times at once with probability 1 - `error`; None without calls.

    Whoever looks every day and stops when it leaves 0 is wrong with probability `error` at most, for many calls; a
    common 95 % interval would be wrong far more often. Robbins' normal mixture for the information V = 1/se²:
    |difference| <= sqrt((V+r) log((V+r)/(r error²))) / V; H. Robbins, Statistical methods related to the law of the
    iterated logarithm, Ann. Math. Stat. 41 (1970); with estimated variance I. Waudby-Smith et al., Time-uniform
    central limit theory and asymptotic confidence sequences (2021). r makes it tightest where a difference of
    `detect` would be found by one look (S. R. Howard et al., Ann. Stat. 49 (2021), section 3.5).
    """
    if min(of) == 0:
        return None
    ratios = [(h + 1) / (n + 2) for h, n in zip(hits, of, strict=True)]  # never 0 or 1, so that the variance is not 0
    information = 1 / sum(p * (1 - p) / n for p, n in zip(ratios, of, strict=True))
    value = hits[1] / of[1] - hits[0] / of[0]
    half = _boundary(information, detect, error)
    return Span(value, max(-1.0, value - half), min(1.0, value + half))


def _boundary(information: float, detect: float, error: float) -> float:
    """Half the width of the interval of `at_any_time`."""
    tightest = ((_z(1 - error / 2) + _z(POWER)) / detect) ** 2
    r = tightest / float(-lambertw(-(error**2) / math.e, -1).real - 1)
    return math.sqrt((information + r) * math.log((information + r) / (r * error**2))) / information


def needed_once(ratio: float, detect: float, error: float) -> int:
    """Calls in each arm to find a difference of `detect` from `ratio` with probability POWER by one look at the end.

    J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition (2003), formula 4.14,
    for the worse of the two directions.
    """
    return max(_needed(ratio, other, error) for other in _others(ratio, detect))


def _needed(one: float, two: float, error: float) -> int:
    middle = (one + two) / 2
    root = _z(1 - error / 2) * math.sqrt(2 * middle * (1 - middle))
    root += _z(POWER) * math.sqrt(one * (1 - one) + two * (1 - two))
    return math.ceil((root / (two - one)) ** 2)


def needed_at_any_time(ratio: float, detect: float, error: float) -> int:
    """The same for who looks at any time: the least number at which `at_any_time` leaves 0 with probability POWER.

    That is where half its width and z(POWER) standard errors fit into `detect`; found by bisection.
    """
    return max(_needed_at_any_time(ratio, other, detect, error) for other in _others(ratio, detect))


def _needed_at_any_time(one: float, two: float, detect: float, error: float) -> int:
    spread = one * (1 - one) + two * (1 - two)

    def enough(calls: int) -> bool:
        information = calls / spread
        return _boundary(information, detect, error) + _z(POWER) / math.sqrt(information) <= detect

    low, high = 0, MAX_NEEDED
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _others(ratio: float, detect: float) -> list[float]:
    """The ratios that lie `detect` from this one, within 0 and 1."""
    return [other for other in (ratio - detect, ratio + detect) if 0 <= other <= 1] or [min(1.0, ratio + detect)]


def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)

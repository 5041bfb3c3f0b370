"""Exact numbers of plans: read from text, rounded by three stated rules, shared out without loss.

Only arithmetic belongs here; what the numbers mean is targets.py's, accounts.py's, weeks.py's and economics.py's.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

NUMBER = re.compile(r"(?=[.\d])(\d{0,12}|\d{1,3}(?:,\d{3}){1,3})(\.\d{1,9})?\s?(%?)")
STORED_DENOMINATOR = 10_000_000
"""A ratio of two counts below some ten millions is told apart from all its neighbours by a double."""


def parsed(text: str) -> Fraction:
    """`600000`, `600,000`, `0.65`, `65%`, `６５％` exactly. Raises ValueError for anything else."""
    found = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        raise ValueError(f"{text!r} is no number; write for example 600000, 0.65 or 65%")
    return Fraction("0" + found[1].replace(",", "") + (found[2] or "")) / (100 if found[3] else 1)


def from_store(value: float) -> Fraction:
    """The number that a double of the store stands for: 0.65 is 13/20, and 7/39 comes back as 7/39."""
    return Fraction(value).limit_denominator(STORED_DENOMINATOR)


def nearest(value: Fraction, places: int = 0) -> Fraction:
    """Rounded to `places` decimals, a half upwards: for what is expected (people connected, money)."""
    return Fraction(math.floor(value * 10**places + Fraction(1, 2)), 10**places)


def upward(value: Fraction) -> int:
    """The next whole number: for what is needed (leads, accounts, days)."""
    return math.ceil(value)


def shared(total: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """`total` in whole parts in proportion to `weights` (none negative); the parts add up to it exactly.

    Each part ends where the sum so far, rounded to the nearest, ends, so that no part is off by one or more.
    Raises ValueError when all weights are 0.
    """
    whole = sum(weights, Fraction())
    if not whole:
        raise ValueError("nothing to share among: every weight is 0")
    parts, so_far, ended = [], Fraction(), 0
    for weight in weights:
        so_far += weight
        end = int(nearest(total * so_far / whole))
        parts.append(end - ended)
        ended = end
    return tuple(parts)


def as_count(value: Fraction) -> str:
    """For people: 390,000, and 0.84 with at most two decimals where it is not whole."""
    text = f"{float(nearest(value, 2)):,.2f}"
    return text.rstrip("0").rstrip(".")


def as_percent(value: Fraction) -> str:
    """For people: 17.95 %, rounded to two decimals; 0.028 % and smaller keep three digits that count."""
    places = 2
    while 0 < abs(value) * 100 < Fraction(1, 10 ** (places - 2)) and places < 9:
        places += 1
    text = f"{float(nearest(value * 100, places)):.{places}f}"
    return text.rstrip("0").rstrip(".") + " %"

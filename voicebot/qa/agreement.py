"""Whether two reviewers see the same: Cohen's kappa with its interval. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from voicebot.reports.stats import Z_95


@dataclass(frozen=True)
class Agreement:
    """Agreement of two reviewers in `calls`. `observed`: share of equal grades; `expected`: by chance alone.

    `kappa`: 1 whole agreement, 0 as by chance; `low`, `high`: its 95 % interval. All None without calls; kappa is None
    where both give one and the same grade throughout: then chance explains everything.
    """

    calls: int
    observed: float | None
    expected: float | None
    kappa: float | None
    low: float | None
    high: float | None


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """The agreement of the pairs (grade of one, grade of the other).

    kappa = (po - pe) / (1 - pe) (Cohen 1960); its large-sample variance by Fleiss, Cohen and Everitt (1969):
    [sum pii (1 - (pi. + p.i)(1 - k))^2 + (1 - k)^2 sum over i != j of pij (p.i + pj.)^2 - (k - pe (1 - k))^2]
    / (n (1 - pe)^2).
    """
    n = len(pairs)
    if n == 0:
        return Agreement(0, None, None, None, None, None)
    cells = {pair: count / n for pair, count in Counter(pairs).items()}
    rows = {grade: count / n for grade, count in Counter(one for one, _ in pairs).items()}
    columns = {grade: count / n for grade, count in Counter(other for _, other in pairs).items()}
    observed = sum(share for (one, other), share in cells.items() if one == other)
    expected = sum(share * columns.get(grade, 0.0) for grade, share in rows.items())
    if math.isclose(expected, 1.0):
        return Agreement(n, observed, expected, None, None, None)
    kappa = (observed - expected) / (1 - expected)
    doubt = 1 - kappa
    same = sum(
        share * (1 - (rows[one] + columns[one]) * doubt) ** 2 for (one, other), share in cells.items() if one == other
    )
    apart = sum(
        share * (columns.get(one, 0.0) + rows.get(other, 0.0)) ** 2
        for (one, other), share in cells.items()
        if one != other
    )
    variance = (same + doubt**2 * apart - (kappa - expected * doubt) ** 2) / (n * (1 - expected) ** 2)
    half = Z_95 * math.sqrt(max(0.0, variance))
    return Agreement(n, observed, expected, kappa, max(-1.0, kappa - half), min(1.0, kappa + half))

"""Many groups of calls held against all the others, and which of them are worse beyond chance. Counts in, findings out.

Which groups are looked at is diagnosis.py's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from voicebot.reports.stats import Rate, rate
from voicebot.reports.trial import Span, difference

ERROR = 0.05
"""Chance that a diagnosis of data without any cause names one, at most."""


@dataclass(frozen=True)
class Group:
    """Calls that share something: `hits` successes of `of`, against `rest_hits` of `rest_of` in all others. `weight`:
    how many independent proofs a call is, above 0 and up to 1: less than 1 where several calls are of one person."""

    hits: int
    of: int
    rest_hits: int
    rest_of: int
    weight: float = 1.0

    def proofs(self) -> tuple[int, int, int, int]:
        """The four counts in independent proofs, rounded in the group's favour."""
        of, rest_of = math.floor(self.of * self.weight), math.floor(self.rest_of * self.weight)
        return min(of, math.ceil(self.hits * self.weight)), of, math.floor(self.rest_hits * self.weight), rest_of


@dataclass(frozen=True)
class Worse:
    """A group that is worse than the rest. `position`: in what was looked at; `effect`: group minus rest with the 95 %
    interval that the proofs allow; `p`: one-sided, before the correction; `cost`: by how much the whole ratio would
    rise if the group did as the rest, 0 to 1."""

    position: int
    group: Rate
    rest: Rate
    effect: Span
    p: float
    cost: float


def worse_than_the_rest(groups: Sequence[Group], error: float = ERROR) -> list[Worse]:
    """The groups that are worse, in the order given; with probability 1 - `error` none is named by chance alone.

    Each by Fisher's exact test, one-sided, which holds for few calls too (R. A. Fisher, The logic of inductive
    inference, 1935); all together by Holm's step-down procedure, which bears any dependence between the groups
    (S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Stat. 6, 1979).
    """
    looked = [(one_sided(group), position) for position, group in enumerate(groups) if all(group.proofs()[1::2])]
    looked.sort()
    named = []
    for rank, (p, position) in enumerate(looked):
        if p > error / (len(looked) - rank):
            break
        named.append(_worse(position, groups[position], p))
    return sorted(named, key=lambda worse: worse.position)


def one_sided(group: Group) -> float:
    """P(as few hits in the group, or fewer) if group and rest do not differ: the hypergeometric distribution's tail."""
    mine, mine_of, rest, rest_of = group.proofs()
    hits, of = mine + rest, mine_of + rest_of
    least, most = max(0, mine_of - (of - hits)), min(hits, mine_of)
    mean = mine_of * hits / of
    if mine >= mean:
        return 1.0  # no worse than the rest: at least about one half, and never named
    spread = math.sqrt(mean * (1 - hits / of) * (of - mine_of) / max(of - 1, 1))
    # Further out than this the terms add nothing that a double can hold.
    begin = max(least, math.floor(mine - 40 * spread - 40))
    values = np.arange(begin, min(mine, most) + 1, dtype=np.float64)
    logs = _log_choose(hits, values) + _log_choose(of - hits, mine_of - values) - _log_choose(of, mine_of)
    return float(min(1.0, np.exp(logs).sum()))


def _log_choose(n: float, k: "np.ndarray | float") -> "np.ndarray":
    found: np.ndarray = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - np.asarray(k) + 1)
    return found


def _worse(position: int, group: Group, p: float) -> Worse:
    mine, mine_of, rest, rest_of = group.proofs()
    proven = difference((rest, mine), (rest_of, mine_of))
    assert proven is not None  # both have calls, or there had been no test
    value = group.hits / group.of - group.rest_hits / group.rest_of
    effect = Span(value, max(-1.0, value + proven.low - proven.value), min(1.0, value + proven.high - proven.value))
    share = group.of / (group.of + group.rest_of)
    return Worse(position, rate(group.hits, group.of), rate(group.rest_hits, group.rest_of), effect, p, -value * share)

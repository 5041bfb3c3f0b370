"""How many calls of each stratum a sample takes, and which: by a lottery that a seed decides. Pure.

Both are nested: a larger sample of the same seed contains the smaller one, so that a round can be extended.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from voicebot.errors import UsageError

Allocation = Literal["proportional", "equal"]
Numbers = NDArray[Any]


def lottery(seed: int, high: Numbers, low: Numbers) -> Numbers:
    """The numbers of calls in the lottery of `seed`, the same on every machine. The lowest of a stratum are drawn.
    `high`, `low`: halves of their ids.

    Tickets of a hash are as good as drawn at random (bottom-k sampling, Cohen and Kaplan 2007).
    """
    return _mixed(low ^ _mixed(high ^ _mixed(np.array([seed % 2**64], dtype=np.uint64))))


def _mixed(values: Numbers) -> Numbers:
    """SplitMix64: each bit of a value changes half of the bits of its hash (Steele, Lea and Flood 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Numbers = values ^ (values >> np.uint64(31))
    return found


def allocate(population: Mapping[str, int], size: int, how: Allocation) -> dict[str, int]:
    """Calls to draw by stratum: `size` together, or all when there are fewer; each stratum gets one at least.

    proportional: by Huntington and Hill's method (each further call goes where population / sqrt(n (n + 1)) is
    largest), which never takes a call away when `size` grows. equal: one after the other as long as there are any.
    Raises UsageError when `size` is less than the strata.
    """
    strata = {name: count for name, count in sorted(population.items()) if count}
    if size < len(strata):
        raise UsageError(
            f"{size} calls cannot stand for {len(strata)} strata; ask for {len(strata)} at least, or for fewer strata"
        )
    drawn = dict.fromkeys(strata, 1)
    waiting = [(_rank(count, 1, how), name) for name, count in strata.items() if count > 1]
    heapq.heapify(waiting)
    for _ in range(size - len(strata)):
        if not waiting:
            break
        _, name = heapq.heappop(waiting)
        drawn[name] += 1
        if drawn[name] < strata[name]:
            heapq.heappush(waiting, (_rank(strata[name], drawn[name], how), name))
    return drawn


def _rank(population: int, drawn: int, how: Allocation) -> float:
    """The smaller, the sooner the stratum gets its next call."""
    return drawn if how == "equal" else -population / math.sqrt(drawn * (drawn + 1))


def lowest(keys: Sequence[Numbers], of_stratum: Numbers, counts: Sequence[int]) -> list[int]:
    """Places of the lowest by `keys`, the last of which decides first: so many of each stratum as `counts` has, all of
    them together in the order of the keys."""
    order = np.lexsort(keys)
    strata = of_stratum[order]
    within = np.argsort(strata, kind="stable")  # by stratum, the lowest first in each
    sizes = np.bincount(strata, minlength=len(counts))
    rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    taken = np.sort(within[rank < np.repeat(np.array(counts, dtype=np.int64), sizes)])
    places: list[int] = order[taken].tolist()
    return places

"""How many calls of each stratum a sample takes, and which: by a lottery that a seed decides. Pure.

Both are nested: a larger sample of the same seed contains the smaller one, so that a round can be extended.
"""

import hashlib
import heapq
import math
from collections.abc import Mapping
from typing import Literal

from voicebot.errors import UsageError

Allocation = Literal["proportional", "equal"]
TICKET_BYTES = 8


def ticket(seed: int, attempt_id: str) -> int:
    """The call's number in the lottery of `seed`, the same on every machine. The lowest numbers of a stratum are drawn.

    Tickets of a hash are as good as drawn at random (bottom-k sampling, Cohen and Kaplan 2007).
    """
    return int.from_bytes(hashlib.blake2b(f"{seed}:{attempt_id}".encode(), digest_size=TICKET_BYTES).digest(), "big")


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


Item = tuple[str, str]
"""A call's id and why it may be drawn."""


class Lowest:
    """The `size` items with the lowest keys of all that are offered, and how many were offered."""

    def __init__(self, size: int) -> None:
        self.offered = 0
        self._size = size
        self._heap: list[tuple[tuple[int, ...], Item]] = []  # keys negated: the heap's first is the highest kept

    def offer(self, key: tuple[int, ...], item: Item) -> None:
        """Consider `item`."""
        self.offered += 1
        entry = (tuple(-part for part in key), item)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, entry)
        elif self._size and entry > self._heap[0]:
            heapq.heapreplace(self._heap, entry)

    def best(self, count: int) -> list[tuple[tuple[int, ...], Item]]:
        """The `count` lowest as (key, item), the lowest first."""
        lowest = heapq.nlargest(count, self._heap)
        return [(tuple(-part for part in key), item) for key, item in lowest]

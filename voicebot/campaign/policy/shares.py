"""How the lines of one node are shared out among campaigns: guaranteed shares first, what is idle is borrowed.

Pure. Calls in progress are never taken away: who borrowed gives back as its calls end. This says whose leads a dialer
claims next; that all dialers together keep the guarantees is store/capacity.py's, at the moment when a line is taken.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Demand:
    """One campaign at this moment. `live`: its calls on this node; `guaranteed`: lines kept for it when others compete;
    `wanted`: how many calls it would start now by its own limits."""

    campaign: str
    live: int
    guaranteed: int
    wanted: int


def allot(lines: int, demands: Sequence[Demand]) -> Mapping[str, int]:
    """How many calls each campaign may start now; with those that live never more than `lines` together.

    Who is below its guaranteed share comes first, the one with the smallest part of it served at the head. What is
    left goes to whoever has the fewest calls. Guarantees above the lines are met in proportion.
    """
    free = max(0, lines - sum(one.live for one in demands))
    given = {one.campaign: 0 for one in demands}
    for kept in (True, False):
        queue = [
            _entry(one, given[one.campaign], n, kept)
            for n, one in enumerate(demands)
            if given[one.campaign] < _limit(one, kept)
        ]
        heapq.heapify(queue)
        while free and queue:
            _, n = heapq.heappop(queue)
            one = demands[n]
            given[one.campaign] += 1
            free -= 1
            if given[one.campaign] < _limit(one, kept):
                heapq.heappush(queue, _entry(one, given[one.campaign], n, kept))
    return given


def _limit(one: Demand, kept: bool) -> int:
    """How many it may be given in this pass: up to its guarantee, or up to what it wants."""
    return min(one.wanted, max(0, one.guaranteed - one.live)) if kept else one.wanted


def _entry(one: Demand, given: int, n: int, kept: bool) -> tuple[float, int]:
    calls = one.live + given
    return (calls / one.guaranteed if kept else calls), n

"""How many busy agents will be free in time for the calls that are started now. Pure: lengths of past talks in."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH_TALKS = 20
"""With fewer past talks nobody is counted on."""


@dataclass(frozen=True)
class Busy:
    """One agent who is not idle. Seconds: `talked_s`, how long his talk has lasted, 0 while he is rung; `free_in_s`,
    when a wrap-up or a rest ends by itself, None in a call; `wrap_up_s`: what follows the talk."""

    talked_s: float = 0.0
    free_in_s: float | None = None
    wrap_up_s: float = 0.0


def free_within(busy: Sequence[Busy], talks: Sequence[float], within_s: float) -> float:
    """The expected number of `busy` agents who are idle `within_s` seconds from now.

    For one in a talk it is the share, among past `talks` (seconds) that lasted longer than his has by now, of those
    that would be over in time, wrap-up included: the empirical conditional distribution P(T <= t + w | T > t). A talk
    longer than every past one is not expected to end.
    """
    lengths = sorted(talks)
    return sum(_chance(one, lengths, within_s) for one in busy)


def _chance(one: Busy, lengths: Sequence[float], within_s: float) -> float:
    if one.free_in_s is not None:
        return 1.0 if one.free_in_s <= within_s else 0.0
    if len(lengths) < ENOUGH_TALKS:
        return 0.0
    shorter = bisect_right(lengths, one.talked_s)
    in_time = bisect_right(lengths, one.talked_s + within_s - one.wrap_up_s)
    longer = len(lengths) - shorter
    return max(0, in_time - shorter) / longer if longer else 0.0

"""How many calls to start now: a fixed number for the robot alone; by the free agents when people take the hand-off.

Pure: counts in, one number out. What was measured (answer rate, share that wants an agent, lengths) is an argument.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

Mode = Literal["fixed", "progressive", "predictive"]
ENOUGH_LOSSES, EVEN = 10, 0.5
SURE = 0.99
"""How sure the cap must be of those who are under way."""


@dataclass(frozen=True)
class Load:
    """The moment as the dialer sees it.

    `ringing`: attempts not answered yet; `talking`: customers with the robot; `waiting`: those who wait for one of
    these agents, of whichever campaign; `idle`, `busy`: agents; `soon`: how many of the busy will be free within the
    time to hand-off. `passed_on`: own customers who wait for an agent or talk with one: they hold lines, nothing else.
    `others`: customers of other campaigns under way who are reckoned to want one of these agents.
    """

    ringing: int
    talking: int
    waiting: int = 0
    idle: int = 0
    busy: int = 0
    soon: float = 0.0
    passed_on: int = 0
    others: float = 0.0


@dataclass(frozen=True)
class Measured:
    """What the campaign's calls have shown of late. `answer_rate`: answered by attempts; `wants_agent`: share of the
    answered who get to a hand-off; `abandon_rate`: customers who left while waiting, by those who asked, 30 days;
    `asked`: how many asked in these days."""

    answer_rate: float
    wants_agent: float
    abandon_rate: float = 0.0
    asked: int = 0


@dataclass(frozen=True)
class Limits:
    """`lines`: calls at once at most. `abandon_cap`: share of waiting customers who may be lost, hard.

    `confidence`: how sure it must be that nobody has to wait, for the predictive rule.
    """

    lines: int
    abandon_cap: float = 0.03
    confidence: float = 0.9


def to_start(mode: Mode, load: Load, measured: Measured, limits: Limits) -> int:
    """How many attempts to start now; never more than the free lines, never negative."""
    free_lines = max(0, limits.lines - load.ringing - load.talking - load.passed_on)
    if mode == "fixed":
        return free_lines
    one_each = min(free_lines, max(0, math.floor(load.idle - load.waiting - load.others) - load.ringing - load.talking))
    if mode == "progressive" or _over_cap(load, measured, limits):
        return one_each
    return max(one_each, min(free_lines, _predictive(load, measured, limits)))


def claims_on_agents(mode: Mode, load: Load, measured: Measured) -> float:
    """How many agents the calls under way are reckoned to take: for campaigns that share them, as `Load.others`.

    A progressive campaign has called each of its customers for an agent who was idle, so it keeps one for each.
    """
    if mode == "progressive":
        return load.ringing + load.talking
    return _coming(load, measured)[0]


def _over_cap(load: Load, measured: Measured, limits: Limits) -> bool:
    """Whether the cap could be passed by the customers under way: then nobody is called for whom no agent is idle.

    Hard means with those who are still to come: one more, and all who are under way beyond the agents there are, as
    many as there could be (`SURE`), not as many as are expected. A loss too many is not made good for weeks.
    """
    lost = measured.abandon_rate * measured.asked
    expected, variance = _coming(load, measured)
    most = expected + NormalDist().inv_cdf(SURE) * math.sqrt(variance)
    exposed = 1 + max(0.0, load.waiting + most + load.others - load.idle)
    return (lost + exposed) / (measured.asked + load.waiting + expected + 1) > limits.abandon_cap


def _coming(load: Load, measured: Measured, new: int = 0) -> tuple[float, float]:
    """Customers under way who will ask for an agent, with `new` calls more: the mean and the variance.

    They are binomial: p = answer rate x share that wants an agent for a ringing one, the share alone for one who talks.
    """
    wants = _share(measured.wants_agent)
    p_ring, ringing = _share(measured.answer_rate) * wants, load.ringing + new
    mean = ringing * p_ring + load.talking * wants
    return mean, ringing * p_ring * (1 - p_ring) + load.talking * wants * (1 - wants)


def _confidence(measured: Measured, limits: Limits) -> float:
    """How sure to be: as sure as asked near the cap, down to an even chance where next to nobody is lost.

    Only after enough customers for the rate to mean something: ten losses' worth of the cap.
    """
    if measured.asked * limits.abandon_cap < ENOUGH_LOSSES or limits.abandon_cap <= 0:
        return limits.confidence
    room = max(0.0, 1 - 2 * measured.abandon_rate / limits.abandon_cap)
    return limits.confidence - (limits.confidence - EVEN) * room


def _predictive(load: Load, measured: Measured, limits: Limits) -> int:
    """The largest number of starts with which, as sure as `confidence`, every customer who wants an agent finds one.

    Normal approximation of those who will want one, with a correction of a half; exact enough from about ten attempts
    on, and on the careful side below.
    """
    agents = load.idle + load.soon - load.waiting - load.others
    if agents <= 0:
        return 0
    if not _share(measured.wants_agent) * _share(measured.answer_rate):
        return limits.lines
    z = NormalDist().inv_cdf(_confidence(measured, limits))
    low, high = 0, limits.lines
    while low < high:
        middle = (low + high + 1) // 2
        mean, variance = _coming(load, measured, middle)
        if mean + z * math.sqrt(variance) + 0.5 <= agents:
            low = middle
        else:
            high = middle - 1
    return low


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))

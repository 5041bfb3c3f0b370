"""How much of the lines is in use, shared between dialers: calls at once as leases that end, calls a second as rates.

The port, and its stand-in in memory. The one on Redis is redis_capacity.py; which lines there are is gateways.py's.
"""

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

LEASE_S = 60
"""A call that nobody renews is counted no longer than this: what a dead dialer held is free again."""
ASKS_S = 10
"""So long after a campaign asked for a line its guaranteed share is kept for it."""
NOBODY = ""


@dataclass(frozen=True)
class Cap:
    """At most `calls` at once of `key`. `shared`: other campaigns' guaranteed calls are kept free of it."""

    key: str
    calls: int
    shared: bool = False


@dataclass(frozen=True)
class Rate:
    """Starts of `key`: at most `starts` in any `seconds` seconds; whole numbers."""

    key: str
    starts: int
    seconds: int = 1


@dataclass(frozen=True)
class Ask:
    """One call that wants a place in all of `caps` at once. `token`: the attempt; `guaranteed`: calls that the campaign
    is sure of. `epoch`: that of the answers so far, empty at first."""

    token: str
    campaign: str
    guaranteed: int
    caps: tuple[Cap, ...]
    rates: tuple[Rate, ...] = ()
    epoch: str = NOBODY


@dataclass(frozen=True)
class Taken:
    """The call has its places until its lease ends."""

    epoch: str


@dataclass(frozen=True)
class Full:
    """Nothing was taken: `key` carries no more now, `why` for people. `wait_s`: when it is a rate that is full, after
    how long it may carry one more; 0 for calls at once, whose end nobody knows."""

    key: str
    why: str
    epoch: str
    wait_s: float = 0.0


@dataclass(frozen=True)
class Room:
    """How many more calls each of the asked caps has for the campaign now, in their order; never negative."""

    calls: tuple[int, ...]
    epoch: str


@dataclass(frozen=True)
class Forgotten:
    """Nothing was taken: the memory is another than that of the epoch named, and may know none of the live calls."""

    epoch: str


class Capacity(Protocol):
    """Who counts. Every method may raise LimitsUnknown: then nobody may dial, for nobody knows the counts."""

    def take(self, ask: Ask) -> Taken | Full | Forgotten:
        """All places or none. A campaign below its guarantee gets any free place; another one only what remains when
        the unused guarantees of campaigns that asked of late are kept."""

    def room(self, ask: Ask) -> Room | Forgotten:
        """What `take` would find, rates apart; nothing is taken, but that the campaign asked is noted."""

    def renew(self, held: Sequence[Ask]) -> None:
        """The calls live: their leases last anew; those that had ended are counted again, for the calls exist."""

    def give_back(self, token: str, caps: Sequence[Cap]) -> None:
        """The call is over. Unknown tokens are nothing new."""

    def held(self, keys: Sequence[str]) -> dict[str, int]:
        """Calls at once now, by key."""


def rate_of(key: str, per_second: float) -> Rate:
    """The rate in whole numbers, on the careful side: 2.5 a second is 2 a second, 0.4 is one in 3 seconds."""
    if per_second >= 1:
        return Rate(key, math.floor(per_second))
    return Rate(key, 1, math.ceil(1 / per_second))


def item_of(rate: Rate) -> RateLimitItem:
    """As the library counts it."""
    return RateLimitItemPerSecond(rate.starts, rate.seconds)


def rate_full(limiter: MovingWindowRateLimiter, rates: Sequence[Rate]) -> Rate | None:
    """The first rate that allows no start now; nothing is counted."""
    return next((rate for rate in rates if not limiter.test(item_of(rate), rate.key)), None)


def rate_hit(limiter: MovingWindowRateLimiter, rates: Sequence[Rate]) -> Rate | None:
    """Count a start in all `rates`; the one that had become full meanwhile, if any: those before it are a start poorer,
    which errs to the careful side."""
    return next((rate for rate in rates if not limiter.hit(item_of(rate), rate.key)), None)


def rate_why(rate: Rate) -> str:
    """For people."""
    return f"{rate.starts} started within {rate.seconds} s, no more are allowed"


class MemoryCapacity:
    """For one process and for tests; the same contract. `clock`: seconds, ever growing."""

    def __init__(self, clock: Callable[[], float], epoch: str = "memory") -> None:
        self._clock, self._epoch = clock, epoch
        self._held: dict[str, dict[str, float]] = {}
        self._asked: dict[str, dict[str, float]] = {}
        self._guaranteed: dict[str, int] = {}
        self._lock = threading.Lock()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, ask: Ask) -> Taken | Full | Forgotten:
        with self._lock:
            if ask.epoch not in (NOBODY, self._epoch):
                return Forgotten(self._epoch)
            self._note(ask)
            full = self._full(ask)
            if full is not None:
                return full
            rate = rate_full(self._limiter, ask.rates) or rate_hit(self._limiter, ask.rates)
            if rate is not None:
                return Full(rate.key, rate_why(rate), self._epoch, rate.seconds / rate.starts)
            self._put(ask)
        return Taken(self._epoch)

    def room(self, ask: Ask) -> Room | Forgotten:
        with self._lock:
            if ask.epoch not in (NOBODY, self._epoch):
                return Forgotten(self._epoch)
            self._note(ask)
            used = [sum(self._used(cap, ask)) for cap in ask.caps]
        return Room(tuple(max(0, cap.calls - one) for cap, one in zip(ask.caps, used, strict=True)), self._epoch)

    def renew(self, held: Sequence[Ask]) -> None:
        with self._lock:
            for ask in held:
                self._put(ask)

    def give_back(self, token: str, caps: Sequence[Cap]) -> None:
        with self._lock:
            for cap in caps:
                self._held.get(cap.key, {}).pop(token, None)

    def held(self, keys: Sequence[str]) -> dict[str, int]:
        with self._lock:
            return {key: len(self._live(key)) for key in keys}

    def _live(self, key: str) -> dict[str, float]:
        now = self._clock()
        self._held[key] = {token: until for token, until in self._held.get(key, {}).items() if until > now}
        return self._held[key]

    def _put(self, ask: Ask) -> None:
        for cap in ask.caps:
            self._held.setdefault(cap.key, {})[ask.token] = self._clock() + LEASE_S

    def _note(self, ask: Ask) -> None:
        self._guaranteed[ask.campaign] = ask.guaranteed
        for cap in ask.caps:
            if cap.shared:
                self._asked.setdefault(cap.key, {})[ask.campaign] = self._clock() + ASKS_S

    def _full(self, ask: Ask) -> Full | None:
        for cap in ask.caps:
            count, kept = self._used(cap, ask)
            if count + kept >= cap.calls:
                return Full(cap.key, full_why(count, cap.calls, kept), self._epoch)
        return None

    def _used(self, cap: Cap, ask: Ask) -> tuple[int, int]:
        """Live calls, and what others who asked of late may still take by their guarantee."""
        count, now = len(self._live(cap.key)), self._clock()
        if not cap.shared or len(self._live(campaign_key(ask.campaign))) < ask.guaranteed:
            return count, 0
        others = [name for name, until in self._asked.get(cap.key, {}).items() if name != ask.campaign and until > now]
        return count, sum(max(0, self._guaranteed[name] - len(self._live(campaign_key(name)))) for name in others)


def campaign_key(campaign: str) -> str:
    """Under which a campaign's own calls are counted; one of the caps of every ask."""
    return f"campaign:{campaign}"


def full_why(count: int, calls: int, kept: int) -> str:
    """For people."""
    return f"{count} calls of {calls}" + (f", {kept} kept for other campaigns" if kept else "")

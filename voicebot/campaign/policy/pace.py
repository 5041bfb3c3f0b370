"""Attempts a second: when the next may start. Pure; the moment in seconds of any steady clock is an argument."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Pace:
    """At most `per_second` starts, evenly: the next one not before `next_at`. What was not used is not made up for."""

    per_second: float
    next_at: float = 0.0

    def within(self, now: float, ahead: float) -> int:
        """How many starts lie between `now` and `ahead` seconds later."""
        left = now + ahead - max(now, self.next_at)
        return int(left * self.per_second) + 1 if left >= 0 else 0

    def take(self, now: float) -> tuple["Pace", float]:
        """The next start, and the pace after it."""
        start = max(now, self.next_at)
        return replace(self, next_at=start + 1 / self.per_second), start

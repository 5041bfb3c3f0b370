"""The time of leases and retries in the fuzz: it runs faster than ours, alike in all processes."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SPEED = 6
"""So many seconds of leases and retries in one of ours."""
BEGIN = datetime(2026, 11, 23, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Clock:
    """`began`: time.monotonic() at BEGIN; it is the machine's, so one value serves all processes."""

    began: float

    def __call__(self) -> datetime:
        return BEGIN + timedelta(seconds=(time.monotonic() - self.began) * SPEED)

    def seconds(self) -> float:
        """For Redis."""
        return self().timestamp()

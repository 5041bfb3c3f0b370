"""Counts of lags by tenths of a millisecond, to ask for p50 and p99 afterwards. Adding is one list increment."""

STEP_MS = 0.1
STEPS = 5000  # up to 500 ms by step; what is longer is known by the maximum


class LagHistogram:
    """Lags in milliseconds. Constant memory, so it can run for ever."""

    def __init__(self) -> None:
        self._counts = [0] * (STEPS + 1)
        self.count = 0
        self.max_ms = 0.0

    def add(self, ms: float) -> None:
        """Count one lag; below zero counts as zero."""
        self._counts[min(STEPS, max(0, int(ms / STEP_MS)))] += 1
        self.count += 1
        if ms > self.max_ms:
            self.max_ms = ms

    def quantile(self, share: float) -> float:
        """The lag in ms that `share` (0..1) of all do not exceed, rounded up to the step; 0.0 if none was counted."""
        wanted, seen = share * self.count, 0
        for step, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                return self.max_ms if step == STEPS else min(self.max_ms, round((step + 1) * STEP_MS, 1))
        return 0.0

"""Audio time of one call: frames counted, with the holes that the switch left filled by their arrival times.
Time is an argument here; nobody reads a clock in this file."""

from collections import deque
from typing import Final

WINDOW_MS: Final = 400  # longer than any burst that a live call survives unheard
TOLERANCE_MS: Final = 40  # two frames: scheduling noise, not a hole


class AudioClock:
    """Where each frame begins, in ms on the clock that arrivals are told by; the first begins where it arrives.

    Frames that come late but all come are counted as they are: the lag behind the arrivals falls back to where it
    was. Frames that never come leave a lag that stays: the least lag seen in the last `window_ms` of audio is a hole,
    and the clock jumps over it.
    """

    def __init__(self, window_ms: int = WINDOW_MS, tolerance_ms: int = TOLERANCE_MS) -> None:
        self._window_ms = window_ms
        self._tolerance_ms = tolerance_ms
        self._now_ms: int | None = None
        self._ahead_ms = 0
        """How far counted time is ahead of arrivals: the first frame was late, or the sender's clock is fast."""
        self._lags: deque[tuple[int, int]] = deque()

    def tick(self, arrived_ms: int, ms: int) -> int:
        """A frame of `ms` arrived; its beginning on this clock. Never goes back."""
        if self._now_ms is None:
            self._now_ms = arrived_ms
        lag = arrived_ms - self._now_ms + self._ahead_ms
        if lag < 0:
            self._ahead_ms -= lag
            self._lags = deque((at, earlier - lag) for at, earlier in self._lags)
            lag = 0
        self._lags.append((self._now_ms, lag))
        while len(self._lags) > 1 and self._lags[1][0] <= self._now_ms - self._window_ms:
            self._lags.popleft()
        begins = self._now_ms + self._hole()
        self._now_ms = begins + ms
        return begins

    def _hole(self) -> int:
        """The lag that has stayed for a whole window, 0 when it is within the tolerance."""
        if self._lags[-1][0] - self._lags[0][0] < self._window_ms:
            return 0
        hole = min(lag for _, lag in self._lags)
        if hole < self._tolerance_ms:
            return 0
        self._lags.clear()
        return hole

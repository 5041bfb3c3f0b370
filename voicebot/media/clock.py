"""Audio time of one call: frames counted, with the holes that the switch left filled by wall time.
Time is an argument here; nobody reads a clock in this file."""

from collections import deque
from typing import Final

WINDOW_MS: Final = 400  # longer than any burst that a live call survives unheard
TOLERANCE_MS: Final = 40  # two frames: scheduling noise, not a hole


class AudioClock:
    """Milliseconds since the first frame.

    Frames that come late but all come are counted as they are; the lag behind the wall clock falls back to where it
    was. Frames that never come leave a lag that stays: the least lag seen in the last `WINDOW_MS` of audio is a hole,
    and the clock jumps over it. A sender whose clock is fast never makes time run ahead of the frames' count.
    """

    def __init__(self, window_ms: int = WINDOW_MS, tolerance_ms: int = TOLERANCE_MS) -> None:
        self._window_ms = window_ms
        self._tolerance_ms = tolerance_ms
        self._zero_s: float | None = None
        self._at_ms = 0
        self._lags: deque[tuple[int, float]] = deque()

    def tick(self, now_s: float, ms: int) -> int:
        """A frame of `ms` arrived at `now_s` (monotonic seconds); its beginning on this clock. Never goes back."""
        arrived_ms = now_s * 1000
        if self._zero_s is None:
            self._zero_s = arrived_ms - ms
        lag = arrived_ms - self._zero_s - (self._at_ms + ms)
        if lag < 0:  # this frame came sooner than any before: the first one had been late
            self._zero_s += lag
            self._lags = deque((at, old - lag) for at, old in self._lags)
            lag = 0.0
        self._lags.append((self._at_ms, lag))
        while len(self._lags) > 1 and self._lags[1][0] <= self._at_ms - self._window_ms:
            self._lags.popleft()
        self._jump_over_hole()
        begins = self._at_ms
        self._at_ms += ms
        return begins

    @property
    def now_ms(self) -> int:
        """The end of the latest frame."""
        return self._at_ms

    def _jump_over_hole(self) -> None:
        if self._at_ms - self._lags[0][0] < self._window_ms:
            return
        hole = int(min(lag for _, lag in self._lags))
        if hole >= self._tolerance_ms:
            self._at_ms += hole
            self._lags.clear()

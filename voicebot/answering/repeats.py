"""Whether the same audio comes again: a piece of it is laid over all that was heard before.

Sound only, by the shape of its spectrum over time; words and voices do not matter.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from voicebot.answering.spectrum import BANDS
from voicebot.media.frames import FRAME_MS

LEAST_SPEECH: Final = 0.7
"""Share of a piece that must be speech."""


@dataclass(frozen=True)
class RepeatLimits:
    """What counts as the same audio."""

    piece_ms: float
    """So much of the newest audio is looked for."""
    least_lag_ms: float
    """Nearer likeness is a steady sound."""
    memory_ms: float
    """Older audio is forgotten."""
    every_ms: float
    """How often it is looked for."""
    alike: float
    """Least correlation of the two pieces, 0 to 1."""


class Repeats:
    """One line's memory of `memory_ms` from the beginning; what comes later is not compared."""

    def __init__(self, limits: RepeatLimits) -> None:
        self._limits = limits
        self._size = int(limits.memory_ms) // FRAME_MS
        self._piece = int(limits.piece_ms) // FRAME_MS
        self._bands = np.zeros((self._size, BANDS), np.float32)
        self._frames = 0
        self._voiced = np.zeros(self._size, bool)
        self.alike = 0.0
        """The best likeness so far, -1 to 1."""
        self.lag_ms = 0
        """How long before it the same was heard."""
        self.found_ms: int | None = None
        """When a likeness was first enough."""

    def push(self, bands: "np.ndarray[tuple[int], np.dtype[np.float32]]", speech: bool) -> None:
        """The next frame. Only pieces that are mostly speech count: music and tones repeat themselves."""
        if self._frames >= self._size or self.found_ms is not None:
            return
        self._bands[self._frames] = bands - bands.mean()  # its shape; how loud it is matters less
        self._voiced[self._frames] = speech
        self._frames += 1
        if self._frames * FRAME_MS % int(self._limits.every_ms) == 0:
            self._search()

    def _search(self) -> None:
        piece, least = self._piece, int(self._limits.least_lag_ms) // FRAME_MS
        begin = self._frames - piece
        places = begin - least + 1
        if places < 1 or self._voiced[begin : self._frames].mean() < LEAST_SPEECH:
            return
        wanted = self._bands[begin : self._frames]
        wanted = wanted - wanted.mean(axis=0)
        windows = sliding_window_view(self._bands[: places + piece - 1], piece, axis=0)
        centred = windows - windows.mean(axis=2, keepdims=True)
        dots = np.einsum("tbp,pb->t", centred, wanted)
        norms = np.sqrt(np.einsum("tbp,tbp->t", centred, centred) * float((wanted**2).sum())) + 1e-6
        alike = dots / norms
        best = int(alike.argmax())
        if alike[best] > self.alike:
            self.alike, self.lag_ms = float(alike[best]), (begin - best) * FRAME_MS
        if alike[best] >= self._limits.alike:
            self.found_ms = self._frames * FRAME_MS

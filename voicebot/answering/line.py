"""One line's audio as both listeners hear it: frames of any size, holes filled, sounds told, repetition noticed.

Words and verdicts are early.py's and greeting.py's.
"""

from typing import Final

from voicebot.answering.evidence import Span
from voicebot.answering.repeats import Repeats
from voicebot.answering.sounds import SPEECH, SoundMeter
from voicebot.answering.thresholds import Thresholds
from voicebot.media.frames import FRAME_BYTES, FRAME_MS, SILENCE_FRAME, ms_of

LATE_MS: Final = 100
"""Frames that are later than this never came; up to it they are only late."""
HEARD_HOLE_MS: Final = 400
"""So much of a hole is heard as silence, which ends whatever was heard; the rest is only counted."""


class Line:
    """Frames in, sounds out. Times are ms of the caller's clock, from 0."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._meter = SoundMeter(thresholds.sounds, thresholds.tones)
        self.repeats = Repeats(thresholds.repeats)
        self._rest = b""

    def push(self, pcm: bytes, at_ms: int) -> None:
        """Audio of whole samples that begins at `at_ms`."""
        hole = at_ms - self.now_ms - ms_of(len(self._rest))
        if hole > LATE_MS:
            for _ in range(min(hole, HEARD_HOLE_MS) // FRAME_MS):
                self._hear(SILENCE_FRAME)
            self._meter.skip(max(0, hole - HEARD_HOLE_MS) // FRAME_MS)
        self._rest += pcm
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            self._hear(frame)

    @property
    def now_ms(self) -> int:
        """The end of what was heard."""
        return self._meter.now_ms

    @property
    def sound(self) -> str:
        """What is heard now."""
        return self._meter.sound

    def spans(self) -> tuple[Span, ...]:
        """The sounds so far, in order, the open one last."""
        return self._meter.spans()

    def _hear(self, frame: bytes) -> None:
        sound = self._meter.push(frame)
        self.repeats.push(self._meter.frame.bands, sound == SPEECH)

"""The audio of one call: every frame that comes in is heard, and answered by one frame of the prompt or silence.

Runs on the hub, once a frame; nothing here waits. What the frames mean belongs to the actor.
"""

from collections.abc import Callable
from typing import Protocol

from voicebot.media.player import Player


class Hearing(Protocol):
    """What the line needs of an ear."""

    def push(self, frame: bytes, at_ms: int) -> None:
        """Take one frame; `at_ms` on the line's clock. Never waits."""


class Line:
    """Player and ear of one call on one clock: milliseconds since the first frame, by arrival.

    Counting by arrival and not by frames keeps the clock right when the switch skips frames under load.
    `on_began(say_id, at)` is called on the hub with the first frame of a prompt, `on_finished(say_id, played_ms)`
    with its last.
    """

    def __init__(
        self, ear: Hearing, on_began: Callable[[int, int], None], on_finished: Callable[[int, int], None]
    ) -> None:
        self._ear = ear
        self._on_began = on_began
        self._on_finished = on_finished
        self._player = Player()
        self._first: float | None = None
        self._now = 0
        self._begun: int | None = None

    @property
    def now(self) -> int:
        """Milliseconds of the newest frame."""
        return self._now

    @property
    def playing(self) -> int | None:
        """Number of the prompt that is being played, None in silence."""
        return self._player.playing

    @property
    def played_ms(self) -> int | None:
        """How much of the running prompt has been sent, None in silence."""
        return self._player.played_ms

    def play(self, pcm: bytes, say_id: int, from_ms: int = 0) -> None:
        """Begin a prompt with the next frame, in place of any that runs."""
        self._begun = None
        self._player.play(pcm, say_id, from_ms)

    def stop(self) -> int:
        """Silence from the next frame on; returns how many milliseconds of the prompt were sent."""
        return self._player.stop()

    def frame(self, data: bytes, arrival: float) -> bytes:
        """One frame in (`arrival` in seconds, monotonic), the frame that answers it out: same size."""
        if self._first is None:
            self._first = arrival
        self._now = round((arrival - self._first) * 1000)
        self._ear.push(data, self._now)
        say_id = self._player.playing
        if say_id is not None and say_id != self._begun:
            self._begun = say_id
            self._on_began(say_id, self._now)
        out = self._player.next_frame(len(data))
        finished = self._player.finished()
        if finished is not None:
            self._on_finished(*finished)
        return out

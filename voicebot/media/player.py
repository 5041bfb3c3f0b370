"""Playout of one call: prompts cut into the frames that the switch asks for, and how much of each was sent.
Which prompt runs and what follows is the dialog's business; sockets are esl's."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from voicebot.media.frames import BYTES_PER_MS, SAMPLE_BYTES, bytes_of, ms_of
from voicebot.media.pcm import l16

FADE_MS: Final = 5  # shorter clicks, longer is heard as a slow stop


class Finished(NamedTuple):
    """A prompt that was sent to its end."""

    say_id: int
    played_ms: int


@dataclass
class _Running:
    say_id: int
    pcm: bytes
    at: int
    """Next byte to be sent."""


class Player:
    """Turns prompts into frames of any size; silence where no prompt runs.

    The clock is the caller's: one `next_frame` for each frame that came in. Positions count from the prompt's
    beginning, whatever `from_ms` it was entered at.
    """

    def __init__(self) -> None:
        self._running: _Running | None = None
        self._tail = b""
        self._finished: Finished | None = None

    def play(self, pcm: bytes, say_id: int, from_ms: int = 0) -> None:
        """Begin with the next frame at `from_ms` of `pcm`, in place of what runs. What ran is faded, not finished.

        Raises ValueError when `pcm` is not whole samples or `from_ms` is negative.
        """
        if len(pcm) % SAMPLE_BYTES:
            raise ValueError(f"prompt {say_id}: {len(pcm)} bytes are not whole 16-bit samples")
        if from_ms < 0:
            raise ValueError(f"prompt {say_id}: from_ms {from_ms} is before its beginning")
        self.stop()
        start = min(bytes_of(from_ms), len(pcm))
        if start:
            pcm = (
                pcm[:start]
                + _faded(pcm[start : start + bytes_of(FADE_MS)], rising=True)
                + pcm[start + bytes_of(FADE_MS) :]
            )
        self._running = _Running(say_id, pcm, start)
        self._finished = None

    def stop(self) -> int:
        """Be silent from the next frame on, but for a fade of `FADE_MS`; the played ms, 0 when nothing ran."""
        running, self._running = self._running, None
        if running is None:
            return 0
        self._tail = _faded(running.pcm[running.at : running.at + bytes_of(FADE_MS)], rising=False)
        return running.at // BYTES_PER_MS

    def next_frame(self, size: int) -> bytes:
        """The next `size` bytes for the customer: always exactly that many, an even number."""
        frame = self._take(size)
        if self._tail:
            tail, self._tail = self._tail[:size], self._tail[size:]
            frame = _mixed(frame, tail)
        return frame

    @property
    def playing(self) -> int | None:
        """The say_id of the running prompt."""
        return self._running.say_id if self._running else None

    @property
    def played_ms(self) -> int | None:
        """Position in the running prompt: what was handed out so far, None when nothing runs."""
        return ms_of(self._running.at) if self._running else None

    def finished(self) -> Finished | None:
        """The prompt whose last sample was in the latest frame; told once."""
        finished, self._finished = self._finished, None
        return finished

    def _take(self, size: int) -> bytes:
        running = self._running
        if running is None:
            return bytes(size)
        frame = running.pcm[running.at : running.at + size]
        running.at += len(frame)
        if running.at >= len(running.pcm):
            self._finished = Finished(running.say_id, ms_of(len(running.pcm)))
            self._running = None
        return frame if len(frame) == size else frame + bytes(size - len(frame))


def _faded(pcm: bytes, *, rising: bool) -> bytes:
    """`pcm` under a straight ramp from or to silence."""
    samples = np.frombuffer(pcm, "<i2")
    ramp = np.linspace(0.0, 1.0, len(samples)) if rising else np.linspace(1.0, 0.0, len(samples))
    return l16(samples * ramp)


def _mixed(frame: bytes, tail: bytes) -> bytes:
    """`tail` added to the beginning of `frame`, clipped."""
    samples = np.frombuffer(frame, "<i2").astype(np.int32)
    added = np.frombuffer(tail, "<i2")
    samples[: len(added)] += added
    return l16(np.clip(samples, -32768, 32767))

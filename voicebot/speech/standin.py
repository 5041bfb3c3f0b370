"""Stand-ins for voice, recogniser and VAD: text written into audio and read back, at no cost and without a fault.
For tests and dry runs; they understand nothing but each other. The ports are in `ports`."""

from typing import Final

import numpy as np
import numpy.typing as npt

from voicebot.errors import SpeechError
from voicebot.media.frames import FRAME_BYTES, FRAME_MS, SAMPLE_BYTES
from voicebot.speech.ports import Recogniser, Transcript, Word
from voicebot.understanding.normalise import normalise

FRAMES_PER_CHARACTER: Final = 6  # 120 ms, an unhurried syllable
MARK: Final = 0x5AA5  # one sample that says: the next three are a character
LOUD: Final = 6000
VOICED_LEVEL: Final = 1000
BITS: Final = 15


class StandinVoice:
    """Each character is 120 ms of a buzz that names it."""

    def name(self, voice: str) -> str:
        return f"stand-in {voice}"

    def render(self, text: str, voice: str) -> bytes:
        frames = (
            _frame(ord(character), place * FRAMES_PER_CHARACTER + turn)
            for place, character in enumerate(text)
            for turn in range(FRAMES_PER_CHARACTER)
        )
        return b"".join(frames)


class StandinModel:
    """Recognises what `StandinVoice` says, whatever frames it comes in. `fail_at`: raise SpeechError in the feed
    that brings this character."""

    name = "stand-in"

    def __init__(self, fail_at: str = "") -> None:
        self._fail_at = fail_at

    def open(self) -> Recogniser:
        return StandinRecogniser(self._fail_at)


class StandinRecogniser:
    def __init__(self, fail_at: str = "") -> None:
        self._fail_at = fail_at
        self._rest = b""
        self._characters: list[str] = []
        self._last_frame = -1
        self._partial = ""

    def feed(self, pcm: bytes) -> str | None:
        self._rest += pcm
        whole = len(self._rest) // SAMPLE_BYTES
        samples = np.frombuffer(self._rest[: whole * SAMPLE_BYTES], "<i2")
        marks = np.flatnonzero(samples == MARK)
        for mark in marks[marks < whole - 3]:
            self._read(*(int(sample) for sample in samples[mark + 1 : mark + 4]))
        self._rest = self._rest[max(0, whole - 3) * SAMPLE_BYTES :]  # a mark in it has not been read
        text = normalise("".join(self._characters))
        if text == self._partial:
            return None
        self._partial = text
        return text

    def finish(self) -> Transcript:
        words = tuple(
            Word(character, place * FRAME_MS * FRAMES_PER_CHARACTER, (place + 1) * FRAME_MS * FRAMES_PER_CHARACTER, 1.0)
            for place, character in enumerate(self._characters)
        )
        text = normalise("".join(self._characters))
        self.reset()
        return Transcript(text, 1.0 if text else 0.0, words)

    def reset(self) -> None:
        self._rest = b""
        self._characters = []
        self._last_frame = -1
        self._partial = ""

    def _read(self, low: int, high: int, frame: int) -> None:
        """One frame's name; a character is new unless it goes on from the frame before."""
        last, self._last_frame = self._last_frame, frame
        if last < frame and last // FRAMES_PER_CHARACTER == frame // FRAMES_PER_CHARACTER:
            return
        character = chr(low | high << BITS)
        if self._fail_at and character == self._fail_at:
            raise SpeechError(f"stand-in recogniser: told to fail at {character!r}")
        self._characters.append(character)


class LevelVad:
    """Voiced is what is loud."""

    def voiced(self, frame: bytes) -> float:
        return float(np.abs(np.frombuffer(frame, "<i2").astype(np.int32)).mean() > VOICED_LEVEL)

    def reset(self) -> None:
        """Nothing is kept."""


def _frame(code: int, number: int) -> bytes:
    samples: npt.NDArray[np.int16] = np.resize(np.array([LOUD, -LOUD], "<i2"), FRAME_BYTES // SAMPLE_BYTES)
    samples[:4] = (MARK, code & (1 << BITS) - 1, code >> BITS, number % (1 << BITS))
    return samples.tobytes()

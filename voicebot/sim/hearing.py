"""How a simulated person hears the robot: by energy alone, as speech that begins and speech that has paused.
Sans-IO, counted in frames. What the person does about it is in customer.py."""

from typing import Final, Literal

import numpy as np

from voicebot.media.frames import FRAME_MS

VOICED_RMS: Final = 180.0  # -45 dBFS: under any prompt, over the noise of a G.711 line
BEGIN_MS: Final = 60  # shorter sounds are clicks

Heard = Literal["began", "paused"]


def is_voiced(frame: bytes) -> bool:
    """Whether there is sound in an L16 frame."""
    samples = np.frombuffer(frame, "<i2").astype(np.float32)
    return bool(samples.size) and float(np.dot(samples, samples)) > VOICED_RMS**2 * samples.size


class Hearing:
    """Follows the other side's speech. `speaking_ms`: how long the present utterance has lasted, pauses included."""

    def __init__(self) -> None:
        self.speaking = False
        self.speaking_ms = 0
        self.quiet_ms = 0
        self._run_ms = 0

    def push(self, frame: bytes, pause_ms: int) -> Heard | None:
        """Take one frame; `paused` comes once, when the speech has been silent for `pause_ms`."""
        if is_voiced(frame):
            self._run_ms += FRAME_MS
            self.quiet_ms = 0
        else:
            self._run_ms = 0
            self.quiet_ms += FRAME_MS
        if self.speaking:
            self.speaking_ms += FRAME_MS
            if self.quiet_ms >= pause_ms:
                self.speaking = False
                return "paused"
        elif self._run_ms >= BEGIN_MS:
            self.speaking, self.speaking_ms = True, self._run_ms
            return "began"
        return None

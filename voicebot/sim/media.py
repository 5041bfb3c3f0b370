"""Audio of the simulated switch: unicast over real UDP, one 20 ms clock for all legs, bridges, recordings' frames.
The clock never catches up after a stall: like the switch's soft timer it skips, and the skipped frames are counted."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from voicebot.media.frames import FRAME_BYTES, FRAME_MS
from voicebot.sim.callees import SILENCE, Callee, CalleeAction, silence

TICK_S: Final = FRAME_MS / 1000
MAX_DATAGRAM: Final = 65_536
LATE_S: Final = 0.020  # a frame that comes later than this was late


class Unicast:
    """One `unicast` of a parked leg: sends to the robot, plays what the robot sent, one datagram in 20 ms.

    The kernel's socket buffer is the play-out queue, as in the real switch: what the robot sends too much stays in it
    and delays all that follows.
    """

    def __init__(self, local: tuple[str, int], remote: tuple[str, int]) -> None:
        """Raises OSError when the local port is taken."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        try:
            self._socket.bind(local)
        except OSError:
            self._socket.close()
            raise
        self._remote = remote
        self._deaf = False
        self.odd_datagrams = 0

    def receive(self) -> bytes | None:
        """The next frame of the robot, None if nothing is queued."""
        if self._deaf:
            return None
        try:
            data = self._socket.recv(MAX_DATAGRAM)
        except (BlockingIOError, ConnectionRefusedError):
            return None
        if not data:
            self._deaf = True  # measured: an empty datagram ends this direction for good
        if len(data) != FRAME_BYTES:
            self.odd_datagrams += 1
            return None
        return data

    def send(self, frame: bytes) -> None:
        try:
            self._socket.sendto(frame, self._remote)
        except (BlockingIOError, ConnectionRefusedError):
            return  # nobody listens there: RTP does not care either

    def close(self) -> None:
        self._socket.close()


class AudioPort:
    """The audio of one leg. `on_action` gets what the callee decides; it may close the port."""

    def __init__(self, callee: Callee, on_action: Callable[[CalleeAction], None]) -> None:
        self.callee = callee
        self.talking = False  # from the answer on; before it only the announcement is heard
        self.unicast: Unicast | None = None
        self.peer: AudioPort | None = None
        self.said = SILENCE
        self.taps: list[Callable[[bytes, bytes], None]] = []  # get (what the callee said, what the callee heard)
        self.starved_frames = 0  # the robot had spoken before, and nothing of it was there
        self.odd_datagrams = 0
        self._played, self._played_at = b"", 0
        self._fed = False
        self._on_action = on_action
        self._announced = 0

    def tick(self) -> None:
        """Exchange one frame in each direction with the robot, or with the leg that we are bridged to."""
        heard = self._incoming()
        said = self.exchange(heard)
        if self.unicast:
            self.unicast.send(said)
        for tap in self.taps:
            tap(said, heard)

    def exchange(self, heard: bytes) -> bytes:
        """Give the callee a frame and return the one that it says."""
        if not self.talking:
            self.said = self._announcement(len(heard))
            return self.said
        self.said = self.callee.on_frame(heard)
        for action in self.callee.actions():
            self._on_action(action)
        return self.said

    def play(self, sound: bytes) -> None:
        """From now on the callee hears `sound`, until it ends or the leg is bridged."""
        self._played, self._played_at = sound, 0

    def _incoming(self) -> bytes:
        if self.peer:
            self._played = b""
            return self.peer.said
        if self._played_at < len(self._played):
            begin, self._played_at = self._played_at, self._played_at + FRAME_BYTES
            return self._played[begin : self._played_at]
        frame = self.unicast.receive() if self.unicast else None
        self._fed = self._fed or frame is not None
        self.starved_frames += frame is None and self._fed
        return frame or SILENCE

    def _announcement(self, size: int) -> bytes:
        frame = self.callee.line.announcement[self._announced : self._announced + size]
        self._announced += size
        return frame + silence(size - len(frame))

    def stop_unicast(self) -> None:
        """End unicast without a word to anybody, as the switch does."""
        if self.unicast:
            self.unicast.close()
            self._fed = False
            self.odd_datagrams += self.unicast.odd_datagrams
            self.unicast = None


@dataclass
class ClockReport:
    """How well the clock kept its 20 ms; lateness in milliseconds of every tick that had work."""

    ticks: int = 0
    frames: int = 0
    late_frames: int = 0
    skipped_frames: int = 0
    worst_late_ms: float = 0.0
    lateness: list[int] = field(default_factory=lambda: [0] * 101)  # ticks by whole milliseconds, the last: or more

    def add(self, late_s: float, ports: int) -> None:
        self.ticks += 1
        self.frames += ports
        self.late_frames += ports if late_s > LATE_S else 0
        self.worst_late_ms = max(self.worst_late_ms, late_s * 1000)
        self.lateness[min(100, int(late_s * 1000))] += 1

    def percentile_ms(self, share: float) -> int:
        """The lateness, rounded down, that `share` of the ticks do not exceed."""
        passed = 0
        for milliseconds, ticks in enumerate(self.lateness):
            passed += ticks
            if passed >= share * self.ticks:
                return milliseconds
        return len(self.lateness) - 1


class Clock:
    """The 20 ms clock of all ports. `run` until cancelled."""

    def __init__(self) -> None:
        self.ports: dict[AudioPort, None] = {}  # a set that keeps its order
        self.report = ClockReport()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            late = loop.time() - due
            if self.ports:
                self.report.add(late, len(self.ports))
            for port in tuple(self.ports):
                port.tick()
            skipped = int((loop.time() - due) / TICK_S)
            self.report.skipped_frames += skipped * len(self.ports)
            due += (1 + skipped) * TICK_S

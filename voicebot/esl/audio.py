"""The audio of one call: a UDP socket on the hub, one datagram out for each datagram in, and what was late.

What is in a frame is the business of `on_frame`. One frame out for one in: a clock of our own would leave its surplus
in the switch's buffer for the rest of the call (measured on FreeSWITCH 1.10.12).
"""

import logging
import socket  # plain and non-blocking: the watcher below waits, not the socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from time import monotonic, time

import gevent

from voicebot.esl.histogram import LagHistogram
from voicebot.media.frames import BYTES_PER_MS

log = logging.getLogger(__name__)

MAX_DATAGRAM = 4096  # 320 bytes each 20 ms, 640 at a ptime of 40
AT_ONCE = 16  # datagrams handled before the hub may do something else
BURST_S = 0.1
STALL_S = 0.2
CHECK_S = 0.05

# The kernel's arrival time (SO_TIMESTAMPNS) tells our own lag from the sender's. Linux, 64 bit: two longs.
_SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("@ll")
_CONTROL_BYTES = socket.CMSG_SPACE(_TIMESPEC.size)

OnFrame = Callable[[bytes, float], bytes]


@dataclass(frozen=True)
class AudioStats:
    """What became of the frames. A gap counts from one handled frame to the next; own lag from arrival to handling."""

    frames_in: int = 0
    frames_out: int = 0
    late: int = 0  # gaps of more than two frames' time (40 ms)
    bursts_over_100ms: int = 0  # gaps of more than 100 ms
    worst_gap_ms: float = 0.0
    own_late: int = 0  # frames that waited for us longer than a frame's time
    own_over_100ms: int = 0
    worst_own_lag_ms: float = 0.0
    foreign: int = 0  # datagrams of another sender, not answered
    faults: int = 0  # frames answered with silence because on_frame failed
    stalls: int = 0


_COUNTED = tuple(item.name for item in fields(AudioStats) if item.type is int)


class UnicastAudio:
    """`on_frame(frame, arrived)` is called on the hub for each frame and returns as many bytes to be played.

    `arrived`: monotonic seconds, by the kernel's stamp where there is one. `on_stall()` is called once when frames stay
    away for STALL_S while watched. Neither may block. `lags`: a histogram to add our own lags to.
    """

    def __init__(
        self,
        on_frame: OnFrame,
        on_stall: Callable[[], None] | None = None,
        host: str = "127.0.0.1",
        lags: LagHistogram | None = None,
    ) -> None:
        self._on_frame, self._on_stall, self._lags = on_frame, on_stall, lags
        self._sender: tuple[str, int] | None = None
        self._count = dict.fromkeys(_COUNTED, 0)
        self._worst_gap = self._worst_lag = 0.0
        self.last_frame_at: float | None = None
        self._stalled = False
        self._waiting_since = self._checked_at = 0.0
        self._sock = _open(host)
        self.host: str = host
        self.port: int = self._sock.getsockname()[1]
        loop = gevent.get_hub().loop
        self._readable = loop.io(self._sock.fileno(), 1)
        self._readable.priority = loop.MAXPRI  # type: ignore[attr-defined]  # libev has it
        self._readable.start(self._drain)
        self._checker = loop.timer(CHECK_S, CHECK_S)
        self.watching = False

    def forget_sender(self) -> None:
        """A new unicast follows: the next datagram's sender is the one to talk to, and the pause is no gap."""
        self._sender = self.last_frame_at = None

    def watch(self) -> None:
        """From now on frames are expected; on_stall() is called if they stay away."""
        self._waiting_since = self._checked_at = monotonic()
        self._stalled, self.watching = False, True
        self._checker.stop()
        self._checker.start(self._check, update=True)

    def unwatch(self) -> None:
        """Frames may stay away (bridged to a person, hung up)."""
        if self.watching:
            self.watching = False
            self._checker.stop()

    def stats(self) -> AudioStats:
        """The figures so far."""
        return AudioStats(**self._count, worst_gap_ms=self._worst_gap * 1000, worst_own_lag_ms=self._worst_lag * 1000)

    def close(self) -> None:
        """Stop and free the port. A second time does nothing."""
        if self._sock.fileno() < 0:
            return
        self.watching = False
        for watcher in (self._readable, self._checker):
            watcher.stop()
            watcher.close()
        self._sock.close()

    # --- on the hub -------------------------------------------------------------------------------
    def _drain(self) -> None:
        for _ in range(AT_ONCE):
            try:
                frame, control, _flags, sender = self._sock.recvmsg(MAX_DATAGRAM, _CONTROL_BYTES)
            except (BlockingIOError, InterruptedError):
                return
            self._take(frame, sender, control)
            if self._sock.fileno() < 0:  # on_frame closed us
                return

    def _take(self, frame: bytes, sender: tuple[str, int], control: list[tuple[int, int, bytes]]) -> None:
        if self._sender is None:
            self._sender = sender
        if sender != self._sender or not frame:
            self._count["foreign"] += 1
            return
        now = monotonic()
        lag = _lag(control)
        self._note(now, lag, len(frame))
        answer = self._answer(frame, now - lag)
        try:
            # Never an empty datagram: it would end the robot-to-customer direction for good.
            self._sock.sendto(answer, sender)
            self._count["frames_out"] += 1
        except OSError as error:  # also a full buffer: a frame that cannot leave now is of no use later
            log.warning("audio frame to %s not sent: %s", sender, error)

    def _answer(self, frame: bytes, arrived: float) -> bytes:
        try:
            answer = self._on_frame(frame, arrived)
            if len(answer) == len(frame):
                return answer
            raise ValueError(f"a frame of {len(frame)} bytes was answered with {len(answer)}")
        except Exception:  # on the hub nobody above could handle it, and the other calls live on
            if not self._count["faults"]:
                log.exception("audio on port %d: silence is sent instead; later faults are only counted", self.port)
            self._count["faults"] += 1
            return bytes(len(frame))

    def _note(self, now: float, lag: float, size: int) -> None:
        count, frame_s = self._count, size / BYTES_PER_MS / 1000
        count["frames_in"] += 1
        if self.last_frame_at is not None:
            gap = now - self.last_frame_at
            self._worst_gap = max(self._worst_gap, gap)
            count["late"] += gap > 2 * frame_s
            count["bursts_over_100ms"] += gap > BURST_S
        self.last_frame_at = now
        self._stalled = False
        self._worst_lag = max(self._worst_lag, lag)
        count["own_late"] += lag > frame_s
        count["own_over_100ms"] += lag > BURST_S
        if self._lags is not None:
            self._lags.add(lag * 1000)

    def _check(self) -> None:
        now, before = monotonic(), self._checked_at
        self._checked_at = now
        # After a stall of our own, frames wait in the socket: they are handled before anybody is blamed.
        if self._stalled or now - before > 2 * CHECK_S:
            return
        if now - max(self._waiting_since, self.last_frame_at or 0.0) > STALL_S:
            self._stalled = True
            self._count["stalls"] += 1
            if self._on_stall is not None:
                self._on_stall()


def _open(host: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind((host, 0))
    if sys.platform == "linux":
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    return sock


def _lag(control: list[tuple[int, int, bytes]]) -> float:
    """Seconds since the kernel had the datagram; 0.0 if it did not say, or the wall clock was set in between."""
    for _level, kind, data in control:
        if kind == _SO_TIMESTAMPNS and len(data) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            lag: float = time() - seconds - nanoseconds / 1e9
            return lag if 0.0 <= lag < 10.0 else 0.0
    return 0.0

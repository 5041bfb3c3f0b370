"""One event socket connection: commands paired with replies, deadlines, an end that everybody who waits is told of.

What CallSession and Control share. It replaces the wire half of greenswitch's ESLProtocol; no channel, no job here.
greenswitch imports gevent but patches nothing, and nor do we: native threads stay native.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import cast

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Signal
from gevent.lock import BoundedSemaphore
from greenswitch.esl import ESLProtocol

from voicebot.errors import ProtocolError, SwitchRefused, SwitchUnreachable, VoicebotError
from voicebot.esl.codec import Decoder, Event, Frame, encode

log = logging.getLogger(__name__)

REPLY_DEADLINE_S = 5.0
READ_BYTES = 65536

Lines = Iterable[tuple[str, str]]


class CheckedLink(ESLProtocol):  # type: ignore[misc]  # greenswitch has no types
    """greenswitch's protocol with our codec, a lock, deadlines, and waiters that fail when the connection ends.

    Event callbacks run in the reading greenlet: they must only note or post, a command from one raises RuntimeError.
    """

    def __init__(self, *args: object) -> None:
        self._decoder = Decoder()
        self._awaiting: deque[AsyncResult[Frame]] = deque()  # replies come in the order of the commands
        self._writing = BoundedSemaphore(1)
        self._callbacks: list[Callable[[Event], None]] = []
        self._reader: gevent.Greenlet[[], None] | None = None
        self.closed = Signal()
        self.fault: VoicebotError | None = None
        super().__init__(*args)

    # --- for subclasses ---------------------------------------------------------------------------
    def _ended(self, text: str) -> VoicebotError:
        """The error that waiters get when the connection ended because of `text`."""
        return SwitchUnreachable(text)

    def _on_event(self, event: Event) -> None:
        """An event came; runs before the callbacks."""

    def _after_event(self, event: Event) -> None:
        """An event came; runs after the callbacks."""

    def _on_notice(self, frame: Frame) -> None:
        """A frame that is neither a reply nor an event came."""

    def _on_closed(self) -> None:
        """The connection is over; `fault` says why."""

    # --- public -----------------------------------------------------------------------------------
    def on_event(self, callback: Callable[[Event], None]) -> None:
        """Call `callback(event)` for each event, in order, in the reading greenlet: it must not block."""
        self._callbacks.append(callback)

    def request(self, command: str, headers: Lines = (), body: str = "", deadline: float = REPLY_DEADLINE_S) -> Frame:
        """Send one command and return its reply. `deadline`: seconds for both together.

        Raises ValueError (codec.encode), SwitchRefused on `-ERR` and `-USAGE`, SwitchUnreachable past the deadline, and
        the connection's own end (ChannelGone for a call, SwitchUnreachable for the control connection).
        """
        data = encode(command, headers, body)
        if gevent.getcurrent() is self._reader:
            raise RuntimeError(f"{command!r} from an event callback: it would wait for itself; spawn a greenlet")
        slot: AsyncResult[Frame] = AsyncResult()
        with gevent.Timeout(deadline) as timeout:
            try:
                self._write(data, slot)
                frame = cast(Frame, slot.get())
            except gevent.Timeout as fired:
                if fired is not timeout:
                    raise
                raise SwitchUnreachable(
                    f"no reply to {_verb(command)!r} within {deadline} s: is the switch overloaded or stopped?"
                ) from None
        if frame.reply.startswith(("-ERR", "-USAGE")):
            raise SwitchRefused(f"the switch answered {frame.reply[:200]!r} to {_verb(command)!r}")
        return frame

    def send(self, data: str) -> Frame:
        """greenswitch's name for `request`; one line only."""
        return self.request(data)

    def close(self) -> None:
        """Close the connection without a word. Whoever waits is told."""
        self._lose(self._ended("closed by us"))

    stop = close

    # --- the wire ---------------------------------------------------------------------------------
    def start_event_handlers(self) -> None:
        """Start reading. greenswitch's second greenlet with its one-second poll is not needed."""
        self._reader = gevent.spawn(self.receive_events)

    def receive_events(self) -> None:
        """Read until the connection ends."""
        try:
            while data := self.sock.recv(READ_BYTES):
                for frame in self._decoder.feed(data):
                    self.handle_event(frame)
            self._decoder.finish()
            self._lose(self._ended("the switch closed the connection"))
        except OSError as error:
            self._lose(self._ended(f"the connection to the switch broke: {error}"))
        except ProtocolError as error:
            log.warning("event socket: %s", error)
            self._lose(self._ended(f"the switch does not speak as it should: {error}"))

    def handle_event(self, frame: Frame) -> None:
        """Give one frame to whom it belongs."""
        if frame.kind in ("command/reply", "api/response"):
            if not self._awaiting:
                raise ProtocolError(f"a reply to no command: {frame.reply[:80]!r}")
            self._awaiting.popleft().set(frame)
        elif frame.kind == "text/event-plain":
            event = frame.event()
            self._on_event(event)
            for callback in self._callbacks:
                try:
                    callback(event)
                except Exception:  # one faulty listener must not deafen the others
                    log.exception("a listener failed on %s", event.name)
            self._after_event(event)
        else:
            self._on_notice(frame)

    def _write(self, data: bytes, slot: "AsyncResult[Frame]") -> None:
        with self._writing:
            if self.closed.is_set():
                raise self.fault or self._ended("closed")
            self._awaiting.append(slot)
            try:
                self.sock.sendall(data)
            except OSError as error:
                self._lose(self._ended(f"the connection to the switch broke: {error}"))
                raise self.fault or error from None
            except BaseException:  # a deadline or a kill inside a write: half a command may be out
                self._lose(self._ended("a command was cut short while it was sent"))
                raise

    def _lose(self, fault: VoicebotError) -> None:
        if self.closed.is_set():
            return
        self.connected, self.fault = False, fault
        self.closed.set()
        if self.sock is not None:
            self.sock.close()
        for slot in self._awaiting:
            slot.set_exception(fault)
        self._awaiting.clear()
        self._on_closed()


def _verb(command: str) -> str:
    """The command without what may be secret or long."""
    return " ".join(command.split(" ")[:2]) if command.startswith(("api ", "bgapi ")) else command.split(" ", 1)[0]

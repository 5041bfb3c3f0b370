"""The mailbox of one call: what can be posted, stamped with the line's clock at the moment it happened."""

from collections.abc import Callable
from dataclasses import dataclass

from gevent.queue import Empty, Full, Queue

from voicebot.call.handoff import AgentAnswered, HandoffFailed
from voicebot.call.pick_up import PickUpNews
from voicebot.call.services import FetchDone
from voicebot.call.timers import RanOut
from voicebot.esl.codec import Event as SwitchEvent
from voicebot.speech.hearing import EarEvent

SIZE = 1000
"""Items waiting for one call at most. A call so far behind is broken."""


@dataclass(frozen=True)
class PromptOver:
    """The line played prompt `say_id` to its end."""

    say_id: int
    played_ms: int


@dataclass(frozen=True)
class AudioStalled:
    """No frame came for too long on a channel that is up."""


@dataclass(frozen=True)
class SocketClosed:
    """The switch closed the socket, or nothing was heard of the channel for too long."""


TalkItem = EarEvent | RanOut | PromptOver | FetchDone | PickUpNews
"""What belongs to a talk, or to the ringing before it."""
Item = SwitchEvent | TalkItem | AudioStalled | SocketClosed | AgentAnswered | HandoffFailed


@dataclass(frozen=True)
class Posted:
    """An item with the line's clock, and the running prompt's position, at the moment it happened."""

    item: Item
    at: int
    played_ms: int | None


class Mailbox:
    """Posts from hub callbacks and greenlets, never from native threads; one greenlet takes.

    `stamp()` gives the line's clock and the running prompt's position.
    """

    def __init__(self, stamp: Callable[[], tuple[int, int | None]]) -> None:
        self._stamp = stamp
        self._queue: Queue[Posted] = Queue(maxsize=SIZE)
        self.overflowed = False
        self._taker_waits = False

    @property
    def idle(self) -> bool:
        """Whether all that was posted has been dealt with, and the taker waits for more."""
        return self._taker_waits and self._queue.empty()

    def post(self, item: Item) -> None:
        """Put an item in. When the mailbox is full the call is lost: `next` then says SocketClosed."""
        try:
            self._queue.put_nowait(self.stamped(item))
        except Full:
            self.overflowed = True

    def next(self, patience_s: float) -> Posted:
        """The oldest item; SocketClosed when none came for `patience_s` seconds or the mailbox overflowed."""
        if not self.overflowed:
            self._taker_waits = True
            try:
                return self._queue.get(timeout=patience_s)
            except Empty:
                pass
            finally:
                self._taker_waits = False
        return self.stamped(SocketClosed())

    def stamped(self, item: Item) -> Posted:
        """The item as happening now."""
        return Posted(item, *self._stamp())

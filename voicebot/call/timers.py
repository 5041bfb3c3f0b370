"""The timers of one call, by name. A timer that was replaced or cancelled is never honoured, however late it wakes."""

from collections.abc import Callable
from dataclasses import dataclass

import gevent


@dataclass(frozen=True)
class RanOut:
    """A timer's time is over. It counts only if `Timers.honour` says so when it is its turn in the mailbox."""

    name: str
    number: int


class Timers:
    """Named timers on the hub; `post(RanOut)` is called when one runs out.

    Between that post and its turn in the mailbox the dialog may have cancelled the timer: `honour` tells.
    """

    def __init__(self, post: Callable[[RanOut], None]) -> None:
        self._post = post
        self._numbers = 0
        self._running: dict[str, tuple[int, gevent.Greenlet[..., None]]] = {}

    def set(self, name: str, after_ms: int) -> None:
        """Start a timer in place of any of that name."""
        self.cancel(name)
        self._numbers += 1
        ran_out = RanOut(name, self._numbers)
        self._running[name] = (self._numbers, gevent.spawn_later(after_ms / 1000, self._post, ran_out))

    def cancel(self, name: str) -> None:
        """Forget a timer; an unknown name is fine."""
        _, greenlet = self._running.pop(name, (0, None))
        if greenlet is not None:
            greenlet.kill(block=False)

    def cancel_all(self) -> None:
        """Forget every timer."""
        for name in tuple(self._running):
            self.cancel(name)

    def honour(self, ran_out: RanOut) -> bool:
        """True once for a timer that ran out and was neither cancelled nor replaced since."""
        number, _ = self._running.get(ran_out.name, (0, None))
        if number != ran_out.number:
            return False
        del self._running[ran_out.name]
        return True

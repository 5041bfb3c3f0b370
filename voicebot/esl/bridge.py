"""From native threads to the hub: recognisers and writers post, a callback gets it on the hub. The only such door."""

import logging
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

import gevent

log = logging.getLogger(__name__)

T = TypeVar("T")
CAPACITY = 10_000  # items; a recogniser posts about 10 a second and call
AT_ONCE = 64  # items handled before the hub may do something else


class HubBridge(Generic[T]):
    """`callback(item)` runs on the hub of the thread that built this, in the order of the posts. It must not block."""

    def __init__(self, callback: Callable[[T], None], capacity: int = CAPACITY) -> None:
        self._callback = callback
        self._capacity = capacity
        self._items: deque[T] = deque()  # append and popleft are atomic
        self._waker = gevent.get_hub().loop.async_()
        self._waker.start(self._drain)
        self._closed = False
        self.dropped = 0

    def post(self, item: T) -> bool:
        """Hand `item` over, from any thread. False, and counted in `dropped`, when full or closed."""
        if self._closed or len(self._items) >= self._capacity:
            self.dropped += 1
            return False
        self._items.append(item)
        self._waker.send()
        return True

    def close(self) -> None:
        """Forget what was not handed over; later posts are dropped. On the hub's thread only, posters stopped first."""
        self._closed = True
        self._items.clear()
        self._waker.stop()
        self._waker.close()

    def _drain(self) -> None:
        for _ in range(min(AT_ONCE, len(self._items))):
            item = self._items.popleft()
            try:
                self._callback(item)
            except Exception:  # the hub and the other calls live on
                log.exception("what a native thread posted was not handled: %.200r", item)
            if self._closed:
                return
        if self._items:
            self._waker.send()

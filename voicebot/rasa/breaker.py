"""The circuit breaker: whether a server is asked, by how it did of late. Values only, no clock and no I/O.

Libraries for this let the next request through to see whether the server is well again; here that would be a
customer's sentence. So the breaker stays open until a probe of its own has closed it.
"""

from collections import deque

WINDOW = 8
"""So many requests of late count."""
OPENS_AT = 3
"""With so many failures among them the server is asked no more."""


class Breaker:
    """`open` means: do not ask. It begins open, since nothing is known of the server; not for several threads."""

    def __init__(self, why: str) -> None:
        self._failed: deque[bool] = deque(maxlen=WINDOW)
        self.open = True
        self.why = why
        """Why it opened last, in a few words."""

    def succeeded(self) -> None:
        """A request was answered in time."""
        self._failed.append(False)

    def failed(self, why: str) -> bool:
        """A request was not; whether this opens the breaker."""
        self._failed.append(True)
        if self.open or sum(self._failed) < OPENS_AT:
            return False
        self.open, self.why = True, why
        return True

    def close(self) -> None:
        """A probe went well: ask again, and begin to count anew."""
        self._failed.clear()
        self.open = False

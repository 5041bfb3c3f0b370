"""Transactions of two or more in an order that the test chooses: threads, and a look at who waits for a lock."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import text

from voicebot.store.store import Store

T = TypeVar("T")
DEADLINE_S = 60
LOOK_S = 0.01


class Work(Generic[T]):
    """`work` on a thread of its own, from now on."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._result: list[T] = []
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self) -> T:
        """What it came to, or its exception."""
        self._thread.join(DEADLINE_S)
        if self._fault is not None:
            raise self._fault
        assert self._result, "it waits for ever"
        return self._result[0]

    def _run(self) -> None:
        try:
            self._result.append(self._work())
        except BaseException as fault:  # noqa: BLE001 - told in the test's own thread
            self._fault = fault


def until_waiting(store: Store, count: int) -> None:
    """Go on once so many transactions wait for a lock. On SQLite at once: whoever writes there is alone."""
    if store.engine.dialect.name != "postgresql":
        return
    look = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    stop = threading.Event()
    for _ in range(round(DEADLINE_S / LOOK_S)):
        with store.reading() as connection:
            if (connection.scalar(look) or 0) >= count:
                return
        stop.wait(LOOK_S)
    raise AssertionError(f"never {count} who wait")

"""From the hub to native threads: what may block runs on the hub's threadpool while the hub goes on.

The way back, from a thread to the hub, is in bridge.py.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import gevent

T = TypeVar("T")


def in_thread(work: Callable[..., T], *args: object) -> T:
    """`work(*args)` on a native thread; the caller's greenlet waits, the hub goes on. Its exception is raised here."""
    result, fault = gevent.get_hub().threadpool.apply(_outcome, (work, args))
    if fault is not None:
        raise fault
    return cast(T, result)


def _outcome(work: Callable[..., T], args: tuple[object, ...]) -> tuple[T | None, Exception | None]:
    """Result or exception as values: the threadpool would print a traceback of what the caller handles."""
    try:
        return work(*args), None
    except Exception as fault:  # noqa: BLE001  raised where the work was asked for
        return None, fault

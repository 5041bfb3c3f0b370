"""Ctrl-C and SIGTERM as an exception in the greenlet that owns the run, so that everything ends in its order.

A second signal ends the process at once, as the system does without us.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import gevent

from voicebot.errors import Stopped, VoicebotError

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block the first of SIGNALS raises Stopped in the caller's greenlet, at whatever it waits for."""
    caller = gevent.getcurrent()
    previous = {number: signal.getsignal(number) for number in SIGNALS}
    watchers: dict[signal.Signals, Any] = {}

    def stop(number: signal.Signals) -> None:
        for watcher in watchers.values():
            watcher.cancel()
        gevent.kill(caller, Stopped(number))

    for number in SIGNALS:
        watchers[number] = gevent.signal_handler(number, stop, number)
    try:
        yield
    finally:
        for number, handler in previous.items():
            watchers[number].cancel()
            signal.signal(number, handler)


def outcome(work: Callable[[], T]) -> T | VoicebotError:
    """What `work` returns, or the error of ours that it raises, as a value: a greenlet that raises it prints it too."""
    try:
        return work()
    except VoicebotError as fault:
        return fault

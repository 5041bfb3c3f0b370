"""Watches whether a call is still heard: a recogniser that hangs in a native call tells no fault of its own.

What becomes of the call then is decided by the dialog, as for any dead recogniser.
"""

from collections.abc import Callable
from typing import Protocol

import gevent

from voicebot.speech.ear import EarStats
from voicebot.speech.hearing import EarFault

LOOK_S = 1.0
DEAF_MS = 5000
"""A frame that has waited so long: no answer to it would make sense any more."""


class Watched(Protocol):
    """What is needed of an ear."""

    def stats(self) -> EarStats:
        """Its liveness."""


def watch(ear: Watched, post: Callable[[EarFault], object], look_s: float = LOOK_S) -> "gevent.Greenlet[..., None]":
    """A greenlet that posts one EarFault when `ear` has left a frame unheard for DEAF_MS. Kill it with the call."""
    return gevent.spawn(_watch, ear, post, look_s)


def _watch(ear: Watched, post: Callable[[EarFault], object], look_s: float) -> None:
    while (waited_ms := ear.stats().lag_ms) < DEAF_MS:
        gevent.sleep(look_s)
    post(EarFault(0, f"recognition hangs: nothing was heard for {waited_ms / 1000:.1f} s; restart the call server"))

"""How late the gevent hub is: a timer says when it wants to run, and counts how much later it ran."""

from time import monotonic

import gevent

from voicebot.esl.histogram import LagHistogram

INTERVAL_S = 0.02  # the length of an audio frame: a lag above it is a frame that waited


class HubLag:
    """Measures from start() to stop(), about 50 times a second, without a greenlet."""

    def __init__(self) -> None:
        self.lags = LagHistogram()
        self._timer = gevent.get_hub().loop.timer(INTERVAL_S, INTERVAL_S)
        self._due = 0.0

    def start(self) -> None:
        """Begin measuring."""
        self._arm()

    def stop(self) -> None:
        """Stop for good."""
        self._timer.stop()
        self._timer.close()

    def _arm(self) -> None:
        self._due = monotonic() + INTERVAL_S
        self._timer.again(self._fired, update=True)  # a whole interval from now, whatever was before

    def _fired(self) -> None:
        self.lags.add((monotonic() - self._due) * 1000)
        self._arm()

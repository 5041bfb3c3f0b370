"""Ctrl-C and SIGTERM as an exception where the run waits."""

import os
import signal

import gevent
import pytest

from voicebot.app.stopping import SIGNALS, outcome, stoppable
from voicebot.errors import Stopped, StoreError


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_is_raised_where_the_run_waits(number: signal.Signals, status: int) -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    cleaned = []
    with pytest.raises(Stopped) as stopped, stoppable():
        try:
            gevent.spawn(os.kill, os.getpid(), number)
            gevent.sleep(60)
        finally:
            cleaned.append(True)
    assert stopped.value.exit_status == status
    assert cleaned
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_without_a_signal_nothing_is_left_behind() -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    with stoppable():
        gevent.sleep(0)
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_an_error_of_ours_is_a_value_and_no_other_is() -> None:
    fault = StoreError("the database is down")

    def fails(error: Exception) -> None:
        raise error

    assert outcome(lambda: 7) == 7
    assert outcome(lambda: fails(fault)) is fault
    with pytest.raises(ZeroDivisionError):
        outcome(lambda: fails(ZeroDivisionError()))

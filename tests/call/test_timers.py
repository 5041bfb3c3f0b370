"""Timers of one call: what was cancelled or replaced is never honoured, even when it ran out already."""

from gevent.queue import Queue

from voicebot.call.timers import Timers

DEADLINE_S = 5


def test_a_timer_runs_out_once() -> None:
    posted: Queue = Queue()
    timers = Timers(posted.put)
    timers.set("no_input", 0)
    ran_out = posted.get(timeout=DEADLINE_S)
    assert timers.honour(ran_out)
    assert not timers.honour(ran_out)


def test_cancelled_between_running_out_and_its_turn_it_does_not_count() -> None:
    posted: Queue = Queue()
    timers = Timers(posted.put)
    timers.set("no_input", 0)
    ran_out = posted.get(timeout=DEADLINE_S)
    timers.cancel("no_input")
    assert not timers.honour(ran_out)


def test_replaced_the_old_one_does_not_count_and_the_new_one_does() -> None:
    posted: Queue = Queue()
    timers = Timers(posted.put)
    timers.set("no_input", 0)
    old = posted.get(timeout=DEADLINE_S)
    timers.set("no_input", 0)
    new = posted.get(timeout=DEADLINE_S)
    assert [timers.honour(old), timers.honour(new)] == [False, True]


def test_cancelling_an_unknown_name_is_fine() -> None:
    Timers(lambda _: None).cancel("never set")

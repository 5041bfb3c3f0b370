"""Attempts that nobody follows: what the switch is asked about them, and when they are known to be dead."""

from datetime import timedelta

import pytest

from tests.campaign.dialling import NOW, Clock, Dialer, answers, codes_of, running, wait_until
from tests.campaign.switch import FakeControl
from voicebot.campaign.orphans import GRACE, Orphans
from voicebot.errors import SwitchRefused
from voicebot.store.leases import LEASE
from voicebot.store.store import Store

LEADS = 12


@pytest.fixture
def left(store: Store) -> list[str]:
    """Attempts in the air when their dialer lost its switch."""
    running(store, LEADS, concurrency=LEADS)
    control = FakeControl(answers)
    over = Dialer(store, control, Clock()).spawn()
    wait_until(lambda: len(control.channels) == LEADS)
    control.lose()
    over.get(timeout=60)
    return control.dialled


def search(store: Store, switch: FakeControl, clock: Clock) -> Orphans:
    clock.at = NOW + LEASE + timedelta(seconds=1)
    return Orphans(store, switch.name(), switch, timedelta(hours=1), clock)


def test_one_question_tells_of_all_that_still_talk(store: Store, left: list[str]) -> None:
    switch, clock = FakeControl(answers), Clock()
    switch.channels.update(left)
    looking = search(store, switch, clock)
    assert looking.look() == 0
    clock.at += GRACE
    assert looking.look() == 0
    assert switch.asked == 2


def test_the_absent_are_asked_for_by_name_before_they_are_closed(store: Store, left: list[str]) -> None:
    switch, clock = FakeControl(answers), Clock()
    switch.channels.update(left[2:])
    looking = search(store, switch, clock)
    assert (looking.look(), switch.asked) == (0, 1)
    clock.at += GRACE
    assert (looking.look(), switch.asked) == (2, 1 + 1 + 2)
    assert codes_of(store).count("NODE_LOST") == 2


def test_a_channel_that_the_list_misses_is_left_alone(store: Store, left: list[str]) -> None:
    switch, clock = FakeControl(answers), Clock()
    switch.channels.update(left)
    switch.unlisted.add(left[0])
    looking = search(store, switch, clock)
    looking.look()
    clock.at += GRACE
    assert looking.look() == 0
    assert codes_of(store) == [None] * LEADS
    switch.channels.discard(left[0])
    assert looking.look() == 1


def test_a_switch_without_a_list_is_asked_for_each(store: Store, left: list[str]) -> None:
    class Listless(FakeControl):
        def channel_ids(self) -> frozenset[str]:
            raise SwitchRefused("-ERR SQL disabled, no data available!")

    switch, clock = Listless(answers), Clock()
    switch.channels.update(left[1:])
    looking = search(store, switch, clock)
    assert (looking.look(), switch.asked) == (0, LEADS)
    clock.at += GRACE
    assert looking.look() == 1

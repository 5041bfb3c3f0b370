"""The call server's book of agents: asked and told in rounds, whatever the database does, and after a death."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import gevent
import pytest
from gevent.event import AsyncResult

from tests.store.agents_of import MINUTE, NOW, at_work, queue, state_of, waiting
from voicebot.call import agent_book
from voicebot.call.agent_book import AgentBook
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.errors import StoreError, SwitchUnreachable
from voicebot.store import agents
from voicebot.store.agent_desk import LEASE, Absence, Given, Round, Told, serve
from voicebot.store.store import Store

DEADLINE_S = 30
LONGEST = timedelta(hours=1)


class Switch:
    """Which channels live; or it does not answer."""

    def __init__(self) -> None:
        self.lives: set[str] = set()
        self.down = False

    def exists(self, uuid: str) -> bool:
        if self.down:
            raise SwitchUnreachable("no answer")
        return uuid in self.lives


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
def book(store: Store, switch: Switch, clock: Clock) -> Iterator[AgentBook]:
    made = AgentBook(store, "server@switch", switch.exists, LONGEST, clock)
    made.start()
    yield made
    made.close()


def until(holds: Any) -> None:
    """Turns of the hub until it holds."""
    with gevent.Timeout(DEADLINE_S):
        while not holds():
            gevent.sleep(0.005)  # native threads need Python's lock; no time is meant


def test_an_agent_is_given_talks_and_is_free(store: Store, book: AgentBook) -> None:
    at_work(store, "chen")
    ask = waiting(store)
    assert book.ask(ask, DEADLINE_S) == Given("chen", "sofia/gateway/office/chen")
    book.told(ask.leg_id, "talking")
    until(lambda: state_of(store, "chen") == AgentState.TALKING)
    book.told(ask.leg_id, "over")
    until(lambda: state_of(store, "chen") == AgentState.IDLE)


def test_a_customer_waits_until_somebody_is_free(store: Store, book: AgentBook) -> None:
    at_work(store, "chen")
    first, second = waiting(store), waiting(store)
    assert book.ask(first, DEADLINE_S) == Given("chen", "sofia/gateway/office/chen")
    asked = gevent.spawn(book.ask, second, DEADLINE_S)
    until(lambda: second.attempt_id in queue(store))
    assert not asked.ready()
    book.told(first.leg_id, "talking")
    book.told(first.leg_id, "over")
    assert asked.get(timeout=DEADLINE_S) == Given("chen", "sofia/gateway/office/chen")


def test_patience_ends_and_the_queue_is_left(store: Store, book: AgentBook) -> None:
    at_work(store, "chen")
    assert isinstance(book.ask(waiting(store), DEADLINE_S), Given)
    late = waiting(store)
    assert book.ask(late, 0.0) is None
    book.gone(late.attempt_id)
    until(lambda: late.attempt_id not in queue(store))


def test_an_agent_who_comes_in_the_moment_in_which_patience_ends_is_not_lost(
    store: Store, book: AgentBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(AsyncResult):  # type: ignore[type-arg]
        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            super().get(block, DEADLINE_S)
            raise gevent.Timeout  # its timer was before the answer in the turn of the hub

    monkeypatch.setattr(agent_book, "AsyncResult", Late)
    at_work(store, "chen")
    assert isinstance(book.ask(waiting(store), 0.0), Given)


def test_a_customer_who_leaves_ends_the_asking(store: Store, book: AgentBook) -> None:
    at_work(store, "chen")
    assert isinstance(book.ask(waiting(store), DEADLINE_S), Given)
    late = waiting(store)
    asked = gevent.spawn(book.ask, late, DEADLINE_S)
    until(lambda: late.attempt_id in queue(store))
    book.gone(late.attempt_id)
    assert asked.get(timeout=DEADLINE_S) is None


def test_nobody_known_is_an_answer(store: Store, book: AgentBook) -> None:
    assert book.ask(waiting(store), DEADLINE_S) == Absence.NONE_KNOWN


def test_an_agent_given_to_a_customer_who_left_meanwhile_is_idle_again(
    store: Store, book: AgentBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(store, "chen")
    ask = waiting(store)

    def slow(store: Store, owner: str, wanted: Round, at: datetime) -> Any:
        if wanted.asks:
            book._waiting.clear()  # as `gone` does, while the round is in its thread
        return serve(store, owner, wanted, at)

    monkeypatch.setattr(agent_book, "serve", slow)
    assert book.ask(ask, 0.5) is None
    until(lambda: state_of(store, "chen") == AgentState.IDLE and len(agents.spells(store, "chen", 9)) == 4)


def test_what_was_told_while_the_database_was_down_is_told_when_it_is_back(
    store: Store, book: AgentBook, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(store, "chen")
    ask = waiting(store)
    book.ask(ask, DEADLINE_S)
    refused = []

    def down(*_: Any) -> Any:
        refused.append(1)
        raise StoreError("database is down")

    with monkeypatch.context() as patch:
        patch.setattr(agent_book, "DOWN_S", 0.01)
        patch.setattr(agent_book, "serve", down)
        book.told(ask.leg_id, "talking")
        clock.now += MINUTE
        book.told(ask.leg_id, "over")
        until(lambda: len(refused) > 2)
    until(lambda: state_of(store, "chen", clock.now) == AgentState.IDLE)
    talked = [spell for spell in agents.spells(store, "chen", 9) if spell.state == AgentState.TALKING]
    assert [(spell.began_at, spell.ended_at) for spell in talked] == [(NOW, NOW + MINUTE)]


def dead_servers_agent(store: Store, owner: str = "dead@switch") -> str:
    """The leg of an agent who talks, in the name of a call server that is no more."""
    at_work(store, "chen")
    ask = waiting(store)
    serve(store, owner, Round(asks=[ask]), NOW)
    serve(store, owner, Round([Told(ask.leg_id, "talking", NOW)]), NOW)
    return ask.leg_id


def looked(store: Store, switch: Switch, clock: Clock) -> None:
    """One look of a new call server at what nobody renews."""
    made = AgentBook(store, "server@switch", switch.exists, LONGEST, clock)
    look_at = made._look_at
    seen: list[str] = []

    def noted(held: Any) -> None:
        look_at(held)
        seen.append(held.leg_id)

    made._look_at = noted  # type: ignore[method-assign]
    made.start()
    until(lambda: seen)
    made.close()


def test_the_agent_of_a_dead_call_server_stays_busy_while_its_leg_lives(
    store: Store, switch: Switch, clock: Clock
) -> None:
    switch.lives.add(dead_servers_agent(store))
    clock.now = NOW + 2 * LEASE
    looked(store, switch, clock)
    assert state_of(store, "chen", clock.now) == AgentState.TALKING


def test_and_is_free_when_the_switch_says_that_it_is_gone(store: Store, switch: Switch, clock: Clock) -> None:
    dead_servers_agent(store)
    clock.now = NOW + 2 * LEASE
    looked(store, switch, clock)
    assert state_of(store, "chen", clock.now) == AgentState.IDLE


def test_a_switch_that_does_not_answer_frees_nobody(store: Store, switch: Switch, clock: Clock) -> None:
    dead_servers_agent(store)
    switch.down = True
    clock.now = NOW + 2 * LEASE
    looked(store, switch, clock)
    assert state_of(store, "chen", clock.now) == AgentState.TALKING


def test_on_another_switch_only_the_longest_call_is_waited_for(store: Store, switch: Switch, clock: Clock) -> None:
    dead_servers_agent(store, "dead@other")
    clock.now = NOW + 2 * LEASE
    looked(store, switch, clock)
    assert state_of(store, "chen", clock.now) == AgentState.TALKING
    clock.now = NOW + LONGEST + 2 * LEASE
    looked(store, switch, clock)
    assert state_of(store, "chen", clock.now) == AgentState.IDLE

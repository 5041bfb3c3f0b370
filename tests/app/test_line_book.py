"""Gateways follow what the switch tells: from its event to the store."""

from collections.abc import Callable

import gevent
import pytest

from tests.campaign.lines_of import book, gateway
from voicebot.app.line_book import follow_gateways
from voicebot.errors import StoreError
from voicebot.esl.codec import Event, Headers
from voicebot.store import gateways
from voicebot.store.store import Store

WAIT_S = 10


class ToldControl:
    """A switch connection that a test speaks through."""

    def __init__(self) -> None:
        self.callback: Callable[[Event], None] = lambda event: None
        self.subscribed: tuple[str, ...] = ()

    def on_event(self, callback: Callable[[Event], None]) -> None:
        self.callback = callback

    def subscribe(self, *names: str) -> None:
        self.subscribed += names

    def tell(self, name: str, **headers: str) -> None:
        """One event, and what follows of it to its end."""
        pairs = tuple((key.replace("_", "-"), value) for key, value in headers.items())
        self.callback(Event(name, Headers(pairs)))
        gevent.wait(timeout=WAIT_S)


def test_the_switchs_word_takes_a_gateway_out_and_brings_it_back(store: Store) -> None:
    gateway(store, "north")
    control = ToldControl()
    follow_gateways(control, book(store))
    assert control.subscribed == ("sofia::gateway_state",)
    told = {"Event_Subclass": "sofia::gateway_state", "Gateway": "north", "State": "FAIL_WAIT"}
    control.tell("CUSTOM", **told, Ping_Status="INVALID")
    control.tell("CUSTOM", Event_Subclass="callcenter::info", Gateway="north", Ping_Status="DOWN")
    control.tell("CHANNEL_CREATE")
    assert [one.up for one in gateways.listed(store)] == [True]
    control.tell("CUSTOM", **told, Ping_Status="DOWN")
    (down,) = gateways.listed(store)
    assert (down.up, down.because) == (False, "told by the switch: status DOWN, registration FAIL_WAIT")
    control.tell("CUSTOM", **told, Ping_Status="UP")
    assert [one.up for one in gateways.listed(store)] == [True]


def test_a_database_that_is_down_is_told_and_the_connection_lives(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = book(store)

    def down(*_: object) -> bool:
        raise StoreError("the database is away")

    monkeypatch.setattr(made, "gateway_told", down)
    control = ToldControl()
    follow_gateways(control, made)
    control.tell("CUSTOM", Event_Subclass="sofia::gateway_state", Gateway="north", Ping_Status="DOWN")
    assert "gateway north: that it is down is not written: the database is away" in caplog.text

"""Agents' legs: bridged under a limit of their own, ended, and the time on hold that the switch tells at their end."""

from collections.abc import Callable

import pytest

from voicebot.call import agent_legs
from voicebot.call.agent_legs import Legs
from voicebot.errors import SwitchRefused, SwitchUnreachable
from voicebot.esl.codec import Event, Headers

CUSTOMER = "0f4e2a52-1111-4222-8333-444455556666"
AGENT = "0f4e2a52-1111-4222-8333-444455557777"


class FakeControl:
    """Notes what it is told; refuses one command if the test says so; tells events."""

    def __init__(self, refuses: str = "") -> None:
        self._refuses = refuses
        self.told: list[tuple[object, ...]] = []
        self.tell: Callable[[Event], None] = lambda event: None

    def on_event(self, callback: Callable[[Event], None]) -> None:
        self.tell = callback

    def __getattr__(self, name: str) -> Callable[..., None]:
        def told(*arguments: object) -> None:
            self.told.append((name, *arguments))
            if name == self._refuses:
                raise SwitchRefused(f"{name}: -ERR No such channel!")
            if self._refuses == "all":
                raise SwitchUnreachable("lost")

        return told


def ended(leg: str, **headers: str) -> Event:
    pairs = (("Event-Name", "CHANNEL_HANGUP_COMPLETE"), ("Unique-ID", leg), *headers.items())
    return Event("CHANNEL_HANGUP_COMPLETE", Headers(pairs), "")


def legs(control: FakeControl) -> Legs:
    return Legs(control, talk_s=600)  # type: ignore[arg-type]


def test_the_bridge_moves_the_calls_limit() -> None:
    control = FakeControl()
    legs(control).bridge(CUSTOMER, AGENT)
    assert control.told == [("bridge", CUSTOMER, AGENT), ("limit", CUSTOMER, 600)]


def test_a_limit_that_cannot_be_moved_does_not_undo_the_bridge() -> None:
    control = FakeControl(refuses="limit")
    legs(control).bridge(CUSTOMER, AGENT)
    assert control.told[-1] == ("limit", CUSTOMER, 600)


def test_a_bridge_that_is_refused_leaves_the_limit_alone() -> None:
    control = FakeControl(refuses="bridge")
    with pytest.raises(SwitchRefused):
        legs(control).bridge(CUSTOMER, AGENT)
    assert control.told == [("bridge", CUSTOMER, AGENT)]


def test_a_leg_that_cannot_be_ended_harms_nobody() -> None:
    control = FakeControl(refuses="all")
    legs(control).end(AGENT)
    assert control.told == [("kill", AGENT, "ORIGINATOR_CANCEL")]


@pytest.mark.parametrize(
    ("headers", "hold_ms"), [({"variable_hold_accum_ms": "2500"}, 2500), ({}, 0), ({"variable_hold_accum_ms": "x"}, 0)]
)
def test_the_time_on_hold_is_told_at_the_end_of_the_leg(headers: dict[str, str], hold_ms: int) -> None:
    control = FakeControl()
    ours = legs(control)
    ours.listen()
    assert control.told == [("subscribe", "CHANNEL_HANGUP_COMPLETE")]
    ours.bridge(CUSTOMER, AGENT)
    control.tell(ended(CUSTOMER, variable_hold_accum_ms="9999"))
    control.tell(ended(AGENT, **headers))
    assert ours.hold_ms(AGENT) == hold_ms
    assert ours.hold_ms(AGENT) == 0, "asked and forgotten"


def test_a_switch_that_does_not_tell_of_the_end_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_legs, "LAST_WORD_S", 0.0)
    ours = legs(FakeControl())
    ours.bridge(CUSTOMER, AGENT)
    assert ours.hold_ms(AGENT) == 0

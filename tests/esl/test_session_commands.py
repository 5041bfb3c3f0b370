"""A call's session: replies and completions belong to their commands; arguments never become commands."""

from collections.abc import Callable

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.esl.conftest import UUID, Robot, listened, spawn, until
from tests.esl.test_codec import HOSTILE
from voicebot.errors import ChannelGone, SwitchRefused, SwitchUnreachable, UsageError
from voicebot.esl.codec import Event
from voicebot.esl.session import CallSession


def test_execute_waits_for_its_own_completion(robot: Robot) -> None:
    session, peer = robot.call()
    running = spawn(session.execute, "set", "transfer_after_bridge=robot:XML:robot")
    command = peer.expect("sendmsg")
    headers = dict(command.headers)
    assert (headers["call-command"], headers["execute-app-name"]) == ("execute", "set")
    assert command.body == "transfer_after_bridge=robot:XML:robot"
    peer.reply()
    peer.event("CHANNEL_EXECUTE_COMPLETE", Unique_ID=UUID, Application="set", Application_UUID="another")
    peer.event("CHANNEL_EXECUTE_COMPLETE", Unique_ID=UUID, Application="set", Application_UUID=headers["event-uuid"])
    event = running.get()
    assert event.headers.get("Application-UUID") == headers["event-uuid"]


def test_replies_belong_to_commands_in_order(robot: Robot) -> None:
    session, peer = robot.call()
    asking = [spawn(session.api, f"uuid_getvar {UUID} v{number}") for number in range(5)]
    for _ in asking:
        peer.api_reply(peer.command().line.rsplit(" ", 1)[1])
    assert [greenlet.get() for greenlet in asking] == ["v0", "v1", "v2", "v3", "v4"]


def test_refusal_is_an_error_with_the_answer(robot: Robot) -> None:
    session, peer = robot.call()
    asking = spawn(session.api, "uuid_kill nobody")
    peer.command()
    peer.api_reply("-ERR No such channel!\n")
    with pytest.raises(SwitchRefused, match="No such channel"):
        asking.get()


def test_late_reply_is_not_taken_for_the_next(robot: Robot) -> None:
    session, peer = robot.call()
    slow = spawn(session.api, "status", 0.01)
    peer.command()
    with pytest.raises(SwitchUnreachable, match="no reply to 'api status' within"):
        slow.get()
    fast = spawn(session.api, "version")
    peer.command()
    peer.api_reply("late status")
    peer.api_reply("the version")
    assert fast.get() == "the version"


def test_completion_that_never_comes_ends_at_the_deadline(robot: Robot) -> None:
    session, peer = robot.call()
    running = spawn(session.execute, "answer", "", 0.01)
    peer.command()
    peer.reply()
    with pytest.raises(SwitchUnreachable, match="answer did not complete"):
        running.get()


def test_command_from_an_event_callback_is_a_programming_error(robot: Robot) -> None:
    session, peer = robot.call()
    seen: list[Exception] = []

    def callback(_event: Event) -> None:
        try:
            session.api("status")
        except RuntimeError as error:
            seen.append(error)

    session.on_event(callback)
    peer.event("DTMF", Unique_ID=UUID)
    until(lambda: bool(seen))
    assert "spawn a greenlet" in str(seen[0])


def test_faulty_listener_does_not_deafen_the_others(robot: Robot, caplog: pytest.LogCaptureFixture) -> None:
    session, peer = robot.call()
    session.on_event(lambda _event: 1 / 0)  # type: ignore[arg-type]
    names = listened(session)
    peer.event("DTMF", Unique_ID=UUID)
    until(lambda: bool(names))
    assert "a listener failed on DTMF" in caplog.text


Attempts = dict[str, Callable[[CallSession, str], object]]
PLACES: Attempts = {
    "set": lambda session, text: session.execute("set", text),
    "set value": lambda session, text: session.execute("set", f"name={text}"),
    "record": lambda session, text: session.execute("record_session", text),
    "application": lambda session, text: session.execute(text, ""),
    "api": lambda session, text: session.api(text),
    "api word": lambda session, text: session.api(f"uuid_setvar {UUID} name {text}"),
    "cause": lambda session, text: session.hangup(text),
    "host": lambda session, text: session.unicast(text, 4000),
    "event": lambda session, text: session.myevents(text),
    "extension": lambda session, text: session.return_after_bridge(text, "robot"),
    "context": lambda session, text: session.return_after_bridge("robot", text),
    "send": lambda session, text: session.send(text),
    "playback": lambda session, text: session.playback(text),
    "bridge": lambda session, text: session.bridge(text),
}
EXPANDED = set("\r\n\0{}$'\"\\^,%;<>`")


REFUSED = [
    (place, text)
    for place in PLACES
    for text in HOSTILE
    # send() takes a whole line, as greenswitch's does, but never a second one.
    if (set(text) & set("\r\n\0") if place == "send" else set(text) & EXPANDED or len(text) > 1000)
]


@pytest.mark.parametrize(("place", "text"), REFUSED)
def test_hostile_arguments_are_refused_before_the_wire(robot: Robot, place: str, text: str) -> None:
    session, peer = robot.call()
    with pytest.raises((UsageError, ValueError)):
        PLACES[place](session, text)
    session.close()
    assert peer.at_end()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from([place for place in PLACES if place not in ("send", "event")]),
    text=st.text(max_size=40) | st.text(alphabet="aZ09._:/@+=&|- \n\r\0%0A,'\"{}$^\\", max_size=20),
)
def test_any_argument_arrives_as_it_is_or_not_at_all(robot: Robot, place: str, text: str) -> None:
    session, peer = robot.call()
    sending = spawn(_refused, PLACES[place], session, text)
    reading = spawn(peer.command)
    gevent.wait([sending, reading], count=1)
    if sending.ready() and sending.value:
        reading.kill()
    else:
        command = reading.get()
        carried = [command.line, command.body, *(value for _name, value in command.headers)]
        assert any(text in part for part in carried)
        assert not set("".join(carried)) & EXPANDED
        assert command.line.startswith("api ") or command.line == "sendmsg"
    peer.close()
    session.closed.wait()
    sending.join()


def _refused(attempt: Callable[[CallSession, str], object], session: CallSession, text: str) -> bool:
    try:
        attempt(session, text)
    except (UsageError, ValueError):
        return True
    except ChannelGone:
        return False
    return False

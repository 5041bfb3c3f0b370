from collections.abc import Callable
from itertools import takewhile

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.esl import traces
from tests.esl.conftest import UUID, Robot, spawn
from tests.esl.peer import Peer
from tests.esl.test_codec import HOSTILE
from voicebot.errors import ChannelGone, SwitchRefused, SwitchUnreachable, UsageError
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.codec import Event
from voicebot.esl.park import Park
from voicebot.esl.session import CallSession

PORT = ("remote-port",)


def echo() -> UnicastAudio:
    return UnicastAudio(lambda frame, _arrived: frame)


def leave(peer: Peer) -> None:
    """The session leaves by itself after the last event."""
    peer.expect("exit")
    peer.reply("+OK bye")
    assert peer.at_end()


def listened(session: CallSession) -> list[str]:
    names: list[str] = []
    session.on_event(lambda event: names.append(event.name))
    return names


# --- recordings of a real switch --------------------------------------------------------------------
def test_recorded_call_that_the_robot_ends(robot: Robot) -> None:
    messages = traces.load("01_answered_bot_hangs_up", "outbound")
    peer = Peer.dial(robot.server.port)
    replay = spawn(peer.replay, messages[:-2], PORT)  # the last notice belongs to a robot that stays
    session = robot.sessions.get()
    names = listened(session)
    session.myevents()
    session.linger(5)
    audio = echo()
    session.start_audio(audio)
    session.hangup()
    commands = replay.get()
    leave(peer)
    session.closed.wait()
    audio.close()
    assert dict(commands[3].headers)["remote-port"] == str(audio.port)
    assert session.uuid == UUID
    assert session.hangup_cause == "NORMAL_CLEARING"
    assert session.hangup_complete is not None
    assert session.hangup_complete.headers.get("variable_sip_hangup_disposition") == "send_bye"
    assert names == [m.event_name for m in messages if m.event_name and not m.event_name.startswith("CHANNEL_DATA")][:7]


def test_recorded_early_media_then_answer(robot: Robot) -> None:
    messages = traces.load("10a_early_media_then_answer", "outbound")
    peer = Peer.dial(robot.server.port)
    till_answer = list(takewhile(lambda m: m.event_name != "CHANNEL_ANSWER", messages))
    peer_part = spawn(peer.replay, till_answer[:4], PORT)
    session = robot.sessions.get()
    assert session.answer_state == "early"
    asking = spawn(session.myevents)
    peer_part.get()
    peer.expect(f"api uuid_getvar {session.uuid} endpoint_disposition")
    peer.api_reply("EARLY MEDIA")
    asking.get()
    assert session.answer_state == "early"
    rest = spawn(peer.replay, messages[4 : len(till_answer) + 1], PORT)
    session.linger(5)
    audio = echo()
    session.start_audio(audio)
    rest.get()
    peer.event("CHANNEL_PROGRESS_MEDIA", Unique_ID=session.uuid)  # a late one takes nothing back
    peer.event("DTMF", Unique_ID=session.uuid, DTMF_Digit="1")
    names = listened(session)
    gevent.sleep(0)
    while "DTMF" not in names:
        gevent.sleep(0)
    assert session.answer_state == "answered"
    audio.close()


def test_answer_between_connect_and_myevents_is_found_out(robot: Robot) -> None:
    session, peer = robot.call(answer_state="early")
    asking = spawn(session.myevents, "RECORD_STOP")
    peer.expect("myevents")
    peer.reply("+OK Events Enabled")
    peer.expect("event plain RECORD_STOP")
    peer.reply("+OK event listener enabled plain")
    peer.expect(f"api uuid_getvar {UUID} endpoint_disposition")
    peer.api_reply("ANSWER")
    asking.get()
    assert session.answer_state == "answered"


def test_recorded_audio_given_back_three_times_by_a_new_park(robot: Robot) -> None:
    recorded = traces.load("12o_uuid_transfer_park_inline_gives_unicast_back", "outbound")
    events = [message for message in recorded if message.event_name]
    starts = [at for at, message in enumerate(events) if message.event_name == "CHANNEL_UNPARK"]
    parks = [events[start : start + 6] for start in starts[:3]]
    assert {park[-1].event_name for park in parks} == {"CHANNEL_PARK"}
    peer = Peer.dial(robot.server.port)
    first = spawn(peer.replay, recorded[:4])
    session = robot.sessions.get()
    spawn(session.myevents)
    first.get()

    def switch() -> None:
        """Answer unicast; answer uuid_transfer with the recorded events of a new park."""
        assert ("call-command", "unicast") in peer.expect("sendmsg").headers
        peer.reply()
        for park in parks:
            peer.expect(f"api uuid_transfer {session.uuid} park inline")
            peer.api_reply("+OK\n")
            for message in park:
                peer.send(message.raw)
            assert ("call-command", "unicast") in peer.expect("sendmsg").headers
            peer.reply()

    playing = spawn(switch)
    audio = echo()
    session.start_audio(audio)
    for _ in parks:
        session.renew_audio()
    playing.get()
    assert session.park is Park.SPENT
    assert audio.watching
    audio.close()


# --- unicast only when it is safe ---------------------------------------------------------------------
def test_unicast_before_media_is_refused(robot: Robot) -> None:
    session, peer = robot.call(answer_state="ringing")
    with pytest.raises(UsageError, match="no media yet"):
        session.unicast("127.0.0.1", 4000)
    peer.event("CHANNEL_ANSWER", Unique_ID=UUID)
    allowed = spawn(_when_answered, session)
    assert ("call-command", "unicast") in peer.expect("sendmsg").headers
    peer.reply()
    allowed.get()


def _when_answered(session: CallSession) -> None:
    while session.answer_state != "answered":
        gevent.sleep(0)
    session.unicast("127.0.0.1", 4000)


def test_second_unicast_in_a_park_is_refused_until_a_new_park(robot: Robot) -> None:
    session, peer = robot.call()
    names = listened(session)
    first = spawn(session.unicast, "127.0.0.1", 4000)
    peer.expect("sendmsg")
    peer.event("CHANNEL_PARK", Unique_ID=UUID)  # of the first park: seen late, arms nothing
    peer.reply()
    first.get()
    with pytest.raises(UsageError, match="this park's unicast is used"):
        session.unicast("127.0.0.1", 4000)
    peer.event("CHANNEL_UNPARK", Unique_ID=UUID)
    _until(lambda: names[-1:] == ["CHANNEL_UNPARK"])
    with pytest.raises(UsageError, match="not parked"):
        session.unicast("127.0.0.1", 4000)
    peer.event("CHANNEL_PARK", Unique_ID=UUID)
    _until(lambda: names[-1:] == ["CHANNEL_PARK"])
    again = spawn(session.unicast, "127.0.0.1", 4000)
    peer.expect("sendmsg")
    peer.reply()
    again.get()


def test_unpark_older_than_the_connection_is_of_the_park_before(robot: Robot) -> None:
    session, peer = robot.call()
    names = listened(session)
    text = f"Event-Name: CHANNEL_UNPARK\nEvent-Sequence: 7\nUnique-ID: {UUID}\n\n"
    peer.send(f"Content-Length: {len(text)}\nContent-Type: text/event-plain\n\n{text}".encode())
    _until(lambda: bool(names))
    assert session.park is Park.FRESH


def test_events_of_other_channels_change_nothing(robot: Robot) -> None:
    session, peer = robot.call()
    names = listened(session)
    peer.event("CHANNEL_HANGUP", Unique_ID="35c85440-7a3a-4ac5-92c5-289e17001e64", Hangup_Cause="USER_BUSY")
    _until(lambda: bool(names))
    assert not session.gone


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1\nx: y", 4000), ("127.0.0.1", 0), ("a b", 1), ("", 1)])
def test_unicast_address_is_checked(robot: Robot, host: str, port: int) -> None:
    session, _peer = robot.call()
    with pytest.raises(UsageError):
        session.unicast(host, port)


def test_missing_frames_are_noticed_and_the_watch_ends_with_the_park(robot: Robot) -> None:
    session, peer = robot.call()
    stalled = gevent.event.Event()
    audio = UnicastAudio(lambda frame, _arrived: frame, on_stall=stalled.set)
    starting = spawn(session.start_audio, audio)
    peer.expect("sendmsg")
    peer.reply()
    starting.get()
    assert stalled.wait(10)
    audio.watch()
    names = listened(session)
    peer.event("CHANNEL_UNPARK", Unique_ID=UUID)
    _until(lambda: bool(names))
    assert not audio.watching
    audio.close()


def test_renewing_needs_audio(robot: Robot) -> None:
    session, _peer = robot.call()
    with pytest.raises(UsageError, match="before start_audio"):
        session.renew_audio()


# --- commands -----------------------------------------------------------------------------------------
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
    _until(lambda: bool(seen))
    assert "spawn a greenlet" in str(seen[0])


def test_faulty_listener_does_not_deafen_the_others(robot: Robot, caplog: pytest.LogCaptureFixture) -> None:
    session, peer = robot.call()
    session.on_event(lambda _event: 1 / 0)  # type: ignore[arg-type]
    names = listened(session)
    peer.event("DTMF", Unique_ID=UUID)
    _until(lambda: bool(names))
    assert "a listener failed on DTMF" in caplog.text


# --- the end ------------------------------------------------------------------------------------------
def test_end_of_connection_fails_whoever_waits(robot: Robot) -> None:
    session, peer = robot.call()
    reply = spawn(session.api, "status")
    peer.command()
    completion = spawn(session.execute, "answer")
    peer.command()
    peer.close()
    for greenlet in (reply, completion):
        with pytest.raises(ChannelGone, match="closed"):
            greenlet.get()
    with pytest.raises(ChannelGone):
        session.api("status")
    session.hangup()  # nothing to do
    session.exit()
    assert session.gone


def test_end_inside_a_body_is_noticed(robot: Robot) -> None:
    session, peer = robot.call()
    peer.send(b"Content-Type: text/event-plain\nContent-Length: 500\n\nEvent-Name: DTMF")
    peer.close()
    session.closed.wait()
    with pytest.raises(ChannelGone, match="inside a frame"):
        session.api("status")


def test_hangup_fails_commands_and_completions(robot: Robot) -> None:
    session, peer = robot.call()
    running = spawn(session.execute, "answer")
    peer.command()
    peer.reply()
    peer.event("CHANNEL_HANGUP", Unique_ID=UUID, Hangup_Cause="ORIGINATOR_CANCEL")
    with pytest.raises(ChannelGone, match="ORIGINATOR_CANCEL"):
        running.get()
    with pytest.raises(ChannelGone, match="ORIGINATOR_CANCEL"):
        session.linger(5)


def test_linger_notice_before_the_last_event_is_not_the_end(robot: Robot) -> None:
    session, peer = robot.call()
    peer.event("CHANNEL_HANGUP", Unique_ID=UUID, Hangup_Cause="NORMAL_CLEARING")
    peer.send(b"Content-Type: text/disconnect-notice\nContent-Disposition: linger\nContent-Length: 0\n\n")
    peer.event("CHANNEL_HANGUP_COMPLETE", Unique_ID=UUID, Hangup_Cause="NORMAL_CLEARING", variable_billmsec="12")
    leave(peer)
    session.closed.wait()
    assert session.hangup_complete is not None


def test_reply_to_no_command_ends_the_connection(robot: Robot) -> None:
    session, peer = robot.call()
    peer.reply()
    session.closed.wait()
    with pytest.raises(ChannelGone, match="a reply to no command"):
        session.api("status")


@pytest.mark.parametrize(("mode", "control"), [("static", "single-channel"), ("async", "single-channel"), ("", "")])
def test_socket_that_is_not_async_full_is_refused(
    robot: Robot, caplog: pytest.LogCaptureFixture, mode: str, control: str
) -> None:
    peer = Peer.dial(robot.server.port)
    peer.expect("connect")
    peer.channel_data(UUID, mode=mode, control=control)
    assert peer.at_end()
    assert "quote the application" in caplog.text


# --- arguments never become commands ------------------------------------------------------------------
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


def _until(true: Callable[[], bool]) -> None:
    """Let the other greenlets run until it is true; the test's limit is the deadline."""
    while not true():
        gevent.sleep(0)

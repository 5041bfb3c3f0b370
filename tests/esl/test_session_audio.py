"""A call's session: unicast only when it is safe, once a park, and noticed when it stops."""

import gevent
import pytest

from tests.esl.conftest import UUID, Robot, listened, spawn, until
from voicebot.errors import UsageError
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.park import Park
from voicebot.esl.session import CallSession


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
    until(lambda: names[-1:] == ["CHANNEL_UNPARK"])
    with pytest.raises(UsageError, match="not parked"):
        session.unicast("127.0.0.1", 4000)
    peer.event("CHANNEL_PARK", Unique_ID=UUID)
    until(lambda: names[-1:] == ["CHANNEL_PARK"])
    again = spawn(session.unicast, "127.0.0.1", 4000)
    peer.expect("sendmsg")
    peer.reply()
    again.get()


def test_unpark_older_than_the_connection_is_of_the_park_before(robot: Robot) -> None:
    session, peer = robot.call()
    names = listened(session)
    text = f"Event-Name: CHANNEL_UNPARK\nEvent-Sequence: 7\nUnique-ID: {UUID}\n\n"
    peer.send(f"Content-Length: {len(text)}\nContent-Type: text/event-plain\n\n{text}".encode())
    until(lambda: bool(names))
    assert session.park is Park.FRESH


def test_events_of_other_channels_change_nothing(robot: Robot) -> None:
    session, peer = robot.call()
    names = listened(session)
    peer.event("CHANNEL_HANGUP", Unique_ID="35c85440-7a3a-4ac5-92c5-289e17001e64", Hangup_Cause="USER_BUSY")
    until(lambda: bool(names))
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
    until(lambda: bool(names))
    assert not audio.watching
    audio.close()


def test_renewing_needs_audio(robot: Robot) -> None:
    session, _peer = robot.call()
    with pytest.raises(UsageError, match="before start_audio"):
        session.renew_audio()

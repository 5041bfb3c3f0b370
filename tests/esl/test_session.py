"""A call's session: recorded calls of a real switch, and how a connection ends."""

from itertools import takewhile

import gevent
import pytest

from tests.esl import traces
from tests.esl.conftest import UUID, Robot, listened, spawn
from tests.esl.peer import Peer
from voicebot.errors import ChannelGone
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.park import Park

PORT = ("remote-port",)


def echo() -> UnicastAudio:
    return UnicastAudio(lambda frame, _arrived: frame)


def leave(peer: Peer) -> None:
    """The session leaves by itself after the last event."""
    peer.expect("exit")
    peer.reply("+OK bye")
    assert peer.at_end()


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

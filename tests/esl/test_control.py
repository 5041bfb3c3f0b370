from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import gevent
import pytest
from gevent import socket
from gevent.event import Event as Signal
from gevent.queue import Queue

from tests.esl import traces
from tests.esl.conftest import spawn
from tests.esl.peer import Peer
from tests.esl.reference import Command
from voicebot.campaign.attempt import CHECK_HOLDS
from voicebot.campaign.rounds import RENEW_EVERY
from voicebot.errors import SwitchRefused, SwitchUnreachable, UsageError, VoicebotError
from voicebot.esl.control import Control, JobResult
from voicebot.esl.originate import Originate, OriginateAgent
from voicebot.store.claims import LEASE, SURE

CUSTOMER = "94e805d0-e31a-4aa0-b01f-7156cade2d80"
AGENT = "35c85440-7a3a-4ac5-92c5-289e17001e64"
ATTEMPT = Originate(CUSTOMER, "sofia/gateway/demo/1000", ("127.0.0.1", 8084))


@dataclass
class Switch:
    """A listening event socket; `peers` are its ends of the connections."""

    port: int
    peers: "Queue[Peer]"

    def logged_in(self) -> tuple[Control, Peer]:
        """A control connection that is ready."""
        control = Control("127.0.0.1", self.port, "secret")
        connecting = spawn(control.connect)
        peer = self.greet()
        peer.expect("auth secret")
        peer.reply("+OK accepted")
        peer.expect("event plain BACKGROUND_JOB")
        peer.reply("+OK event listener enabled plain")
        connecting.get()
        return control, peer

    def greet(self) -> Peer:
        peer = self.peers.get()
        peer.send(b"Content-Type: auth/request\n\n")
        return peer


@pytest.fixture
def switch() -> Iterator[Switch]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    peers: Queue[Peer] = Queue()

    def accept() -> None:
        while True:
            peers.put(Peer(listener.accept()[0]))

    accepting = gevent.spawn(accept)
    yield Switch(listener.getsockname()[1], peers)
    accepting.kill()
    listener.close()


def test_a_command_that_the_switch_does_not_hear_dies_before_the_lease_of_its_lead(switch: Switch) -> None:
    control, _ = switch.logged_in()
    assert control.sock is not None
    unheard_ms = control.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert CHECK_HOLDS + timedelta(milliseconds=unheard_ms) <= SURE < LEASE - RENEW_EVERY
    control.close()


def test_wrong_password_says_what_to_set(switch: Switch) -> None:
    control = Control("127.0.0.1", switch.port, "wrong")
    connecting = spawn(control.connect)
    peer = switch.greet()
    peer.expect("auth wrong")
    peer.reply("-ERR invalid")
    with pytest.raises(SwitchRefused, match="VOICEBOT_SWITCH_PASSWORD") as caught:
        connecting.get()
    assert "wrong" not in str(caught.value)


def test_access_list_is_named(switch: Switch) -> None:
    connecting = spawn(Control("127.0.0.1", switch.port, "x").connect)
    switch.peers.get().send(b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n")
    with pytest.raises(SwitchRefused, match="apply-inbound-acl"):
        connecting.get()


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        with pytest.raises(SwitchUnreachable, match="is FreeSWITCH running"):
            Control("127.0.0.1", taken.getsockname()[1], "x").connect()


def test_no_greeting(switch: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicebot.esl.control.CONNECT_DEADLINE_S", 0.05)
    with pytest.raises(SwitchUnreachable, match="does not greet"):
        Control("127.0.0.1", switch.port, "x").connect()


def test_password_with_a_newline_is_no_second_command(switch: Switch) -> None:
    connecting = spawn(Control("127.0.0.1", switch.port, "a\n\nbgapi system reboot").connect)
    peer = switch.greet()
    with pytest.raises(UsageError, match="VOICEBOT_SWITCH_PASSWORD has a line break"):
        connecting.get()
    assert peer.at_end()


def test_recorded_busy(switch: Switch) -> None:
    """The switch's events of a busy callee, as recorded: the hang-up comes with its cause, the job with the same."""
    control, peer = switch.logged_in()
    seen: list[tuple[str, str]] = []
    control.on_event(lambda event: seen.append((event.name, event.headers.get("Hangup-Cause"))))
    dialling = spawn(control.originate, ATTEMPT)
    command = peer.command()
    assert command.line == ATTEMPT.command
    ((name, job_uuid),) = command.headers
    assert name == "Job-UUID"
    peer.reply(f"+OK Job-UUID: {job_uuid}")
    job = dialling.get()
    for message in traces.load("03_busy_486", "inbound"):
        if message.event_name:
            body = message.body.replace(_job_of(message.body), job_uuid.encode())
            peer.send(b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(body), body))
    assert job.wait(5) == JobResult(False, "USER_BUSY")
    assert ("CHANNEL_HANGUP_COMPLETE", "USER_BUSY") in seen


def _job_of(body: bytes) -> bytes:
    for line in body.split(b"\n"):
        if line.startswith(b"Job-UUID: "):
            return line.removeprefix(b"Job-UUID: ")
    return b"\0"


@pytest.mark.parametrize(
    ("answer", "listed"),
    [
        (f'{{"row_count":1,"rows":[{{"uuid":"{AGENT}","state":"CS_EXECUTE"}}]}}\n', {AGENT}),
        ('{"row_count": 0}\n', set()),
    ],
)
def test_the_channels_that_the_switch_lists(switch: Switch, answer: str, listed: set[str]) -> None:
    control, peer = switch.logged_in()
    asking = spawn(control.channel_ids)
    peer.expect("api show channels as json")
    peer.api_reply(answer)
    assert asking.get() == listed


@pytest.mark.parametrize("answer", ["-ERR SQL disabled, no data available!\n", "uuid,state\n", '{"rows":[1]}', "[]"])
def test_a_switch_that_lists_no_channels_says_so(switch: Switch, answer: str) -> None:
    control, peer = switch.logged_in()
    asking = spawn(control.channel_ids)
    peer.expect("api show channels as json")
    peer.api_reply(answer)
    with pytest.raises(SwitchRefused):
        asking.get()


def test_jobs_finish_in_any_order(switch: Switch) -> None:
    control, peer = switch.logged_in()
    jobs, uuids = [], []
    for number in range(3):
        asking = spawn(control.bgapi, f"show channels {number}")
        uuids.append(peer.command().headers[0][1])
        peer.reply(f"+OK Job-UUID: {uuids[-1]}")
        jobs.append(asking.get())
    for number in (2, 0, 1):
        peer.event("BACKGROUND_JOB", body=f"+OK {number}\n", Job_UUID=uuids[number])
    assert [job.wait(5) for job in jobs] == [JobResult(True, str(number)) for number in range(3)]


def test_job_result_before_the_reply(switch: Switch) -> None:
    control, peer = switch.logged_in()
    dialling = spawn(control.originate_agent, OriginateAgent(AGENT, "user/1001"))
    job_uuid = peer.command().headers[0][1]
    peer.event("BACKGROUND_JOB", body="-ERR NO_ANSWER\n", Job_UUID=job_uuid)
    peer.reply("+OK")
    assert dialling.get().wait(5) == JobResult(False, "NO_ANSWER")


def test_loss_fails_jobs_and_is_told(switch: Switch) -> None:
    control, peer = switch.logged_in()
    lost: list[VoicebotError] = []
    gone = Signal()
    control.on_lost(lost.append)
    control.on_lost(lambda _why: gone.set())
    dialling = spawn(control.originate, ATTEMPT)
    peer.command()
    peer.reply()
    job = dialling.get()
    peer.close()
    assert gone.wait(5)
    with pytest.raises(SwitchUnreachable, match="closed the connection"):
        job.wait(5)
    with pytest.raises(SwitchUnreachable):
        control.api("status")
    assert isinstance(lost[0], SwitchUnreachable)


def test_job_without_a_result_ends_at_the_deadline(switch: Switch) -> None:
    control, peer = switch.logged_in()
    dialling = spawn(control.originate, ATTEMPT)
    peer.command()
    peer.reply()
    with pytest.raises(SwitchUnreachable, match="no result within"):
        dialling.get().wait(0.01)


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda c: c.bridge(CUSTOMER, AGENT), f"api uuid_bridge {CUSTOMER} {AGENT}"),
        (
            lambda c: c.ring_back(AGENT, 12),
            f"api uuid_broadcast {AGENT} tone_stream://%(1000,4000,450);loops=3 aleg",
        ),
        (lambda c: c.kill(AGENT, "ORIGINATOR_CANCEL"), f"api uuid_kill {AGENT} ORIGINATOR_CANCEL"),
        (lambda c: c.api("status"), "api status"),
    ],
)
def test_commands(switch: Switch, ask: Callable[[Control], object], line: str) -> None:
    control, peer = switch.logged_in()
    asking = spawn(ask, control)
    assert peer.command() == Command(line, (), "")
    peer.api_reply("+OK\n")
    asking.get()


def test_killing_what_is_gone_is_no_error(switch: Switch) -> None:
    control, peer = switch.logged_in()
    killing = spawn(control.kill, AGENT)
    peer.command()
    peer.api_reply("-ERR No such channel!\n")
    assert killing.get() is False


def test_custom_events_stand_behind_the_word_custom(switch: Switch) -> None:
    control, peer = switch.logged_in()
    asking = spawn(control.subscribe, "callcenter::info", "CHANNEL_ANSWER")
    peer.expect("event plain CHANNEL_ANSWER CUSTOM callcenter::info")
    peer.reply()
    asking.get()


@pytest.mark.parametrize("name", ["ALL\nexit", "a b", "", "x::y::z", "${x}"])
def test_event_names_are_checked(switch: Switch, name: str) -> None:
    control, _peer = switch.logged_in()
    with pytest.raises(UsageError):
        control.subscribe(name)

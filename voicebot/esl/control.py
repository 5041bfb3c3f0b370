"""The inbound event socket: dial, bridge, kill, look. One connection for a whole process.

Whether and whom to dial is not decided here; reconnecting is the caller's, who is told of a loss.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from uuid import uuid4

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Signal
from greenswitch.esl import InboundESL

from voicebot.errors import SwitchRefused, SwitchUnreachable, UsageError, VoicebotError
from voicebot.esl import grammar
from voicebot.esl.codec import Event, Frame
from voicebot.esl.link import REPLY_DEADLINE_S, CheckedLink
from voicebot.esl.originate import Originate, OriginateAgent

log = logging.getLogger(__name__)

CONNECT_DEADLINE_S = 5.0
UNHEARD_S = 10
"""A connection whose other end acknowledges nothing for so long is broken, and what was not heard is never sent again:
a dial command must not reach the switch minutes later, when somebody else has the lead."""
RING_BACK, RING_BACK_S = "tone_stream://%(1000,4000,450)", 5
"""The tone for a channel that waits, as the switch writes it, and how long one turn of it lasts."""


@dataclass(frozen=True)
class JobResult:
    """What a background job said: `ok` and the channel's UUID, or not ok and the cause (`USER_BUSY`).

    `ok` of an Originate means media, not yet an answer; of an OriginateAgent it means answered.
    """

    ok: bool
    text: str


class Job:
    """A command that the switch carries out in the background, known by a UUID of ours."""

    def __init__(self, uuid: str) -> None:
        self.uuid = uuid
        self._result: AsyncResult[JobResult] = AsyncResult()

    def wait(self, deadline: float) -> JobResult:
        """The result within `deadline` seconds. Raises SwitchUnreachable past it, or when the connection was lost."""
        try:
            return cast(JobResult, self._result.get(timeout=deadline))
        except gevent.Timeout:
            raise SwitchUnreachable(f"job {self.uuid} had no result within {deadline} s") from None

    def settle(self, body: str) -> None:
        """The body of the job's BACKGROUND_JOB event came."""
        word, _, rest = body.strip().partition(" ")
        self._result.set(JobResult(word == "+OK", rest if word in ("+OK", "-ERR") else body.strip()))

    def fail(self, fault: VoicebotError) -> None:
        """There will be no result."""
        self._result.set_exception(fault)


class Control(CheckedLink, InboundESL):  # type: ignore[misc]  # greenswitch has no types
    """Our connection to the switch's own event socket."""

    def __init__(self, host: str, port: int, password: str) -> None:
        self.sock: socket.socket | None = None
        self._greeted = Signal()
        self._jobs: dict[str, Job] = {}
        self._on_lost: list[Callable[[VoicebotError], None]] = []
        super().__init__(host, port, password)

    def connect(self) -> None:
        """Connect, log in and ask for job results.

        Raises SwitchUnreachable (nobody there, no greeting), SwitchRefused (password, access list), with the remedy.
        """
        where = f"{self.host}:{self.port}"
        try:
            sock = socket.create_connection((self.host, self.port), timeout=CONNECT_DEADLINE_S)
        except OSError as error:
            raise SwitchUnreachable(
                f"no event socket at {where} ({error}): is FreeSWITCH running with mod_event_socket on that address?"
            ) from None
        sock.settimeout(None)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_S * 1000)
        self.sock, self.connected = sock, True
        self.start_event_handlers()
        if not self._greeted.wait(CONNECT_DEADLINE_S):
            self.close()
            raise SwitchUnreachable(f"{where} accepts connections but does not greet: is it an event socket?")
        if self.fault is not None:
            raise self.fault
        self.authenticate()
        self.subscribe("BACKGROUND_JOB")

    def authenticate(self) -> None:
        """Log in. Raises SwitchRefused, UsageError."""
        if self.password != self.password.strip() or set(self.password) & set("\r\n\0"):
            self.close()
            raise UsageError("VOICEBOT_SWITCH_PASSWORD has a line break in it or a blank at its edge: remove that")
        try:
            self.request(f"auth {self.password}")
        except SwitchRefused:
            self.close()
            raise SwitchRefused(
                f"the event socket at {self.host}:{self.port} refused the password:"
                " set VOICEBOT_SWITCH_PASSWORD to the one in event_socket.conf.xml"
            ) from None

    def subscribe(self, *names: str) -> None:
        """Get these events too, from every channel: CHANNEL_ANSWER, ..., or `callcenter::info` and other subclasses."""
        for name in names:
            grammar.checked("event", name, grammar.EVENT_NAME, "give an event's name")
        plain = [name for name in names if "::" not in name]
        custom = [name for name in names if "::" in name]
        self.request(" ".join(["event plain", *plain, *(["CUSTOM", *custom] if custom else [])]))

    def on_lost(self, callback: Callable[[VoicebotError], None]) -> None:
        """Call `callback(why)` when the connection is over. It must not block."""
        self._on_lost.append(callback)

    def api(self, command: str, deadline: float = REPLY_DEADLINE_S) -> str:
        """The answer to an api command that grammar.API allows. It holds up later replies, so keep it short.

        Raises UsageError, SwitchRefused on `-ERR`, SwitchUnreachable.
        """
        return self.request(f"api {grammar.api_command(command)}", deadline=deadline).reply

    def bgapi(self, command: str, job_uuid: str = "") -> Job:
        """The same in the background. `job_uuid`: ours, else a new one. Raises UsageError, SwitchUnreachable."""
        return self._background(f"bgapi {grammar.api_command(command)}", job_uuid or str(uuid4()))

    def originate(self, attempt: Originate) -> Job:
        """Dial a customer. Match what follows by `attempt_id`: the hang-up event may come before the job's end."""
        return self._background(attempt.command, str(uuid4()))

    def originate_agent(self, leg: OriginateAgent) -> Job:
        """Call an agent and park them when they answer."""
        return self._background(leg.command, str(uuid4()))

    def bridge(self, customer: str, agent: str) -> None:
        """Let the two channels talk; their unicast ends. CHANNEL_BRIDGE follows in about 60 ms.

        First CallSession.return_after_bridge() if the customer is to come back, else he is hung up when the agent
        leaves. Raises SwitchRefused if one is gone.
        """
        self.api(f"uuid_bridge {grammar.channel_uuid(customer)} {grammar.channel_uuid(agent)}")

    def ring_back(self, uuid: str, seconds: int) -> None:
        """Let a parked channel hear that somebody is rung, for `seconds` at most; a bridge ends it. China's ring-back
        tone: 450 Hz, 1 s on, 4 s off (YD/T 1007). Raises UsageError, SwitchRefused if the channel is gone."""
        grammar.in_range("ring-back, seconds,", seconds, 1, 600)
        sound = f"{RING_BACK};loops={-(-seconds // RING_BACK_S)}"
        self.request(f"api uuid_broadcast {grammar.channel_uuid(uuid)} {sound} aleg", deadline=REPLY_DEADLINE_S)

    def limit(self, uuid: str, seconds: int) -> None:
        """Hang the channel up with ALLOTTED_TIMEOUT `seconds` from now, in place of any limit that it has.

        A customer's limit is for the talk with the robot and would cut off the one with an agent. Raises UsageError,
        SwitchRefused if the channel is gone.
        """
        grammar.in_range("call limit, seconds,", seconds, 2, 86400)
        self.api(f"sched_del {grammar.channel_uuid(uuid)}")
        self.api(f"sched_hangup +{seconds} {uuid} ALLOTTED_TIMEOUT")

    def kill(self, uuid: str, cause: str = "NORMAL_CLEARING") -> bool:
        """Hang any channel up, a ringing one too. False if it was gone already."""
        try:
            self.api(f"uuid_kill {grammar.channel_uuid(uuid)} {grammar.hangup_cause(cause)}")
        except SwitchRefused:
            return False
        return True

    def exists(self, uuid: str) -> bool:
        """Whether the switch has this channel. Raises UsageError, SwitchUnreachable, SwitchRefused."""
        return self.api(f"uuid_exists {grammar.channel_uuid(uuid)}").strip() == "true"

    def channel_ids(self) -> frozenset[str]:
        """The channels that the switch lists, in one answer; a new one is listed, a dead one dropped a moment late.

        Raises SwitchUnreachable, and SwitchRefused for a switch that keeps no list (started with -nosql).
        """
        answer = self.api("show channels as json")
        try:
            return frozenset(row["uuid"] for row in json.loads(answer).get("rows", ()))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SwitchRefused(
                f"the switch at {self.host}:{self.port} does not list its channels as JSON: {answer[:120]!r}"
            ) from None

    def name(self) -> str:
        """The switch's own name for itself: its host and the port of this event socket. Raises as `api` does."""
        return f"{self.api('global_getvar hostname').strip()}:{self.port}"

    # --- inside -----------------------------------------------------------------------------------
    def _background(self, command: str, job_uuid: str) -> Job:
        job = self._jobs[grammar.channel_uuid(job_uuid)] = Job(job_uuid)  # before sending: the result may be quick
        try:
            self.request(command, (("Job-UUID", job_uuid),))
        except VoicebotError:
            self._jobs.pop(job_uuid, None)
            raise
        return job

    def _on_event(self, event: Event) -> None:
        if event.name == "BACKGROUND_JOB":
            job = self._jobs.pop(event.headers.get("Job-UUID"), None)
            if job is not None:
                job.settle(event.body)

    def _on_notice(self, frame: Frame) -> None:
        if frame.kind == "auth/request":
            self._greeted.set()
        elif frame.kind == "text/rude-rejection":
            self._lose(
                SwitchRefused(
                    f"the event socket at {self.host}:{self.port} refused our address ({frame.text.strip()}):"
                    " mend apply-inbound-acl in event_socket.conf.xml"
                )
            )

    def _on_closed(self) -> None:
        fault = self.fault or self._ended("closed")
        self._greeted.set()
        for job in self._jobs.values():
            job.fail(fault)
        self._jobs.clear()
        for callback in self._on_lost:
            callback(fault)

"""Two switches behind one interface for the contract test: the simulated one, and a real FreeSWITCH with our config.

The people at the other end are scripted here and behave alike on both; a number tells who answers.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import gevent
import numpy as np
from gevent.queue import Queue

from voicebot.esl.audio import UnicastAudio
from voicebot.esl.control import Control
from voicebot.esl.server import OutboundServer
from voicebot.esl.session import CallSession
from voicebot.sim.callees import CalleeAction, HangUp, Line
from voicebot.sim.dialstring import Action
from voicebot.sim.exchange import Exchange, ExchangeConfig
from voicebot.sim.outbound import connect
from voicebot.sim.switch import SimulatedSwitch

FRAME_S = 0.02
PASSWORD = "ClueCon"
BEEP_HERTZ = 1000.0


def tone(hertz: float, frame: int, size: int = 320) -> bytes:
    """Frame number `frame` of a steady tone, L16 8 kHz."""
    samples = np.arange(size // 2) + frame * (size // 2)
    return (6000 * np.sin(2 * np.pi * hertz * samples / 8000)).astype("<i2").tobytes()


def pitch(pcm: bytes) -> float:
    """The strongest frequency in Hz, 0.0 of silence."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    if len(samples) < 800 or np.abs(samples).max() < 500:
        return 0.0
    return float(np.abs(np.fft.rfft(samples)).argmax() * 8000 / len(samples))


@dataclass
class Person:
    """What one number does: it rings, perhaps with a tone as early media, then `status`; then it speaks and leaves."""

    status: int = 200  # 0: never
    ringing_s: float = 0.05
    final_s: float = 0.1
    early_hertz: float = 0.0
    hertz: float = 440.0
    leaves_after_s: float = 0.0  # 0: never
    beep_s: tuple[float, float] | None = None  # instead of the tone: silence, and a beep from then to then
    cause: str = ""  # the hang-up cause that makes `status` on a real switch
    heard: bytearray = field(default_factory=bytearray)

    def says(self, frame: int, size: int = 320) -> bytes:
        """Frame number `frame` of the talk."""
        if self.beep_s is None:
            return tone(self.hertz, frame, size)
        begins, ends = self.beep_s
        return tone(BEEP_HERTZ, frame, size) if begins <= frame * FRAME_S < ends else bytes(size)


def people() -> dict[str, Person]:
    return {
        "20001": Person(),
        "20002": Person(leaves_after_s=0.6),
        "20003": Person(beep_s=(1.0, 2.0)),
        "20180": Person(status=0),
        "20183": Person(status=404, cause="UNALLOCATED_NUMBER", early_hertz=500.0, final_s=0.8),
        "20200": Person(early_hertz=500.0, final_s=0.7),
        "20486": Person(status=486, cause="USER_BUSY"),
        "agent1": Person(hertz=1000.0, final_s=0.3, leaves_after_s=1.5),
        "agent2": Person(hertz=1000.0, final_s=0.3, leaves_after_s=4.0),
        "agent3": Person(hertz=1000.0, final_s=0.3),
    }


@dataclass
class Bench:
    """A switch, a control connection to it, our call server and the one behind it, and the people."""

    control: Control
    server: OutboundServer
    sessions: "Queue[CallSession]"
    spare_sessions: "Queue[CallSession]"
    people: dict[str, Person]

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.server.port


@contextmanager
def robot_server(port: int) -> Iterator[tuple[OutboundServer, "Queue[CallSession]"]]:
    sessions: Queue[CallSession] = Queue()

    def handler(session: CallSession) -> None:
        session.myevents()
        session.linger()
        sessions.put(session)
        session.closed.wait()

    server = OutboundServer("127.0.0.1", port, handler)
    server.start()
    try:
        yield server, sessions
    finally:
        server.stop()


# --- simulated --------------------------------------------------------------------------------------
class SimulatedPerson:
    """A Person as the simulated switch's callee."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._frames = 0

    @property
    def line(self) -> Line:
        person = self._person
        early = b"".join(tone(person.early_hertz, frame) for frame in range(100)) if person.early_hertz else b""
        return Line(round(person.ringing_s * 1000), round(person.final_s * 1000), person.status, early)

    def on_frame(self, heard: bytes) -> bytes:
        self._person.heard += heard
        self._frames += 1
        return self._person.says(self._frames)

    def actions(self) -> tuple[CalleeAction, ...]:
        leaves = self._person.leaves_after_s
        return (HangUp(),) if leaves and self._frames == round(leaves / FRAME_S) else ()


@contextmanager
def simulated() -> Iterator[Bench]:
    everybody = people()
    with robot_server(0) as (server, sessions), robot_server(0) as (spare, spare_sessions):
        config = ExchangeConfig(
            directory=lambda _gateway, number: SimulatedPerson(everybody[number]),
            password=PASSWORD,
            dialplan={
                "robot": (
                    Action("sched_hangup", "+300 ALLOTTED_TIMEOUT"),
                    Action("socket", f"127.0.0.1:{server.port} async full"),
                    Action("socket", f"127.0.0.1:{spare.port} async full"),
                    Action("set", "voicebot_rescued=true"),
                    Action("playback", "tone_stream://%(330,0,950)"),
                    Action("hangup", "NORMAL_TEMPORARY_FAILURE"),
                )
            },
        )
        crashes: list[str] = []
        ready, over, ports = threading.Event(), threading.Event(), []

        async def run() -> None:
            async with SimulatedSwitch(Exchange(config, connect, crashes.append)) as switch:
                ports.append(switch.port)
                ready.set()
                await asyncio.to_thread(over.wait)

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        try:
            assert ready.wait(10)
            control = Control("127.0.0.1", ports[0], PASSWORD)
            control.connect()
            yield Bench(control, server, sessions, spare_sessions, everybody)
            control.close()
        finally:
            over.set()
            gevent.get_hub().threadpool.apply(thread.join)
        assert not crashes


# --- real -------------------------------------------------------------------------------------------
def person_server(everybody: dict[str, Person]) -> OutboundServer:
    """The people as an outbound application: dialplan/customers.xml connects each of their legs to it."""

    def handler(session: CallSession) -> None:
        person = everybody[session.headers.get("Caller-Destination-Number")]
        session.myevents()
        session.linger()
        frames = 0
        answered = False

        def on_frame(heard: bytes, _arrived: float) -> bytes:
            nonlocal frames
            frames += 1
            if not answered:
                return tone(person.early_hertz, frames, len(heard))
            person.heard += heard
            return person.says(frames, len(heard))

        audio = UnicastAudio(on_frame)
        session.execute("ring_ready")
        if person.early_hertz:
            session.execute("pre_answer")
            session.start_audio(audio)
        if session.closed.wait(person.final_s if person.status else 60):
            return
        if person.status != 200:
            session.hangup(person.cause)
        else:
            session.answer()
            answered = True
            if not person.early_hertz:
                session.start_audio(audio)
            if not session.closed.wait(person.leaves_after_s or 60):
                session.hangup()
        session.closed.wait(15)
        audio.close()

    return OutboundServer("127.0.0.1", 8086, handler)


@contextmanager
def freeswitch() -> Iterator[Bench]:
    """A FreeSWITCH with freeswitch_conf/ on this machine, whose robot's port is free."""
    host, port, password = (os.environ["VOICEBOT_TEST_FREESWITCH"] + f":{PASSWORD}").split(":")[:3]
    everybody = people()
    persons = person_server(everybody)
    persons.start()
    try:
        with (
            robot_server(int(os.environ.get("VOICEBOT_SERVE_PORT", "8084"))) as (server, sessions),
            robot_server(8085) as (_, spare_sessions),
        ):
            control = Control(host, int(port), password)
            control.connect()
            while "UP" not in control.api("sofia status gateway demo"):  # its pings have to come through first
                gevent.sleep(0.1)
            yield Bench(control, server, sessions, spare_sessions, everybody)
            control.close()
    finally:
        persons.stop()

"""The people behind a real switch: who is called, when, and how often at once, as their own telephones see it."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from voicebot.errors import ChannelGone
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.server import OutboundServer
from voicebot.esl.session import CallSession

PORT = 8086
"""Where dialplan/customers.xml of freeswitch_conf/ brings every call."""
SILENCE = bytes(320)


@dataclass(frozen=True)
class Manner:
    """Rings, then answers and talks for `talk_s`, saying `says` (L16, 8 kHz); with a `cause` refuses instead."""

    ring_s: float = 0.2
    talk_s: float = 3.0
    cause: str = ""
    says: bytes = b""


BUSY = Manner(cause="USER_BUSY")


@dataclass
class Callees:
    """`invites`: number and moment (seconds of `time.monotonic`) of each; `twice`: numbers that were called while they
    were on the telephone; `live` and `most`: calls at once now and at most; `heard`: by number, L16 from the answer."""

    manner: Callable[[str], Manner] = lambda number: BUSY
    invites: list[tuple[str, float]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    live: Counter[str] = field(default_factory=Counter)
    most: int = 0
    heard: dict[str, bytearray] = field(default_factory=dict)

    def take(self, session: CallSession) -> None:
        """One INVITE, from the callee's side."""
        number = session.headers.get("Caller-Destination-Number")
        self.invites.append((number, time.monotonic()))
        if self.live[number]:
            self.twice.append(number)
        self.live[number] += 1
        self.most = max(self.most, self.live.total())
        try:
            self._behave(session, self.manner(number), self.heard.setdefault(number, bytearray()))
        except ChannelGone:
            pass  # the caller gave up
        finally:
            self.live[number] -= 1

    def _behave(self, session: CallSession, manner: Manner, heard: bytearray) -> None:
        session.linger()
        session.myevents()

        def talk(frame: bytes, _arrived: float) -> bytes:
            said = manner.says[len(heard) : len(heard) + len(frame)]
            heard.extend(frame)
            return said + SILENCE[: len(frame) - len(said)]

        audio = UnicastAudio(talk)
        try:
            session.execute("ring_ready")
            if session.closed.wait(manner.ring_s):
                return
            if manner.cause:
                session.hangup(manner.cause)
            else:
                session.answer()
                session.start_audio(audio)
                if not session.closed.wait(manner.talk_s):
                    session.hangup()
            session.closed.wait(15)
        finally:
            audio.close()

    def since(self, moment: float) -> list[str]:
        """Whose telephone rang after it."""
        return [number for number, at in self.invites if at > moment]

    def most_within(self, seconds: float) -> int:
        """The most INVITEs in any so many seconds."""
        moments = [at for _, at in self.invites]
        return max((sum(begin <= at < begin + seconds for at in moments) for begin in moments), default=0)


@contextmanager
def answering(callees: Callees) -> Iterator[None]:
    """They can be called."""
    server = OutboundServer("127.0.0.1", PORT, callees.take)
    server.start()
    try:
        yield
    finally:
        server.stop()

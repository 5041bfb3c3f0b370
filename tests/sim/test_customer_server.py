"""The callee's side of a call on a real switch, played against a stand-in of its event socket session."""

from typing import Any

import gevent
import pytest
from gevent.event import Event

from voicebot.errors import ChannelGone
from voicebot.esl.audio import UnicastAudio
from voicebot.sim.callees import SILENCE, CalleeAction, HangUp, Line, Press
from voicebot.sim.customer_server import FarEnd


class Callee:
    """Says silence and does what it was given, in its first frame."""

    def __init__(self, line: Line, *actions: CalleeAction) -> None:
        self.line = line
        self._actions = actions

    def on_frame(self, heard: bytes) -> bytes:
        return SILENCE

    def actions(self) -> tuple[CalleeAction, ...]:
        told, self._actions = self._actions, ()
        return told


class Session:
    """Notes what the far end asks of the switch; `hangup` ends the call."""

    uuid = "a-channel"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._news = Event()
        self.answer_state = "ringing"
        self.closed = Event()
        self.audio: UnicastAudio | None = None

    @property
    def gone(self) -> bool:
        return self.closed.is_set()

    def until(self, count: int) -> list[str]:
        """What was asked, once it is so much."""
        with gevent.Timeout(5):
            while len(self.asked) < count:
                self._news.wait()
                self._news.clear()
        return self.asked

    def _note(self, what: str) -> None:
        self.asked.append(what)
        self._news.set()

    def linger(self) -> None: ...

    def myevents(self) -> None: ...

    def execute(self, app: str, arg: str = "") -> None:
        self._note(f"{app} {arg}".strip())

    def answer(self) -> None:
        self._note("answer")

    def start_audio(self, audio: UnicastAudio) -> None:
        self._note(f"unicast {self.answer_state}")
        self.audio = audio

    def request(self, command: str, headers: list[tuple[str, str]]) -> None:
        self._note(" ".join(value for _, value in headers))

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        self._note(f"hangup {cause}")
        self.closed.set()


def far_end(callee: Callee) -> tuple[Session, FarEnd]:
    session: Any = Session()
    return session, FarEnd(session, callee)


@pytest.mark.parametrize(
    ("status", "cause"),
    [(486, "USER_BUSY"), (603, "CALL_REJECTED"), (404, "UNALLOCATED_NUMBER"), (480, "NO_ANSWER")],
)
def test_a_refusal_is_a_hangup_before_the_answer(status: int, cause: str) -> None:
    session, end = far_end(Callee(Line(None, 0, status)))
    end.run()
    assert session.asked == ["set disable_q850_reason=true", f"hangup {cause}"]


def test_an_announcement_is_early_media_with_its_refusal_behind() -> None:
    session, end = far_end(Callee(Line(0, 0, 404, announcement=SILENCE)))
    end.run()
    assert session.asked[:2] == ["pre_answer", "unicast early"]
    assert session.asked[-1] == "hangup UNALLOCATED_NUMBER"


def test_ringing_then_the_answer_then_audio_and_the_customer_leaves() -> None:
    session, end = far_end(Callee(Line(0, 0, 200), Press("1"), HangUp()))
    talking = gevent.spawn(end.run)
    assert session.until(3) == ["ring_ready", "answer", "unicast ringing"]
    end._on_frame(SILENCE, 0.0)
    talking.get(timeout=5)
    assert session.asked[3:] == ["execute send_dtmf 1", "hangup NORMAL_CLEARING"]


def test_nobody_picks_up_until_the_caller_gives_up() -> None:
    session, end = far_end(Callee(Line(0, 0, 0)))
    ringing = gevent.spawn(end.run)
    assert session.until(1) == ["ring_ready"]
    session.closed.set()
    with pytest.raises(ChannelGone, match="gave up"):
        ringing.get(timeout=5)

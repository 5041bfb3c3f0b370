"""A server with a session at each end of a real TCP connection, and a limit on every test that waits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gevent
import pytest
from gevent.queue import Queue

from tests.esl.peer import Peer
from voicebot.esl.server import OutboundServer
from voicebot.esl.session import CallSession

UUID = "94e805d0-e31a-4aa0-b01f-7156cade2d80"


@pytest.fixture(autouse=True)
def _limit() -> Iterator[None]:
    """A test that waits for what never comes ends."""
    with gevent.Timeout(20, AssertionError("the test waited for something that did not come")):
        yield


@dataclass
class Robot:
    """Our server, and what its calls did."""

    server: OutboundServer
    sessions: "Queue[CallSession]"

    def call(self, answer_state: str = "answered") -> tuple[CallSession, Peer]:
        """A connected call, and the switch's end of it."""
        peer = Peer.dial(self.server.port)
        peer.expect("connect")
        peer.channel_data(UUID, answer_state)
        return self.sessions.get(), peer


@pytest.fixture
def robot() -> Iterator[Robot]:
    """A server whose handler hands the session to the test and waits for its end."""
    sessions: Queue[CallSession] = Queue()

    def handler(session: CallSession) -> None:
        sessions.put(session)
        session.closed.wait()

    server = OutboundServer("127.0.0.1", 0, handler, max_calls=3)
    server.start()
    yield Robot(server, sessions)
    server.stop()


def listened(session: CallSession) -> list[str]:
    """The names of the session's events, as they come."""
    names: list[str] = []
    session.on_event(lambda event: names.append(event.name))
    return names


def until(true: Callable[[], bool]) -> None:
    """Let the other greenlets run until it is true; the test's limit is the deadline."""
    while not true():
        gevent.sleep(0)


def spawn(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`work` in a greenlet of its own; its result or error by get()."""
    return gevent.spawn(work, *args, **kwargs)

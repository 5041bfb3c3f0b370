"""Accepts the switch's outbound connections: one greenlet a call, a bound on the calls, an orderly end.

What a call does is the handler's business.
"""

import logging
from collections.abc import Callable

from gevent import socket
from gevent.pool import Pool
from gevent.server import StreamServer

from voicebot.errors import ChannelGone, OutsideError, UsageError
from voicebot.esl.session import CallSession

log = logging.getLogger(__name__)

BACKLOG = 256
FINISH_S = 5.0


class OutboundServer:
    """`handler(session)` runs in its own greenlet, the session connected; when it returns the session is closed,
    unless its channel has come to a newer session since: then it is kept until it closes by itself.

    More than `max_calls` connections are closed at once: the switch then goes on to its next socket or rescue action,
    while one that is accepted and not spoken to would hold its channel silent for 25 s and leave it parked.
    """

    def __init__(self, host: str, port: int, handler: Callable[[CallSession], None], max_calls: int = 100) -> None:
        self._handler = handler
        self._max_calls = max_calls
        self._where = f"{host}:{port}"
        self._calls = Pool()  # the bound is ours: a full pool would leave the switch waiting
        self._sessions: list[CallSession] = []  # in the order in which they came
        self._server = StreamServer((host, port), self._accept, backlog=BACKLOG, spawn=self._calls)
        self.refused = 0

    @property
    def port(self) -> int:
        """Where it listens; useful when built with port 0."""
        return self._server.server_port or 0

    @property
    def calls(self) -> int:
        """Calls in hand."""
        return len(self._sessions)

    def start(self) -> None:
        """Listen. Raises UsageError if the address is taken or not ours."""
        try:
            self._server.start()
        except OSError as error:
            raise UsageError(f"cannot listen on {self._where} ({error}): set VOICEBOT_SERVE_HOST and _PORT") from None

    def stop(self, drain_s: float = 0.0) -> None:
        """Take no more calls, give those in hand `drain_s` seconds to end, then close what is left.

        Handlers of closed sessions have FINISH_S more to write down what happened.
        """
        self._server.close()
        self._calls.join(timeout=drain_s)
        for session in tuple(self._sessions):
            session.close()
        self._calls.join(timeout=FINISH_S)
        self._calls.kill(timeout=1.0)

    def _accept(self, sock: socket.socket, address: tuple[str, int]) -> None:
        if len(self._sessions) >= self._max_calls:
            self.refused += 1
            log.warning("a call was refused: %d are in hand, VOICEBOT_MAX_CALLS allows no more", self._max_calls)
            sock.close()
            return
        session = CallSession(address, sock)
        self._sessions.append(session)
        try:
            session.connect()
            self._handler(session)
            if self._replaced(session):
                session.closed.wait()
        except ChannelGone as gone:
            log.info("call ended: %s", gone)
        except OutsideError as fault:
            log.error("call given up: %s", fault)
        except Exception:  # one faulty call must not end the server
            log.exception("the handler of call %s failed", session.uuid)
        finally:
            session.close()
            self._sessions.remove(session)

    def _replaced(self, session: CallSession) -> bool:
        newer = self._sessions[self._sessions.index(session) + 1 :]
        return any(other.uuid == session.uuid for other in newer)

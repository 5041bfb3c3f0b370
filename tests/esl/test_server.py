import gevent
import pytest

from tests.esl.conftest import UUID, Robot
from tests.esl.peer import Peer
from voicebot.errors import UsageError
from voicebot.esl.server import OutboundServer
from voicebot.esl.session import CallSession


def test_calls_over_the_bound_are_closed_at_once(robot: Robot) -> None:
    inside = [robot.call() for _ in range(3)]
    over = Peer.dial(robot.server.port)
    assert over.at_end()
    assert (robot.server.calls, robot.server.refused) == (3, 1)
    inside[0][1].close()
    inside[0][0].closed.wait()
    gevent.sleep(0)
    assert robot.call()[0].uuid == UUID


def test_one_faulty_call_does_not_end_the_server(caplog: pytest.LogCaptureFixture) -> None:
    def handler(session: CallSession) -> None:
        raise ZeroDivisionError(session.uuid)

    server = OutboundServer("127.0.0.1", 0, handler)
    server.start()
    for _ in range(2):
        peer = Peer.dial(server.port)
        peer.expect("connect")
        peer.channel_data(UUID)
        assert peer.at_end()
    server.stop()
    assert caplog.text.count(f"the handler of call {UUID} failed") == 2


def test_peer_that_leaves_before_it_says_anything(robot: Robot) -> None:
    Peer.dial(robot.server.port).close()
    assert robot.call()[0].uuid == UUID


def test_stop_lets_calls_end_then_closes_the_rest(robot: Robot) -> None:
    ending, ending_peer = robot.call()
    staying, staying_peer = robot.call()
    stopping = gevent.spawn(robot.server.stop, 0.2)
    ending_peer.close()
    ending.closed.wait()
    assert not staying.closed.is_set()
    stopping.get()
    assert staying.closed.is_set()
    assert staying_peer.at_end()
    with pytest.raises(OSError):
        Peer.dial(robot.server.port or 1)


def test_address_in_use_is_named(robot: Robot) -> None:
    with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{robot.server.port}"):
        OutboundServer("127.0.0.1", robot.server.port, lambda session: None).start()


def test_older_connection_of_a_call_that_came_back_stays_open() -> None:
    """Closing it would end the park of the newer one."""
    returned = gevent.event.Event()

    def handler(session: CallSession) -> None:
        inside.append(session)
        returned.wait()

    inside: list[CallSession] = []
    server = OutboundServer("127.0.0.1", 0, handler)
    server.start()
    peers = []
    for _ in range(2):
        peer = Peer.dial(server.port)
        peer.expect("connect")
        peer.channel_data(UUID)
        peers.append(peer)
    while len(inside) < 2:
        gevent.sleep(0)
    older, newer = peers
    returned.set()
    assert newer.at_end()
    assert server.calls == 1
    older.close()
    while server.calls:
        gevent.sleep(0)
    server.stop()

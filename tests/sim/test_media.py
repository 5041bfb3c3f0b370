import socket

import pytest

from voicebot.sim.callees import SILENCE, CalleeAction, HangUp, Line
from voicebot.sim.media import AudioPort, ClockReport, Unicast

FRAME = b"\x01\x02" * 160


class Parrot:
    """Says what it heard a frame before, and leaves at once."""

    line = Line(100, 200, 200, announcement=FRAME * 2)

    def __init__(self) -> None:
        self._heard = SILENCE

    def on_frame(self, heard: bytes) -> bytes:
        said, self._heard = self._heard, heard
        return said

    def actions(self) -> tuple[CalleeAction, ...]:
        return (HangUp(),)


@pytest.fixture
def actions() -> list[CalleeAction]:
    return []


@pytest.fixture
def port(actions: list[CalleeAction]) -> AudioPort:
    return AudioPort(Parrot(), actions.append)


def test_before_the_answer_the_announcement_is_played_and_nobody_listens(
    port: AudioPort, actions: list[CalleeAction]
) -> None:
    assert [port.exchange(SILENCE) for _ in range(3)] == [FRAME, FRAME, SILENCE]
    assert actions == []


def test_after_it_the_callee_hears_and_speaks(port: AudioPort, actions: list[CalleeAction]) -> None:
    port.talking = True
    assert [port.exchange(FRAME), port.exchange(FRAME)] == [SILENCE, FRAME]
    assert actions == [HangUp(), HangUp()]


def test_frames_that_the_robot_owes_are_counted_from_its_first_on() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as robot:
        robot.bind(("127.0.0.1", 0))
        port = AudioPort(Parrot(), lambda action: None)
        port.unicast = Unicast(("127.0.0.1", 0), robot.getsockname())
        port.tick()
        _, switch = robot.recvfrom(1000)
        robot.sendto(FRAME, switch)
        for _ in range(4):
            port.tick()
        assert port.starved_frames == 3
        port.stop_unicast()


def test_two_bridged_legs_hear_each_other(port: AudioPort) -> None:
    other = AudioPort(Parrot(), lambda action: None)
    port.talking = other.talking = True
    port.peer, other.peer = other, port
    heard: list[bytes] = []
    port.taps.append(lambda said, listened: heard.append(listened))
    other.said = FRAME
    port.tick()
    assert heard == [FRAME]


def test_a_local_port_that_is_taken_is_an_error() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="in use"):
            Unicast(taken.getsockname(), ("127.0.0.1", 9))


def test_one_datagram_is_taken_at_a_time_and_odd_ones_are_counted() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as robot:
        robot.bind(("127.0.0.1", 0))
        unicast = Unicast(("127.0.0.1", 0), robot.getsockname())
        unicast.send(FRAME)
        _, switch = robot.recvfrom(1000)
        for data in (FRAME, FRAME[:100], SILENCE):
            robot.sendto(data, switch)
        assert [unicast.receive() for _ in range(4)] == [FRAME, None, SILENCE, None]
        assert unicast.odd_datagrams == 1
        unicast.close()


def test_lateness_is_counted_in_frames_and_percentiles() -> None:
    report = ClockReport()
    for late_s in [0.0005] * 97 + [0.012] * 2 + [0.3]:
        report.add(late_s, ports=10)
    assert (report.ticks, report.frames, report.late_frames) == (100, 1000, 10)
    assert [report.percentile_ms(share) for share in (0.5, 0.99, 1.0)] == [0, 12, 100]
    assert report.worst_late_ms == pytest.approx(300)

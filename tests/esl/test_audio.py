import socket

import gevent
import pytest
from gevent.event import Event as Signal
from gevent.socket import wait_read

from voicebot.esl import audio as module
from voicebot.esl.audio import AudioStats, UnicastAudio
from voicebot.esl.histogram import LagHistogram

FRAME = bytes(range(256)) + bytes(64)


class Line:
    """The switch's end: sends frames, gets answers."""

    def __init__(self, audio: UnicastAudio) -> None:
        self._to = (audio.host, audio.port)
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self._sock.setblocking(False)

    def send(self, *frames: bytes) -> None:
        for frame in frames:
            self._sock.sendto(frame, self._to)

    def answers(self, count: int) -> list[bytes]:
        """That many answers."""
        got: list[bytes] = []
        while len(got) < count:
            wait_read(self._sock.fileno(), timeout=5)
            got.append(self._sock.recv(4096))
        return got

    def silent(self) -> bool:
        """Nothing more has come."""
        gevent.sleep(0)
        try:
            return not self._sock.recv(4096)
        except BlockingIOError:
            return True


def flip(frame: bytes, _arrived: float) -> bytes:
    return frame[::-1]


def test_one_datagram_out_for_each_in_also_when_many_wait() -> None:
    audio = UnicastAudio(flip)
    line = Line(audio)
    frames = [bytes([number]) + FRAME[1:] for number in range(40)]
    line.send(*frames)
    assert line.answers(40) == [frame[::-1] for frame in frames]
    assert line.silent()
    stats = audio.stats()
    assert (stats.frames_in, stats.frames_out, stats.faults, stats.foreign) == (40, 40, 0, 0)
    audio.close()


@pytest.mark.parametrize("size", [160, 320, 640])
def test_answers_have_the_size_of_the_frame(size: int) -> None:
    audio = UnicastAudio(flip)
    line = Line(audio)
    line.send(bytes(size))
    assert [len(answer) for answer in line.answers(1)] == [size]
    audio.close()


def test_empty_datagrams_and_other_senders_are_not_answered() -> None:
    audio = UnicastAudio(flip)
    line, stranger = Line(audio), Line(audio)
    line.send(FRAME)
    line.answers(1)
    stranger.send(FRAME, FRAME)
    line.send(b"", FRAME)
    line.answers(1)
    assert line.silent()
    assert stranger.silent()
    assert (audio.stats().frames_in, audio.stats().foreign) == (2, 3)
    audio.forget_sender()
    stranger.send(FRAME)
    stranger.answers(1)
    audio.close()


@pytest.mark.parametrize("wrong", [lambda _f, _a: b"", lambda _f, _a: bytes(319), lambda _f, _a: 1 // 0])
def test_fault_is_answered_with_silence_and_counted(wrong: object, caplog: pytest.LogCaptureFixture) -> None:
    audio = UnicastAudio(wrong)  # type: ignore[arg-type]
    line = Line(audio)
    line.send(FRAME, FRAME)
    assert line.answers(2) == [bytes(320)] * 2
    assert audio.stats().faults == 2
    assert caplog.text.count("silence is sent instead") == 1
    audio.close()


def test_gaps_and_own_lags_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handled 20, 45 and 150 ms apart; the third waited 30 ms for us, the others not."""
    lags = LagHistogram()
    audio = UnicastAudio(flip, lags=lags)
    for at, lag in ((10.0, 0.0), (10.02, 0.0), (10.065, 0.03), (10.215, 0.0)):
        audio._note(at, lag, 320)
    assert audio.stats() == AudioStats(
        frames_in=4,
        late=2,
        bursts_over_100ms=1,
        worst_gap_ms=pytest.approx(150),  # type: ignore[arg-type]
        own_late=1,
        worst_own_lag_ms=30.0,
    )
    assert (lags.count, lags.max_ms) == (4, 30.0)
    audio.close()


def test_pause_between_two_parks_is_no_gap() -> None:
    audio = UnicastAudio(flip)
    audio._note(10.0, 0.0, 320)
    audio.forget_sender()
    audio._note(99.0, 0.0, 320)
    assert audio.stats().late == 0
    audio.close()


def test_kernel_stamp_gives_the_arrival() -> None:
    stamp = module._TIMESPEC.pack(100, 500_000_000)
    control = [(socket.SOL_SOCKET, module._SO_TIMESTAMPNS, stamp)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "time", lambda: 100.53)
        assert module._lag(control) == pytest.approx(0.03)
        patched.setattr(module, "time", lambda: 90.0)  # the wall clock was set back
        assert module._lag(control) == 0.0
    assert module._lag([]) == 0.0


def test_stall_is_told_once_and_again_after_frames() -> None:
    told: list[Signal] = [Signal(), Signal()]
    waiting = iter(told)
    audio = UnicastAudio(flip, on_stall=lambda: next(waiting).set())
    line = Line(audio)
    audio.watch()
    line.send(FRAME)
    line.answers(1)
    assert told[0].wait(5)
    line.send(FRAME)
    line.answers(1)
    assert told[1].wait(5)
    assert audio.stats().stalls == 2
    audio.close()


def test_own_stall_is_not_blamed_on_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    audio = UnicastAudio(flip, on_stall=lambda: told.append(1))
    now = 100.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    audio.watch()
    now += 5.0  # the hub stood still: the check itself is late
    audio._check()
    assert not told
    now += 0.05
    audio._check()
    assert told == [1]
    audio.close()


def test_no_watch_no_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    audio = UnicastAudio(flip, on_stall=lambda: pytest.fail("told"))
    audio.watch()
    audio.unwatch()
    assert not audio.watching
    audio.close()
    audio.close()
    audio.unwatch()  # a hang-up that comes later


def test_callback_may_close() -> None:
    def on_frame(frame: bytes, _arrived: float) -> bytes:
        audio.close()
        return frame

    audio = UnicastAudio(on_frame)
    line = Line(audio)
    line.send(FRAME, FRAME)
    gevent.sleep(0)
    while audio.stats().frames_in == 0:
        gevent.sleep(0)
    assert audio.stats().frames_in == 1

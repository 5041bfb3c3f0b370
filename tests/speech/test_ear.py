"""Ears on threads: order, faults that stay with one ear, bounds. Waits are for events, never for time."""

import queue
import threading
from collections.abc import Iterator

import pytest

from voicebot.media.frames import FRAME_BYTES, FRAME_MS, SILENCE_FRAME, bytes_of
from voicebot.speech import ear as ears
from voicebot.speech.ear import EarPool
from voicebot.speech.hearing import EarEvent, EarFault, Ended, hear
from voicebot.speech.standin import LevelVad, StandinModel, StandinRecogniser, StandinVoice

TIMEOUT_S = 20.0  # for a machine that is busy with something else
SECOND = bytes_of(1000)


def said(text: str) -> bytes:
    return StandinVoice().render(text, "")


class Listener:
    """Collects the events of one ear."""

    def __init__(self, pool: EarPool) -> None:
        self._events: queue.Queue[EarEvent] = queue.Queue()
        self.ear = pool.open(self._events.put)
        self.at_ms = 0

    def push(self, pcm: bytes) -> None:
        for start in range(0, len(pcm), FRAME_BYTES):
            self.ear.push(pcm[start : start + FRAME_BYTES], self.at_ms)
            self.at_ms += FRAME_MS

    def until(self, kind: type[EarEvent]) -> list[EarEvent]:
        events = [self._events.get(timeout=TIMEOUT_S)]
        while not isinstance(events[-1], kind):
            events.append(self._events.get(timeout=TIMEOUT_S))
        return events


@pytest.fixture
def pool() -> Iterator[EarPool]:
    pool = EarPool(lambda _: StandinModel(fail_at="坏"), LevelVad, threads=2)
    yield pool
    pool.close()


class Gate(StandinRecogniser):
    """A recogniser that hangs in `feed` until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.fed, self.go = threading.Event(), threading.Event()

    def feed(self, pcm: bytes) -> str | None:
        self.fed.set()
        assert self.go.wait(TIMEOUT_S)
        return super().feed(pcm)


class GateModel(StandinModel):
    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    def open(self) -> Gate:
        return self.gate


def test_the_thread_hears_what_the_plain_object_hears(pool: EarPool) -> None:
    pcm = bytes(SECOND // 2) + said("好的没问题") + bytes(SECOND // 2 + 4 * FRAME_BYTES)
    listener = Listener(pool)
    listener.push(pcm)
    heard = listener.until(Ended)
    wanted = hear(StandinModel(), LevelVad(), pcm)
    assert [(type(event), event.at) for event in heard] == [(type(event), event.at) for event in wanted]
    assert heard[-1].text == "好的没问题"


def test_many_ears_on_few_threads_each_hear_their_own(pool: EarPool) -> None:
    listeners = [Listener(pool) for _ in range(10)]
    for number, listener in enumerate(listeners):
        listener.push(said(f"我是{number}号") + bytes(SECOND))
    texts = [listener.until(Ended)[-1].text for listener in listeners]
    assert texts == [f"我是{number}号" for number in range(10)]
    assert pool.stats().ears == 10


def test_orders_keep_their_place_among_the_frames(pool: EarPool) -> None:
    listener = Listener(pool)
    listener.ear.cut()  # nobody speaks: nothing
    listener.push(said("可以"))
    listener.ear.cut()
    listener.push(said("不行"))
    listener.ear.set_limits(end_silence_ms=200, max_speech_ms=9000)
    listener.push(SILENCE_FRAME * 10)
    first, second = listener.until(Ended)[-1], listener.until(Ended)[-1]
    assert (first.text, first.by, first.at) == ("可以", "cut", 240)
    assert (second.text, second.by, second.at) == ("不行", "silence", 680)


def test_a_dead_recogniser_is_one_fault_and_the_others_live(pool: EarPool) -> None:
    dead, *others = [Listener(pool) for _ in range(4)]
    dead.push(said("好坏坏") + bytes(SECOND))
    fault = dead.until(EarFault)[-1]
    assert fault.dead
    assert "坏" in fault.what
    for listener in others:
        listener.push(said("没事") + bytes(SECOND))
        assert listener.until(Ended)[-1].text == "没事"
    dead.push(said("还在吗") + bytes(SECOND))
    others[0].push(said("在") + bytes(SECOND))
    others[0].until(Ended)
    assert dead.ear.stats().dead
    assert dead._events.empty()


def test_a_recogniser_that_cannot_be_opened_is_a_fault() -> None:
    class Broken(StandinModel):
        def open(self) -> StandinRecogniser:
            raise MemoryError

    pool = EarPool(lambda _: Broken(), LevelVad, threads=1)
    listener = Listener(pool)
    listener.push(SILENCE_FRAME)
    assert listener.until(EarFault)[-1] == EarFault(0, "MemoryError")
    pool.close()


def test_a_listener_that_raises_does_not_stop_the_ear(pool: EarPool, caplog: pytest.LogCaptureFixture) -> None:
    heard = Listener(pool)
    good = heard.ear._sink

    def sink(event: EarEvent) -> None:
        good(event)
        raise RuntimeError("listener broken")

    heard.ear._sink = sink
    heard.push(said("好") + bytes(SECOND))
    assert heard.until(Ended)[-1].text == "好"
    heard.push(said("对") + bytes(SECOND))
    assert heard.until(Ended)[-1].text == "对"
    assert "listener broken" in caplog.text


def test_more_than_the_queue_takes_is_dropped_counted_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "MAX_QUEUED", 20)
    model = GateModel()
    pool = EarPool(lambda _: model, LevelVad, threads=1)
    listener = Listener(pool)
    listener.push(said("好"))
    assert model.gate.fed.wait(TIMEOUT_S)
    listener.push(SILENCE_FRAME * 50)
    stats = listener.ear.stats()
    assert stats.frames_in == 56
    assert stats.frames_dropped >= 50 - 20
    assert stats.lag_ms > 0
    model.gate.go.set()
    fault = listener.until(EarFault)[-1]
    assert not fault.dead
    assert "frames dropped" in fault.what
    pool.close()


def test_a_closed_ear_tells_nothing_more_and_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    model = GateModel()
    pool = EarPool(lambda _: model, LevelVad, threads=1)
    listener = Listener(pool)
    listener.push(said("好"))
    assert model.gate.fed.wait(TIMEOUT_S)
    listener.push(bytes(SECOND))
    listener.ear.close()
    listener.ear.close()
    model.gate.go.set()
    pool.close()
    assert listener._events.empty()
    assert listener.ear._hearing is None
    assert pool.stats().ears == 0


def test_an_ear_goes_to_the_thread_with_the_fewest(pool: EarPool) -> None:
    first, second, third = (pool.open(lambda event: None) for _ in range(3))
    assert first._worker is not second._worker
    second.close()
    assert pool.open(lambda event: None)._worker is second._worker
    assert third._worker is first._worker


def test_stats_of_a_pool_without_calls(pool: EarPool) -> None:
    assert pool.stats() == ears.PoolStats(ears=0, frames_heard=0, lag_p50_ms=0, lag_p99_ms=0, lag_max_ms=0)


def test_no_threads_is_no_pool() -> None:
    with pytest.raises(ValueError, match="0 recogniser threads"):
        EarPool(lambda _: StandinModel(), LevelVad, threads=0)

"""Ears of many calls on a fixed pool of native threads: frames go in on the hub, ear events come out on a thread.
The hearing itself is `hearing`; bridging the events back to the hub is the call actor's."""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from queue import SimpleQueue
from typing import Final, NamedTuple

from voicebot.errors import SpeechError
from voicebot.media.turn import TurnLimits
from voicebot.speech.hearing import EarEvent, EarFault, Ended, Hearing, Partial
from voicebot.speech.languages import DEFAULT as DEFAULT_LANGUAGE
from voicebot.speech.ports import RecogniserModel, Vad

MAX_QUEUED: Final = 250  # frames; 5 s behind the talk is lost anyway, and memory must not be
CLOSE_DEADLINE_S: Final = 5.0
LAG_STEP_MS: Final = 5
LAG_CAP_MS: Final = 10_000

Sink = Callable[[EarEvent], None]
Overhear = Callable[[bytes, int], None]
OpenHearing = Callable[[str, TurnLimits | None], Hearing]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EarStats:
    """Liveness of one ear: frames that go in and are never heard mean a deaf recogniser."""

    frames_in: int
    frames_heard: int
    frames_dropped: int
    partials: int
    utterances: int
    lag_ms: float
    """Wall time that the oldest waiting frame has been waiting."""
    worst_lag_ms: float
    dead: bool


@dataclass(frozen=True)
class PoolStats:
    """Wall time from a frame's `push` until it was heard, recogniser included; all ears since the pool was made."""

    ears: int
    frames_heard: int
    lag_p50_ms: int
    lag_p99_ms: int
    lag_max_ms: int


class _Frame(NamedTuple):
    pushed_s: float
    at_ms: int
    pcm: bytes


_Order = Callable[[Hearing], tuple[EarEvent, ...]]


class Ear:
    """The ears of one call, to be used from one thread or hub. No method blocks; none raises."""

    def __init__(self, worker: "_Worker", sink: Sink, limits: TurnLimits | None, overhear: Overhear | None) -> None:
        self._worker = worker
        self._sink = sink
        self._limits = limits
        self._language = DEFAULT_LANGUAGE
        self._overhear = overhear
        self._queue: deque[_Frame | _Order] = deque()
        self._waiting = False
        self._closed = False
        self._overflow = 0
        # counted by the caller's thread
        self._frames_in = self._frames_dropped = 0
        # the worker's thread only
        self._hearing: Hearing | None = None
        self._dead = False
        self._frames_heard = self._partials = self._utterances = 0
        self._worst_lag_ms = 0.0

    def push(self, frame: bytes, at_ms: int) -> None:
        """One incoming frame, of any length, that arrived at `at_ms` on the call's clock.

        Where the thread is `MAX_QUEUED` frames behind, the frame is dropped and counted; the ear hears silence in its
        place and one EarFault that is not `dead` tells of it.
        """
        self._frames_in += 1
        if len(self._queue) >= MAX_QUEUED:
            self._frames_dropped += 1
            self._overflow += 1
            return
        self._put(_Frame(time.monotonic(), at_ms, frame))

    def set_language(self, language: str) -> None:
        """What the caller speaks: before the first frame, since a recogniser hears one language."""
        assert not self._frames_in, f"the ear hears {self._language} already"
        self._language = language

    def set_limits(self, end_silence_ms: int, max_speech_ms: int) -> None:
        """In force after the frames that were pushed before."""

        def order(hearing: Hearing) -> tuple[EarEvent, ...]:
            hearing.set_limits(end_silence_ms, max_speech_ms)
            return ()

        self._put(order)

    def cut(self) -> None:
        """End the open utterance after the frames that were pushed before; Ended follows where there is one."""
        self._put(Hearing.cut)

    def close(self) -> None:
        """Hear no more; what waits is dropped. At most the event that is just being told still comes."""
        if not self._closed:
            self._closed = True
            self._worker.release(self)

    def stats(self) -> EarStats:
        try:
            oldest = self._queue[0]
        except IndexError:
            waited_s = 0.0
        else:
            waited_s = time.monotonic() - oldest.pushed_s if isinstance(oldest, _Frame) else 0.0
        return EarStats(
            self._frames_in,
            self._frames_heard,
            self._frames_dropped,
            self._partials,
            self._utterances,
            waited_s * 1000,
            self._worst_lag_ms,
            self._dead,
        )

    def _put(self, item: _Frame | _Order) -> None:
        self._queue.append(item)
        if not self._waiting:  # one place in the worker's queue at most, however many frames wait
            self._waiting = True
            self._worker.wake(self)

    # --- from here on: the worker's thread ---

    def _work(self, open_hearing: OpenHearing, lags: Counter[int]) -> None:
        """Hear what waits now; what comes meanwhile waits for the other ears of this thread."""
        self._waiting = False
        for _ in range(len(self._queue)):
            item = self._queue.popleft()
            if self._closed or self._dead:
                continue
            if isinstance(item, _Frame):
                self._pass_on(item)
            try:
                if self._hearing is None:
                    self._hearing = open_hearing(self._language, self._limits)
                events = self._hear(self._hearing, item)
            except Exception as error:  # noqa: BLE001  whatever it is, the thread must live for the other ears
                self._die(error)
                continue
            if isinstance(item, _Frame):
                self._count(item, lags)
            for event in events:
                self._tell(event)
        if self._closed or self._dead:
            self._hearing = None  # the recogniser's memory goes with it

    def _hear(self, hearing: Hearing, item: _Frame | _Order) -> tuple[EarEvent, ...]:
        if not isinstance(item, _Frame):
            return item(hearing)
        if not self._overflow:
            return hearing.push(item.pcm, item.at_ms)
        lost, self._overflow = self._overflow, 0
        what = f"{lost} frames dropped, recognition is behind by {MAX_QUEUED}; fewer calls or more recognisers"
        return (EarFault(item.at_ms, what, dead=False), *hearing.push(item.pcm, item.at_ms))

    def _pass_on(self, frame: _Frame) -> None:
        if self._overhear is None:
            return
        try:
            self._overhear(frame.pcm, frame.at_ms)
        except Exception:
            log.exception("who overhears an ear failed at %d ms; the ear goes on", frame.at_ms)
            self._overhear = None

    def _count(self, frame: _Frame, lags: Counter[int]) -> None:
        self._frames_heard += 1
        lag_ms = (time.monotonic() - frame.pushed_s) * 1000
        self._worst_lag_ms = max(self._worst_lag_ms, lag_ms)
        lags[min(int(lag_ms), LAG_CAP_MS) // LAG_STEP_MS * LAG_STEP_MS] += 1

    def _tell(self, event: EarEvent) -> None:
        if self._closed:
            return
        self._partials += isinstance(event, Partial)
        self._utterances += isinstance(event, Ended)
        try:
            self._sink(event)
        except Exception:
            log.exception("the listener of an ear failed on %r; the ear goes on", event)

    def _die(self, error: Exception) -> None:
        self._dead = True
        at = self._hearing.now_ms if self._hearing else 0
        if not isinstance(error, SpeechError):
            log.error("an ear failed", exc_info=error)
        self._tell(EarFault(at, str(error) or type(error).__name__))


class EarPool:
    """A fixed number of threads; each ear stays on one of them, so its frames keep their order."""

    def __init__(
        self, model_of: Callable[[str], RecogniserModel], vad_factory: Callable[[], Vad], threads: int
    ) -> None:
        """The threads start here. `model_of` gives the model of a language, on one of them.

        Raises ValueError when `threads` is not positive.
        """
        if threads <= 0:
            raise ValueError(f"{threads} recogniser threads: at least 1")

        def open_hearing(language: str, limits: TurnLimits | None) -> Hearing:
            return Hearing(model_of(language).open(), vad_factory(), limits)

        self._workers = [_Worker(f"ears-{number}", open_hearing) for number in range(threads)]

    def open(self, sink: Sink, limits: TurnLimits | None = None, overhear: Overhear | None = None) -> Ear:
        """An ear on the thread that has the fewest. `sink` is called on that thread; it must not block.

        `overhear` gets every frame and its time there too, before the recogniser does.

        A recogniser that cannot be opened is an EarFault, told after the first frame.
        """
        worker = min(self._workers, key=lambda worker: worker.ears)
        worker.ears += 1
        return Ear(worker, sink, limits, overhear)

    def stats(self) -> PoolStats:
        lags = sum((Counter(worker.lags) for worker in self._workers), Counter[int]())
        return PoolStats(
            sum(worker.ears for worker in self._workers),
            lags.total(),
            _percentile(lags, 0.5),
            _percentile(lags, 0.99),
            max(lags, default=0),
        )

    def close(self) -> None:
        """End the threads; ears hear no more. Raises SpeechError when one does not end in `CLOSE_DEADLINE_S`."""
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.join(CLOSE_DEADLINE_S)
            if worker.is_alive():
                raise SpeechError(f"recogniser thread {worker.name} hangs in a native call; restart the process")


class _Worker(threading.Thread):
    """One thread that hears for the ears that wake it, in the order in which they did."""

    def __init__(self, name: str, open_hearing: OpenHearing) -> None:
        super().__init__(name=name, daemon=True)  # a hung native call must not keep the process
        self.ears = 0
        self.lags: Counter[int] = Counter()
        self._open_hearing = open_hearing
        self._awake: SimpleQueue[Ear | None] = SimpleQueue()
        self.start()

    def wake(self, ear: Ear) -> None:
        self._awake.put(ear)

    def release(self, ear: Ear) -> None:
        self.ears -= 1
        self._awake.put(ear)

    def end(self) -> None:
        self._awake.put(None)

    def run(self) -> None:
        while (ear := self._awake.get()) is not None:
            ear._work(self._open_hearing, self.lags)


def _percentile(lags: Counter[int], share: float) -> int:
    """The least lag that `share` of the frames did not exceed; 0 without frames."""
    steps = sorted(lags)
    counts = accumulate(lags[step] for step in steps)
    wanted = share * lags.total()
    return next((step + LAG_STEP_MS for step, count in zip(steps, counts, strict=True) if count >= wanted), 0)

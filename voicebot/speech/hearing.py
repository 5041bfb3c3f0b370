"""The hearing of one call as a plain object: frames in, ear events out, in order and without a thread.
VAD, turn taking and recogniser meet here. `ear` runs many of these off the hub."""

import time
from collections import deque
from dataclasses import dataclass, replace
from typing import Final

from voicebot.media.clock import AudioClock
from voicebot.media.frames import FRAME_BYTES, FRAME_MS, SILENCE_FRAME, bytes_of, ms_of
from voicebot.media.turn import EndedBy, SpeechBegan, SpeechPaused, TurnEvent, TurnLimits, TurnTaker
from voicebot.speech.ports import Recogniser, RecogniserModel, Vad

PRE_ROLL_MS: Final = 300  # before the first voiced frame: with 200 onsets are lost, with 500 noise becomes words
LINGER_MS: Final = 600  # the recogniser goes on hearing after voice that was not believed
BATCH_MS: Final = 60  # the recogniser is fed this much at once, at the least
MAX_HOLE_MS: Final = 2000  # a longer hole is heard as this much silence


@dataclass(frozen=True)
class Began:
    """At `at` it is certain that the customer has been speaking since `began`."""

    at: int
    began: int


@dataclass(frozen=True)
class Partial:
    """The open utterance as recognised so far; normalised; sent when it changed."""

    at: int
    text: str


@dataclass(frozen=True)
class Paused:
    """Silence, not yet long enough to end the utterance; `text` is what was recognised so far.

    Who has enough in `text` calls `cut`.
    """

    at: int
    text: str


@dataclass(frozen=True)
class Ended:
    """The utterance from `began` to `ended`, its last voice. Empty `text`: there was sound, but no words.

    `decode_ms`: wall time that the recogniser took from the decision to the text.
    """

    at: int
    began: int
    ended: int
    text: str
    confidence: float
    decode_ms: float
    by: EndedBy = "silence"
    unknown: int = 0
    """Words that the model does not know; not in `text`."""


@dataclass(frozen=True)
class EarFault:
    """The ear is of no more use (`dead`), or lost audio. `what` says why and, where there is one, the remedy."""

    at: int
    what: str
    dead: bool = True


EarEvent = Began | Partial | Paused | Ended | EarFault


class Hearing:
    """One call's ears. Times are audio ms on the caller's clock. Not for two threads at once.

    The recogniser hears what is voiced, with `PRE_ROLL_MS` before and `LINGER_MS` after; words in it count as speech
    even where turn taking found the voice too short.
    """

    def __init__(self, recogniser: Recogniser, vad: Vad, limits: TurnLimits | None = None) -> None:
        self._recogniser = recogniser
        self._vad = vad
        self._turn = TurnTaker(limits)
        self._arrivals = AudioClock()
        self._zero_ms = 0
        """Where the turn taker's time 0 lies on the caller's clock; moved by what was left out of long holes."""
        self._heard_ms = 0
        self._rest = b""
        self._pre_roll: deque[bytes] = deque(maxlen=PRE_ROLL_MS // FRAME_MS)
        self._batch = bytearray()
        self._open_ms = 0
        """For how long the recogniser still hears unless voice comes; 0: it does not hear."""
        self._text = ""

    def push(self, frame: bytes, at_ms: int) -> tuple[EarEvent, ...]:
        """Audio of any length that arrived at `at_ms`. Where frames never came, silence is heard in their place.

        Raises SpeechError when the recogniser fails; the object is of no use then.
        """
        events: list[EarEvent] = []
        self._fill_hole(self._arrivals.tick(at_ms, ms_of(len(frame))), events)
        self._rest += frame
        while len(self._rest) >= FRAME_BYTES:
            whole, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            self._hear(whole, self._vad.voiced(whole), events)
        return tuple(events)

    def set_limits(self, end_silence_ms: int, max_speech_ms: int) -> None:
        """In force at once; the soft pause stays at most the end silence."""
        soft = min(TurnLimits.soft_silence_ms, end_silence_ms)
        limits = self._turn.limits
        self._turn.set_limits(
            replace(limits, end_silence_ms=end_silence_ms, max_speech_ms=max_speech_ms, soft_silence_ms=soft)
        )

    def cut(self) -> tuple[EarEvent, ...]:
        """End the open utterance now. Raises SpeechError as `push` does."""
        events: list[EarEvent] = []
        self._tell(self._turn.cut(), events)
        return tuple(events)

    @property
    def utterance_open(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return self._turn.speaking

    @property
    def now_ms(self) -> int:
        """The end of what was heard, on the caller's clock."""
        return self._clock(self._heard_ms)

    def _clock(self, heard_ms: int) -> int:
        return self._zero_ms + heard_ms

    def _fill_hole(self, begins_ms: int, events: list[EarEvent]) -> None:
        hole = begins_ms - self.now_ms - ms_of(len(self._rest))
        if not self._heard_ms and not self._rest:
            self._zero_ms = begins_ms
            return
        for _ in range(min(hole, MAX_HOLE_MS) // FRAME_MS):
            self._hear(SILENCE_FRAME, 0.0, events)
        if hole > MAX_HOLE_MS:
            self._zero_ms += hole - MAX_HOLE_MS

    def _hear(self, frame: bytes, voiced: float, events: list[EarEvent]) -> None:
        """One whole frame through turn taking and, while its gate is open, the recogniser."""
        self._heard_ms += FRAME_MS
        turn_events = self._turn.push(voiced, FRAME_MS)
        self._gate(frame, voiced)
        self._tell(turn_events, events)
        held_back = self._turn.speaking and self._turn.unproven_ms  # the next utterance's, if this one ends now
        if len(self._batch) >= bytes_of(BATCH_MS) and not held_back:
            self._recognise(events)

    def _gate(self, frame: bytes, voiced: float) -> None:
        if self._turn.speaking or voiced >= self._turn.limits.stay_threshold:
            self._open_ms = LINGER_MS
        elif self._open_ms:
            self._open_ms = max(0, self._open_ms - FRAME_MS)
            if not self._open_ms:
                self._forget()
        if not self._open_ms:
            self._pre_roll.append(frame)
            return
        for earlier in self._pre_roll:
            self._batch += earlier
        self._pre_roll.clear()
        self._batch += frame

    def _forget(self) -> None:
        """No utterance came of what the recogniser heard."""
        self._recogniser.reset()
        self._batch.clear()
        self._text = ""

    def _recognise(self, events: list[EarEvent]) -> None:
        """Feed what has been gathered; words make an utterance where there is none."""
        if not self._batch:
            return
        text = self._recogniser.feed(bytes(self._batch))
        self._batch.clear()
        if text is None:
            return
        self._text = text
        if text:
            self._tell(self._turn.words_heard(), events)
        if self._turn.speaking:
            events.append(Partial(self.now_ms, text))

    def _tell(self, turn_events: tuple[TurnEvent, ...], events: list[EarEvent]) -> None:
        for event in turn_events:
            at = self._clock(event.at)
            if isinstance(event, SpeechBegan):
                events.append(Began(at, self._clock(event.began)))
            elif isinstance(event, SpeechPaused):
                self._recognise(events)
                events.append(Paused(at, self._text))
            else:
                events.append(self._finish(at, self._clock(event.began), self._clock(event.last_voiced), event.by))

    def _finish(self, at: int, began: int, ended: int, by: EndedBy) -> Ended:
        started_s = time.perf_counter()
        split = max(0, len(self._batch) - bytes_of(self._turn.unproven_ms))
        if split:
            self._recogniser.feed(bytes(self._batch[:split]))
        transcript = self._recogniser.finish()
        del self._batch[:split]
        self._open_ms = LINGER_MS if self._batch else 0
        self._text = ""
        decode_ms = (time.perf_counter() - started_s) * 1000
        return Ended(at, began, ended, transcript.text, transcript.confidence, decode_ms, by, transcript.unknown)


def hear(model: RecogniserModel, vad: Vad, pcm: bytes, limits: TurnLimits | None = None) -> list[EarEvent]:
    """All that an ear hears in `pcm`, from 0 ms on, frame by frame; what an open utterance has at the end is lost.

    Raises SpeechError.
    """
    hearing = Hearing(model.open(), vad, limits)
    events: list[EarEvent] = []
    for start in range(0, len(pcm), FRAME_BYTES):
        events.extend(hearing.push(pcm[start : start + FRAME_BYTES], ms_of(start)))
    return events

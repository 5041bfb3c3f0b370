"""Turn taking: from "voiced or not" per frame to where the customer's utterances begin, pause and end.
Counted in audio milliseconds only. What is said, and whether it may interrupt, is decided elsewhere."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

BLIP_MEMORY_MS: Final = 1000  # words come out of the recogniser some 200 to 500 ms after their sound


@dataclass(frozen=True)
class TurnLimits:
    """Milliseconds of audio; the defaults are measured with `tools/bench_ears.py` on telephone audio."""

    start_ms: int = 60
    """Voiced audio before a beginning is believed; shorter blips are nothing."""
    resume_ms: int = 40
    """Voiced audio in a pause before the utterance is believed to go on."""
    soft_silence_ms: int = 200
    """Silence after which `SpeechPaused` offers to end the utterance early."""
    end_silence_ms: int = 500
    """Silence that ends an utterance."""
    max_speech_ms: int = 12_000
    """Longest utterance from its beginning."""
    threshold: float = 0.5
    """Least `voiced` that counts where nobody is speaking yet."""
    stay_threshold: float = 0.5
    """Least `voiced` that counts while an utterance goes on."""
    flaw_ms: int = 40
    """Unvoiced audio inside a beginning that does not void it: a stop consonant."""

    def __post_init__(self) -> None:
        if not 0 < self.soft_silence_ms <= self.end_silence_ms:
            raise ValueError(f"soft_silence_ms {self.soft_silence_ms}: 1 to end_silence_ms {self.end_silence_ms}")
        if self.start_ms <= 0 or self.resume_ms <= 0 or self.max_speech_ms <= self.start_ms:
            raise ValueError(
                f"start_ms {self.start_ms}, resume_ms {self.resume_ms}, max_speech_ms {self.max_speech_ms}:"
                " all above 0, the last the greatest"
            )


@dataclass(frozen=True)
class SpeechBegan:
    """At `at` it became certain that the customer has been speaking since `began`."""

    at: int
    began: int


@dataclass(frozen=True)
class SpeechPaused:
    """`soft_silence_ms` without voice since `last_voiced`; at most once for each pause."""

    at: int
    last_voiced: int


EndedBy = Literal["silence", "too_long", "cut"]


@dataclass(frozen=True)
class SpeechEnded:
    """The utterance from `began` to `last_voiced` is over. `too_long`: `max_speech_ms` were up, the customer may go
    on; `cut`: the listener wanted no more."""

    at: int
    began: int
    last_voiced: int
    by: EndedBy = "silence"


TurnEvent = SpeechBegan | SpeechPaused | SpeechEnded


class TurnState(Enum):
    QUIET = "quiet"
    STARTING = "starting"
    SPEAKING = "speaking"
    STOPPING = "stopping"


class TurnTaker:
    """Four states; `SpeechBegan` and `SpeechEnded` alternate, times never go back.

    An utterance that silence ended, ended at the first frame border at or after `last_voiced` + `end_silence_ms`.
    """

    def __init__(self, limits: TurnLimits | None = None) -> None:
        self._limits = limits or TurnLimits()
        self._state = TurnState.QUIET
        self._now = 0
        self._began = 0
        self._last_voiced = 0
        self._run_from = 0
        """Where the latest run of voice began that was not believed at once, in STARTING and STOPPING."""
        self._run_to = 0
        """Where its voice ended so far."""
        self._run_ms = 0
        """Voiced audio in that run; 0 means there is none."""
        self._flaw_ms = 0
        """Unvoiced audio since the run's last voice."""
        self._paused = False

    @property
    def state(self) -> TurnState:
        return self._state

    @property
    def limits(self) -> TurnLimits:
        return self._limits

    @property
    def speaking(self) -> bool:
        """An utterance is open: it began and has not ended."""
        return self._state in (TurnState.SPEAKING, TurnState.STOPPING)

    @property
    def unproven_ms(self) -> int:
        """The newest audio that may become a beginning, or speech after a pause, once more voice follows."""
        return self._now - self._run_from if self._run_ms else 0

    def set_limits(self, limits: TurnLimits) -> None:
        """In force from the next frame on, for an open utterance too."""
        self._limits = limits

    def push(self, voiced: float, ms: int) -> tuple[TurnEvent, ...]:
        """The next `ms` of audio, voiced with this probability. Raises ValueError when `ms` is not positive."""
        if ms <= 0:
            raise ValueError(f"frame of {ms} ms: must be positive")
        frame_from = self._now
        self._now += ms
        is_voiced = voiced >= (self._limits.stay_threshold if self.speaking else self._limits.threshold)
        if self._state is TurnState.SPEAKING and is_voiced:
            self._last_voiced = self._now
        else:
            self._count_run(is_voiced, frame_from, ms)
        if not self.speaking:
            return self._maybe_begin()
        return self._maybe_resume_pause_or_end()

    def cut(self) -> tuple[TurnEvent, ...]:
        """End the open utterance now; nothing happens when there is none."""
        return (self._end("cut"),) if self.speaking else ()

    def words_heard(self) -> tuple[TurnEvent, ...]:
        """Words were recognised: when no utterance is open, one is begun with what little voice there was.

        Short answers are sometimes too short for `start_ms`. The silence that ends the utterance counts from the
        latest voice not older than `BLIP_MEMORY_MS`, else from now.
        """
        if self.speaking:
            return ()
        if self._now - self._run_to > BLIP_MEMORY_MS or self._run_from >= self._run_to:
            self._run_from = self._run_to = self._now
        return (self._begin(self._run_from, self._run_to),)

    def _count_run(self, is_voiced: bool, frame_from: int, ms: int) -> None:
        """Keep the run of voice that is not yet believed."""
        if is_voiced:
            if not self._run_ms:
                self._run_from = frame_from
            self._run_ms += ms
            self._run_to = self._now
            self._flaw_ms = 0
        elif self._run_ms:
            self._flaw_ms += ms
            if self._flaw_ms > self._limits.flaw_ms:
                self._drop_run()

    def _drop_run(self) -> None:
        self._run_ms = self._flaw_ms = 0

    def _maybe_begin(self) -> tuple[TurnEvent, ...]:
        if self._run_ms >= self._limits.start_ms:
            return (self._begin(self._run_from, self._run_to),)
        self._state = TurnState.STARTING if self._run_ms else TurnState.QUIET
        return ()

    def _begin(self, began: int, last_voiced: int) -> SpeechBegan:
        self._state = TurnState.SPEAKING
        self._began, self._last_voiced = began, last_voiced
        self._paused = False
        self._drop_run()
        return SpeechBegan(self._now, began)

    def _maybe_resume_pause_or_end(self) -> tuple[TurnEvent, ...]:
        limits = self._limits
        if self._run_ms >= limits.resume_ms:
            self._last_voiced = self._run_to
            self._drop_run()
            self._paused = False
        silence = self._now - self._last_voiced
        if self._now - self._began >= limits.max_speech_ms:
            return (self._end("too_long"),)
        if silence >= limits.end_silence_ms:
            return (self._end("silence"),)
        self._state = TurnState.STOPPING if silence else TurnState.SPEAKING
        if silence >= limits.soft_silence_ms and not self._paused:
            self._paused = True
            return (SpeechPaused(self._now, self._last_voiced),)
        return ()

    def _end(self, by: EndedBy) -> SpeechEnded:
        """Close the utterance; a run of voice at its very end may become the next one's beginning."""
        if self._run_ms:
            self._state = TurnState.STARTING
        else:
            self._state = TurnState.QUIET
            self._run_from = self._run_to = self._now
        return SpeechEnded(self._now, self._began, self._last_voiced, by)

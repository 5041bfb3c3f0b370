"""What picks up, heard beside the recogniser: early media before the answer, the greeting after it, the beep.

Frames and words come on the ear's thread; the call's own greenlet only says when the phase changes. What a verdict
leads to is before_answer.py's and after_answer.py's.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from voicebot.answering.beep_wait import BeepWait
from voicebot.answering.early import EarlyListener
from voicebot.answering.evidence import Heard, Verdict
from voicebot.answering.greeting import GreetingListener
from voicebot.answering.likeness import Likeness
from voicebot.answering.tables import Tables
from voicebot.answering.thresholds import Thresholds
from voicebot.campaign.policy.heard_before import Certainty
from voicebot.media.frames import bytes_of
from voicebot.speech.hearing import EarEvent, Ended, Partial

KEPT_MS = 30_000
"""Of early media as sound; announcements repeat themselves within it."""
Phase = Literal["early", "answer"]


@dataclass(frozen=True)
class Answering:
    """What listeners are made of; the same for all calls."""

    tables: Tables
    thresholds: Thresholds
    likeness: Likeness

    @property
    def certainty(self) -> Certainty:
        """From which scores on the words of an announcement hold."""
        early = self.thresholds.early
        return Certainty(words=early.decide, empty=early.decide_dead, gone=early.decide_gone)


@dataclass(frozen=True)
class TakenFor:
    """What the line is taken for in a phase of the call; `verdict.at_ms` counts from the phase's beginning."""

    phase: Phase
    verdict: Verdict


@dataclass(frozen=True)
class BeepHeard:
    """A machine's beep is over."""


PickUpNews = TakenFor | BeepHeard


@dataclass(frozen=True)
class HeardPhase:
    """All that one phase left behind. `verdict` None: nothing was decided."""

    phase: Phase
    verdict: Verdict | None
    heard: Heard


class PickUp:
    """The listeners of one call. `tell` is called on the ear's thread.

    The lock is held for the work of one frame at most, some 60 microseconds.
    """

    def __init__(
        self, answering: Answering, robot_speaks: Callable[[], bool], tell: Callable[[PickUpNews], None]
    ) -> None:
        self._robot_speaks = robot_speaks
        self._tell = tell
        self._lock = threading.Lock()
        self._early = EarlyListener(answering.tables, answering.thresholds, answering.likeness)
        self._greeting = GreetingListener(answering.tables, answering.thresholds)
        self._began: dict[Phase, int] = {}
        self._answered_at: int | None = None
        self._off = False
        self._told: dict[Phase, str] = {}
        self._spoke = False
        self._beep_wait: BeepWait | None = None
        self._sound = bytearray()
        self._open_words, self._open_at = "", 0

    # --- the call's greenlet -----------------------------------------------------------------------
    def answered(self, at_ms: int) -> bool:
        """The customer picked up at `at_ms` of the line's clock: what comes from then on is the greeting.

        True when something was heard before, so that words may be open that are not the customer's.
        """
        with self._lock:
            self._answered_at = at_ms
            return "early" in self._began

    def switch_off(self) -> None:
        """Listen no more: another call server has heard the greeting already."""
        self._off = True

    def await_beep(self, at_ms: int) -> None:
        """Tell the next beep, or one that was heard just now."""
        with self._lock:
            self._beep_wait = BeepWait(at_ms - (self._answered_at or 0))

    def switch_beeped(self, at_ms: int) -> None:
        """The switch hears a beep, which may go on for a while; it tells each twice."""
        with self._lock:
            if self._answered_at is None:
                return
            at_ms = max(0, at_ms - self._answered_at)
            if self._beep_wait is not None:
                self._beep_wait.told(at_ms)
            self._greeting.beep(at_ms)
            self._tell_new("answer", self._greeting.verdict())

    def phases(self) -> tuple[HeardPhase, ...]:
        """What was heard, of each phase that there was. The line is gone: what is open of an announcement is all."""
        with self._lock:
            found = []
            if self._open_words:
                self._early.words(self._open_words, self._open_at, final=True)
                self._open_words = ""
            if "early" in self._began:
                unanswered = self._answered_at is None
                verdict = self._early.at_end() if unanswered else self._early.verdict()
                found.append(HeardPhase("early", verdict, self._early.heard()))
            if "answer" in self._began:
                found.append(HeardPhase("answer", self._greeting.verdict(), self._greeting.heard()))
            return tuple(found)

    @property
    def sound(self) -> bytes:
        """The early media itself, L16 8 kHz, at most KEPT_MS of it."""
        with self._lock:
            return bytes(self._sound)

    # --- the ear's thread --------------------------------------------------------------------------
    def frame(self, pcm: bytes, at_ms: int) -> None:
        """One incoming frame, at `at_ms` of the line's clock."""
        if self._off:
            return
        with self._lock:
            if self._is_before(at_ms):
                self._frame_before(pcm, at_ms)
            else:
                self._frame_after(pcm, max(at_ms, self._answered_at or 0))

    def _is_before(self, at_ms: int) -> bool:
        """Whether a frame lies before the answer. Arrivals jitter by a millisecond, and an answered call has none."""
        return self._answered_at is None or ("early" in self._began and at_ms < self._answered_at)

    def words(self, event: EarEvent) -> None:
        """What the recogniser tells."""
        if self._off or not isinstance(event, Partial | Ended):
            return
        whole = isinstance(event, Ended)
        with self._lock:
            if self._answered_at is None or (isinstance(event, Ended) and event.ended <= self._answered_at):
                self._words_before(event.text, max(0, event.at - self._began.get("early", event.at)), whole)
            else:
                self._greeting.words(event.text, max(0, event.at - self._answered_at), final=whole)
                self._tell_new("answer", self._greeting.verdict())

    def _words_before(self, text: str, at_ms: int, whole: bool) -> None:
        self._open_words, self._open_at = "" if whole else text, at_ms
        self._early.words(text, at_ms, final=whole)
        self._tell_new("early", self._early.verdict())

    def _frame_before(self, pcm: bytes, at_ms: int) -> None:
        began = self._began.setdefault("early", at_ms)
        if len(self._sound) < bytes_of(KEPT_MS):
            self._sound += pcm
        self._early.frame(pcm, at_ms - began)
        self._tell_new("early", self._early.verdict())

    def _frame_after(self, pcm: bytes, at_ms: int) -> None:
        assert self._answered_at is not None
        self._began.setdefault("answer", self._answered_at)
        at_ms -= self._answered_at
        if self._greeting.closed(at_ms) and self._beep_wait is None:
            return
        speaks = self._robot_speaks()
        if speaks != self._spoke:
            self._spoke = speaks
            self._greeting.robot(speaks, at_ms)
        self._greeting.frame(pcm, at_ms)
        self._tell_new("answer", self._greeting.verdict())
        if self._beep_wait is not None and self._beep_wait.over(self._greeting.sounds):
            self._beep_wait = None
            self._tell(BeepHeard())

    def _tell_new(self, phase: Phase, verdict: Verdict | None) -> None:
        """Each verdict once; a person may turn out to be a machine."""
        if verdict is not None and self._told.get(phase) != verdict.code:
            self._told[phase] = verdict.code
            self._tell(TakenFor(phase, verdict))

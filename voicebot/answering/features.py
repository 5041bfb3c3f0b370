"""What the rhythm and the sounds after the answer speak for: runs of speech, pauses, beeps, repetition, talking over.

Words are said.py's; the sum is greeting.py's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from voicebot.answering.evidence import Evidence, Span
from voicebot.answering.line import Line
from voicebot.answering.sounds import MUSIC, SILENCE, SPEECH
from voicebot.answering.thresholds import AnswerWeights, Step
from voicebot.answering.tones import BEEP, FAX

SAME_BEEP_MS: Final = 1500
"""mod_avmd tells each beep twice, and the line is heard here too."""
BEEP_AFTER_SPEECH_MS: Final = 4000
"""A tone so long after speech, or without any before it, is no answering machine's."""

QUIET_AFTER_BEEP_MS: Final = 200
"""Behind the beep the machine listens; a voice that was a tone for a moment goes on."""


@dataclass(frozen=True)
class Rhythm:
    """Speech so far. `runs`: from and to, parted by pauses of at least `pause_ms`; `pause_ms`: silence since the last
    of them, 0 while it goes on."""

    runs: tuple[tuple[int, int], ...]
    pause_ms: int

    @property
    def longest_ms(self) -> int:
        return max((to - begin for begin, to in self.runs), default=0)

    @property
    def first_ms(self) -> int:
        """How long the first run was, 0 before its end."""
        ended = len(self.runs) > 1 or self.pause_ms > 0
        return self.runs[0][1] - self.runs[0][0] if self.runs and ended else 0


class Features:
    """One call's rhythm and sounds, newest first known. Times are audio ms since the answer."""

    def __init__(self, weights: AnswerWeights) -> None:
        self._weights = weights
        self._spans: tuple[Span, ...] = ()
        self._repeated: tuple[int, float] | None = None
        self._beeps: list[int] = []
        self._robot: list[tuple[int, int | None]] = []
        self.rhythm = Rhythm((), 0)

    def hear(self, line: Line) -> None:
        """The line as it is now."""
        self._spans = line.spans()
        self.rhythm = _rhythm(self._spans, self._weights.pause_ms, line.now_ms)
        if line.repeats.found_ms is not None and self._repeated is None:
            self._repeated = (line.repeats.found_ms, line.repeats.lag_ms)

    def robot(self, speaking: bool, at_ms: int) -> None:
        """The robot began, or ended, to speak."""
        if self._robot and self._robot[-1][1] is None:
            self._robot[-1] = (self._robot[-1][0], at_ms)
        if speaking:
            self._robot.append((at_ms, None))

    def beep(self, at_ms: int) -> None:
        """The switch heard a beep."""
        if not any(abs(at_ms - beep) <= SAME_BEEP_MS for beep in self._beeps):
            self._beeps.append(at_ms)

    def fax(self) -> Evidence | None:
        """The tone of a fax machine or modem."""
        for span in self._spans:
            if span.sound == FAX:
                return Evidence(f"fax:{span.hz:.0f} Hz", span.from_ms, span.ms, 1.0)
        return None

    def anything(self) -> bool:
        """Whether there was any sound but silence."""
        return any(span.sound != SILENCE for span in self._spans)

    def of_machines(self, characters: int, now_ms: int) -> tuple[Evidence, ...]:
        """What speaks for any machine, or against all of them; `characters` of the longest utterance."""
        found = [self._length(characters), self._short(), self._repeat(), self._talk_over(now_ms), self._music()]
        return tuple(one for one in found if one is not None)

    def of_a_voicemail(self, other_words: bool) -> tuple[Evidence, ...]:
        """A beep after speech, and how much speech there was before it. `other_words`: what was said is understood, and
        nothing that a mailbox says; then it may be a horn behind a person."""
        weights = self._weights
        beep_weight = weights.beep_other_words if other_words else weights.beep
        heard = [beep.from_ms for beep, after in pairwise(self._spans) if beep.sound == BEEP and _is_quiet(after)]
        for at_ms in sorted([*heard, *self._beeps]):
            before = [(begin, to) for begin, to in self.rhythm.runs if to <= at_ms]
            if before and at_ms - before[-1][1] <= BEEP_AFTER_SPEECH_MS:
                spoken_ms = sum(to - begin for begin, to in before)
                beep = Evidence("beep", at_ms, 1, beep_weight)
                if spoken_ms < weights.before_beep_ms:
                    return (beep,)
                return (beep, Evidence("before_beep", before[0][0], spoken_ms, weights.before_beep))
        return ()

    def _length(self, characters: int) -> Evidence | None:
        ms = self.rhythm.longest_ms
        by_ms, by_characters = _step(self._weights.length, ms), _step(self._weights.characters, characters)
        if not by_ms and not by_characters:
            return None
        at_ms = self.rhythm.runs[0][0] if self.rhythm.runs else 0
        if by_ms >= by_characters:
            return Evidence("length", at_ms, ms, by_ms)
        return Evidence("characters", at_ms, characters, by_characters)

    def _short(self) -> Evidence | None:
        first_ms = self.rhythm.first_ms
        if not 0 < first_ms <= self._weights.short_ms:
            return None
        return Evidence("short", self.rhythm.runs[0][0], first_ms, self._weights.short)

    def _repeat(self) -> Evidence | None:
        return (
            Evidence("repeat", self._repeated[0], self._repeated[1], self._weights.repeat) if self._repeated else None
        )

    def _talk_over(self, now_ms: int) -> Evidence | None:
        for begin, to in self.rhythm.runs:
            for said_from, said_to in self._robot:
                over_ms = min(to, said_to or now_ms) - max(begin, said_from)
                if over_ms >= self._weights.talk_over_ms:
                    return Evidence("talk_over", max(begin, said_from), over_ms, self._weights.talk_over)
        return None

    def _music(self) -> Evidence | None:
        for span in self._spans:
            if span.sound == MUSIC and span.ms >= self._weights.music_ms:
                return Evidence("music", span.from_ms, span.ms, self._weights.music)
        return None


def _is_quiet(after: Span) -> bool:
    return after.sound == SILENCE and after.ms >= QUIET_AFTER_BEEP_MS


def _rhythm(spans: Iterable[Span], pause_ms: float, now_ms: int) -> Rhythm:
    runs: list[tuple[int, int]] = []
    for span in spans:
        if span.sound != SPEECH:
            continue
        if runs and span.from_ms - runs[-1][1] < pause_ms:
            runs[-1] = (runs[-1][0], span.to_ms)
        else:
            runs.append((span.from_ms, span.to_ms))
    silent_ms = now_ms - runs[-1][1] if runs else 0
    return Rhythm(tuple(runs), silent_ms if silent_ms >= pause_ms else 0)


def _step(steps: Iterable[Step], value: float) -> float:
    """The weight of the highest step that `value` reaches."""
    return max((weight for least, weight in steps if value >= least), default=0.0)

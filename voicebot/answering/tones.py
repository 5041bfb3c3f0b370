"""Pure tones and what their length and rhythm mean: ring-back, busy, congestion, fax, a single beep.

Only tones: speech, music and silence are sounds.py's.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from voicebot.answering.evidence import Span
from voicebot.answering.spectrum import FrameSound
from voicebot.media.frames import FRAME_MS

RINGBACK, BUSY, CONGESTION, FAX, BEEP, TONE = "ringback", "busy", "congestion", "fax", "beep", "tone"
PROGRESS_HZ: Final = 450
"""Call progress tones in China: ring-back 1 s on 4 s off, busy 0.35/0.35, congestion 0.7/0.7 (GB/T 3380)."""
FAX_ANSWER_HZ: Final = (2100, 2225)
"""CED of fax machines and ANS of modems (ITU-T T.30, V.25); 2225 Hz by Bell modems."""
FAX_CALL_HZ: Final = 1100
"""CNG of a calling fax: 0.5 s on, 3 s off (ITU-T T.30)."""
_TOLERANCE_HZ: Final = 30
_KEPT: Final = 8
Bounds = tuple[float, float]


@dataclass(frozen=True)
class ToneLimits:
    """What counts as a tone, and as one of each kind. Milliseconds, Hz, shares 0 to 1."""

    least_db: float
    """Softer frames are no tone."""
    purity: float
    """Least share of a frame's power in one partial; 0.86 is left of a tone 8 dB above white noise."""
    drift_hz: float
    """Most that the partial may move from frame to frame."""
    gap_ms: float
    """A tone may be broken for so long."""
    least_ms: float
    """Shorter tones are a vowel or a key."""
    ringback_ms: Bounds
    busy_ms: Bounds
    congestion_ms: Bounds
    beep_ms: Bounds
    beep_hz: Bounds
    beep_after_ms: float
    """Least quiet before a beep: voices have pure moments too."""
    fax_ms: float
    """Least length of a fax machine's answer tone: no beep is so high."""
    cng_ms: Bounds


class ToneTracker:
    """Finds tones in frames and names them. TONE is one without a meaning, or none yet: the first of a busy signal."""

    def __init__(self, limits: ToneLimits) -> None:
        self._limits = limits
        self._now = 0
        self._hz = 0.0
        self._from = self._to = 0
        self._quiet_ms = self._quiet_before_ms = 0
        """Since the last loud frame, now and when the open tone began."""
        self._quiet_before_onset_ms = 0
        """Before the newest frame, when it is the first loud one: a tone that begins within it makes no pure frame."""
        self._ended: deque[Span] = deque(maxlen=_KEPT)

    def push(self, frame: FrameSound, loud: bool) -> Span | None:
        """The next frame; a tone that is over with it, named. `loud`: above the noise, which a lasting tone is not."""
        begins, self._now = self._now, self._now + FRAME_MS
        limits = self._limits
        pure = frame.level_db >= limits.least_db and frame.purity >= limits.purity
        if pure and self._to > self._from and abs(frame.hz - self._hz) <= limits.drift_hz:
            self._hz += 0.3 * (frame.hz - self._hz)
            self._to = self._now
            self._quiet_ms = self._quiet_before_onset_ms = 0
            return None
        ended = None
        if self._to > self._from and (pure or self._now - self._to > limits.gap_ms):
            ended = self._end()
        if pure and self._to <= self._from:
            self._from, self._to, self._hz = begins, self._now, frame.hz
            self._quiet_before_ms = max(self._quiet_ms, self._quiet_before_onset_ms)
        self._quiet_before_onset_ms = self._quiet_ms if loud else 0
        self._quiet_ms = 0 if loud else self._quiet_ms + FRAME_MS
        return ended

    def skip(self, frames: int) -> None:
        """So many frames without a tone."""
        self._now += frames * FRAME_MS

    @property
    def tone_ms(self) -> int:
        """How long the open tone has lasted; 0 without one, and until it is long enough to be one."""
        ms = self._to - self._from
        return ms if ms >= self._limits.least_ms else 0

    @property
    def tone(self) -> Span | None:
        """The open tone, named as far as its length allows."""
        return Span(self._name(), self._from, self._to, round(self._hz, 1)) if self.tone_ms else None

    def _end(self) -> Span | None:
        span = None
        if self.tone_ms:
            span = Span(self._name(), self._from, self._to, round(self._hz, 1))
            self._ended.append(span)
        self._from = self._to = self._now
        return span

    def _name(self) -> str:
        ms, hz, limits = self._to - self._from, self._hz, self._limits
        if any(abs(hz - fax) <= _TOLERANCE_HZ for fax in FAX_ANSWER_HZ) and ms >= limits.fax_ms:
            return FAX
        if abs(hz - FAX_CALL_HZ) <= _TOLERANCE_HZ and _within(ms, limits.cng_ms) and self._alike_before(3000, 700):
            return FAX
        if abs(hz - PROGRESS_HZ) <= _TOLERANCE_HZ:
            return self._progress(ms)
        alone = self._quiet_before_ms >= limits.beep_after_ms
        return BEEP if alone and _within(ms, limits.beep_ms) and _within(hz, limits.beep_hz) else TONE

    def _progress(self, ms: int) -> str:
        limits = self._limits
        if _within(ms, limits.ringback_ms):
            return RINGBACK
        for name, bounds, pause in ((BUSY, limits.busy_ms, 350), (CONGESTION, limits.congestion_ms, 700)):
            if _within(ms, bounds) and self._alike_before(pause, 120):
                return name
        return TONE

    def _alike_before(self, pause_ms: int, tolerance_ms: int) -> bool:
        """Whether a tone like the open one ended about `pause_ms` before it began."""
        if not self._ended:
            return False
        last = self._ended[-1]
        alike = abs(last.hz - self._hz) <= _TOLERANCE_HZ and abs(last.ms - (self._to - self._from)) <= tolerance_ms
        return alike and abs(self._from - last.to_ms - pause_ms) <= tolerance_ms


def _within(value: float, bounds: Bounds) -> bool:
    return bounds[0] <= value <= bounds[1]

"""The kinds of sound on a line over time, from 20 ms frames: silence, speech, tones, music.

What they mean for the call is early.py's and greeting.py's.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from voicebot.answering.evidence import Span
from voicebot.answering.spectrum import FrameSound, Spectrum
from voicebot.answering.tones import ToneLimits, ToneTracker
from voicebot.media.frames import FRAME_MS, SILENCE_FRAME
from voicebot.media.pcm import SILENCE_DBFS

SILENCE, SPEECH, MUSIC = "silence", "speech", "music"
MAX_SPANS: Final = 200
"""Kept of one phase; more are forgotten from the front. A minute of speech has some forty."""


@dataclass(frozen=True)
class SoundLimits:
    """What counts as loud, as one run of speech, and as music. dB, ms, shares 0 to 1."""

    least_db: float
    """Softer frames are silence whatever the noise."""
    above_noise_db: float
    """A loud frame is so much above the noise floor."""
    noise_window_ms: float
    """The floor is the softest moment of so long a time."""
    empty_db: float
    """Softer is no line at all, but a switch that has no audio yet."""
    empty_ms: float
    """So much of that at the beginning tells nothing of the line's noise."""
    noise_most_db: float
    """The floor is never believed to be higher."""
    begin_ms: float
    """Loud frames in `begin_window_ms` before speech is believed."""
    begin_window_ms: float
    join_ms: float
    """A shorter hole in speech is a stop consonant or a breath."""
    music_window_ms: float
    music_db: float
    """Softer frames are no music."""
    music_loud: float
    """Least share of such frames in the window: music has no pauses."""
    music_steady: float
    """Least share of loud frames whose strongest partial stays where it was: notes stand, voices glide."""
    steady_hz: float
    steady_purity: float


class SoundMeter:
    """One line's sounds, frame by frame; about 30 microseconds a frame. Times are audio ms since the first frame."""

    def __init__(self, limits: SoundLimits, tones: ToneLimits) -> None:
        self._limits = limits
        self._spectrum = Spectrum()
        self._tones = ToneTracker(tones)
        self._now = 0
        self._levels: deque[float] = deque(maxlen=int(limits.noise_window_ms) // FRAME_MS)
        self._recent: deque[bool] = deque(maxlen=int(limits.begin_window_ms) // FRAME_MS)
        self._loud: deque[bool] = deque(maxlen=int(limits.music_window_ms) // FRAME_MS)
        self._steady: deque[bool] = deque(maxlen=int(limits.music_window_ms) // FRAME_MS)
        self._last_hz = 0.0
        self._spans: deque[Span] = deque(maxlen=MAX_SPANS)
        self._open = Span(SILENCE, 0, 0)
        self._last_loud = 0
        self.frame = FrameSound(SILENCE_DBFS, 0.0, 0.0, self._spectrum.push(SILENCE_FRAME).bands)
        """What the newest frame was made of."""

    def push(self, frame: bytes) -> str:
        """The next 20 ms; the sound that is heard now. Raises ValueError for another length."""
        self.frame = self._spectrum.push(frame)
        begins, self._now = self._now, self._now + FRAME_MS
        loud = self._is_loud(self.frame.level_db)
        ended = self._tones.push(self.frame, loud)
        self._count(loud)
        if ended is not None:
            self._replace(ended)
        if self._tones.tone_ms:
            self._loud.clear()
            self._steady.clear()
            tone = self._tones.tone
            assert tone is not None
            self._replace(tone)
        elif self._is_music():
            self._go_on(MUSIC, begins)
        elif self._is_speech(loud):
            self._go_on(SPEECH, begins)
        else:
            self._go_on(SILENCE, begins)
        return self._open.sound

    def skip(self, frames: int) -> None:
        """So many frames of silence that nobody needs to hear; what is open must be silence already."""
        self._now += frames * FRAME_MS
        self._tones.skip(frames)
        self._open = Span(self._open.sound, self._open.from_ms, self._now)

    @property
    def now_ms(self) -> int:
        """How much was heard."""
        return self._now

    @property
    def sound(self) -> str:
        """What is heard now."""
        return self._open.sound

    def spans(self) -> tuple[Span, ...]:
        """All sounds so far, in order, without holes, the open one at the end."""
        return (*self._spans, self._open) if self._open.ms else tuple(self._spans)

    def _is_loud(self, level_db: float) -> bool:
        limits = self._limits
        if level_db < limits.empty_db and self._now <= limits.empty_ms:
            return False
        self._levels.append(level_db)
        floor = min(limits.noise_most_db, *self._levels)
        return level_db >= max(limits.least_db, floor + limits.above_noise_db)

    def _count(self, loud: bool) -> None:
        limits, frame = self._limits, self.frame
        self._recent.append(loud)
        self._loud.append(frame.level_db >= limits.music_db)
        steady = frame.purity >= limits.steady_purity and abs(frame.hz - self._last_hz) <= limits.steady_hz
        self._steady.append(steady)
        self._last_hz = frame.hz
        if loud:
            self._last_loud = self._now

    def _is_music(self) -> bool:
        limits, size = self._limits, len(self._loud)
        if size < (self._loud.maxlen or 0):
            return False
        return sum(self._loud) >= limits.music_loud * size and sum(self._steady) >= limits.music_steady * size

    def _is_speech(self, loud: bool) -> bool:
        if self._open.sound == SPEECH:
            return self._now - self._last_loud <= self._limits.join_ms
        return loud and sum(self._recent) * FRAME_MS >= self._limits.begin_ms

    def _go_on(self, sound: str, begins: int) -> None:
        """The open span lasts, or another sound begins; speech ends and begins where it was last and first loud."""
        last = self._open
        if sound == last.sound:
            to = self._last_loud if sound == SPEECH else self._now
            self._open = Span(sound, last.from_ms, max(to, last.to_ms))
            return
        start = max(last.from_ms, begins - int(self._limits.begin_ms) + FRAME_MS) if sound == SPEECH else last.to_ms
        if sound != SPEECH:
            start = min(start, begins)
        self._close(start)
        self._open = Span(sound, start, self._now)

    def _replace(self, tone: Span) -> None:
        """A tone takes the place of what its beginning was taken for."""
        while self._spans and self._spans[-1].from_ms >= tone.from_ms:
            self._spans.pop()
        if self._open.from_ms < tone.from_ms:
            self._close(tone.from_ms)
        elif self._spans and self._spans[-1].to_ms > tone.from_ms:
            last = self._spans.pop()
            self._spans.append(Span(last.sound, last.from_ms, tone.from_ms, last.hz))
        self._open = tone

    def _close(self, at_ms: int) -> None:
        last = self._open
        if at_ms > last.from_ms:
            self._spans.append(Span(last.sound, last.from_ms, at_ms, last.hz))

"""When a machine's beep is over, so that a message may begin: by the line's own sounds, and by a switch that hears too.

What sounds there are is sounds.py's; what is said then is the dialog's.
"""

from collections.abc import Sequence
from typing import Final

from voicebot.answering.evidence import Span
from voicebot.answering.sounds import SILENCE
from voicebot.answering.tones import BEEP

OVER_MS: Final = 80
"""So long after its last sound a beep is over."""
FRESH_MS: Final = 2500
"""A beep so long before the message was wanted still counts: the machine records already."""
TOLD_MS: Final = 500
"""A tone that ended so long before the switch told of a beep may be that beep."""
UNHEARD_QUIET_MS: Final = 1000
"""A beep that the switch tells and the line does not have may be a vowel: only behind so much quiet is it over."""


class BeepWait:
    """One wait, from the moment that a message is wanted. Times are audio ms on the clock of the sounds."""

    def __init__(self, at_ms: int) -> None:
        self._since_ms = at_ms - FRESH_MS
        self._told_ms: int | None = None

    def told(self, at_ms: int) -> None:
        """The switch heard a beep. mod_avmd tells it a tenth of a second after its beginning, while it sounds, and
        tells it twice."""
        if self._told_ms is None:
            self._told_ms = at_ms

    def over(self, sounds: Sequence[Span]) -> bool:
        """Whether a beep was heard and is over; `sounds`: all of the line so far, the open one last."""
        if not sounds:
            return False
        last, now_ms = sounds[-1], sounds[-1].to_ms
        for span in reversed(sounds):
            if span.to_ms < self._since_ms:
                break
            if span.sound == BEEP or self._is_told(span):
                return now_ms - span.to_ms >= OVER_MS
        quiet = self._told_ms is not None and last.sound == SILENCE
        return quiet and now_ms - max(last.from_ms, self._told_ms or 0) >= UNHEARD_QUIET_MS

    def _is_told(self, span: Span) -> bool:
        """Whether it is the tone that the switch told of, by whatever name."""
        return self._told_ms is not None and span.hz > 0 and span.to_ms >= self._told_ms - TOLD_MS

"""What an ear tells, as events of the dialog: the same for live calls and for rehearsals with audio.

Pure. Matching is passed in; the clock is the dialog's, in milliseconds since the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from voicebot.call.endpoint import is_complete
from voicebot.dialog import events
from voicebot.speech.hearing import Began, EarEvent, Ended, Partial, Paused
from voicebot.understanding.types import NO_MATCH, Match


@dataclass(frozen=True)
class EndUtterance:
    """What was said up to this pause is an answer already: the ear shall end the utterance now."""


@dataclass(frozen=True)
class Listener:
    """`since_answer` turns the ear's milliseconds into the dialog's, `understand` matches against what is expected now.

    `min_confidence`: utterances recognised with less count as not understood.
    """

    since_answer: Callable[[int], int]
    understand: Callable[[str], Match]
    min_confidence: float

    def dialog_event(self, heard: EarEvent, now: int, played_ms: int | None) -> events.Event | EndUtterance | None:
        """What `heard` at `now` is to the dialog, None when it is nothing. `played_ms` of the prompt that runs."""
        match heard:
            case Began():
                return events.SpeechStarted(now, played_ms)
            case Partial() if played_ms is not None and heard.text:
                return events.PartialHeard(now, heard.text, played_ms)
            case Paused() if played_ms is None and heard.text and is_complete(heard.text, self.understand(heard.text)):
                return EndUtterance()
            case Ended():
                sure = heard.confidence >= self.min_confidence
                found = self.understand(heard.text) if sure else NO_MATCH
                began, ended = self.since_answer(heard.began), self.since_answer(heard.ended)
                return events.Heard(now, heard.text, found, began, ended, heard.confidence, played_ms)
        return None

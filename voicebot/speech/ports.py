"""What the robot asks of a voice, a recogniser and a voice activity detector. Protocols and their values only.
Audio is always linear 16-bit little-endian mono at 8 kHz."""

from dataclasses import dataclass
from typing import Protocol


class Voice(Protocol):
    """A text to speech engine; `voice` is a key of `voices.VOICES`. Raises UsageError for an unknown one."""

    def name(self, voice: str) -> str:
        """Engine, voice and parameters: the same text by the same name always sounds the same."""
        ...

    def render(self, text: str, voice: str) -> bytes:
        """`text` spoken as L16 8 kHz, levelled and without dead air. Blocks; never on the hub. Raises SpeechError."""
        ...


@dataclass(frozen=True)
class Word:
    """One recognised word; times in ms from the beginning of the utterance's audio, confidence 0 to 1."""

    text: str
    began: int
    ended: int
    confidence: float


@dataclass(frozen=True)
class Transcript:
    """A finished utterance: normalised text, mean confidence of its words (0 when there are none), how many words
    were spoken that the model does not know. `fallback`: the final result was empty, this is the last partial."""

    text: str
    confidence: float = 0.0
    words: tuple[Word, ...] = ()
    unknown: int = 0
    fallback: bool = False


class Recogniser(Protocol):
    """One call's recognition; used by one thread at a time, utterance after utterance."""

    def feed(self, pcm: bytes) -> str | None:
        """More audio of this utterance; the normalised partial text when it changed, else None.

        Raises SpeechError when the engine fails; the object is of no use then.
        """
        ...

    def finish(self) -> Transcript:
        """The utterance is over: its text. Ready for the next one after that. Raises SpeechError."""
        ...

    def reset(self) -> None:
        """Forget the audio of the open utterance."""
        ...


class RecogniserModel(Protocol):
    """A loaded model, shared by all calls and threads."""

    @property
    def name(self) -> str:
        """What stands in records: a model's name, not its path."""
        ...

    def open(self) -> Recogniser:
        """A recogniser of its own for one call. Raises SpeechError."""
        ...


class Vad(Protocol):
    """Voice activity of one call; keeps state from frame to frame."""

    def voiced(self, frame: bytes) -> float:
        """How probable it is that someone speaks in this 20 ms frame, 0 to 1."""
        ...

    def reset(self) -> None:
        """Forget what was heard."""
        ...

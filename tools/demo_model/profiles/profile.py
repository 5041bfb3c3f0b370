"""What the stages must know of a language: its text, its voices, how text becomes words and sounds. Values, no work."""

from __future__ import annotations

import collections
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.demo_model.decoding import Decoding
from tools.demo_model.settings import BUILD_DIR, MODELS_DIR, TEXT_DIR
from voicebot.speech.espeak import EspeakVoice, Speech

Units = tuple[str, ...]
Counts = dict[str, collections.Counter[Units]]
"""How often a word was read so."""


@dataclass(frozen=True)
class Profile:
    """One language. Functions are of modules, so that a profile can be sent to another process."""

    language: str
    """As scripts name it: zh, en."""
    training_voices: Sequence[str]
    held_out_voices: Sequence[str]
    spoken_classes: Mapping[str, Callable[[random.Random], str]]
    """Classes of templates that code makes: numbers, times."""
    variable_classes: Mapping[str, str]
    """Variables of scripts, with the class of their values."""
    measured_numbers: Sequence[str]
    """Spoken classes of the set that measures numbers."""
    clauses: Callable[[str], list[str]]
    """The clauses of a text that can be spoken in the language, digits read out."""
    segment: Callable[[str], tuple[str, ...]]
    """A clause as words of the language model."""
    tokens: Callable[[str], tuple[str, ...]]
    """A clause as what accuracy counts."""
    token_name: str
    between_words: str
    between_sentences: str
    """Where two sentences are said in one breath."""
    short: int
    """Tokens; a clause of so many of the answering corpus is what everybody says."""
    more_words: Callable[[], list[str]]
    """Words that no template has."""
    count_readings: Callable[[Iterable[str], EspeakVoice], Counts]
    """The readings of all words of the clauses."""
    needs_reading: bool
    """Whether espeak's events leave out something of the units (tones), so that the text must be read for them."""
    timed: Callable[[Speech, Units], list[tuple[str, float]] | None]
    """Units with their starts of what was said, from espeak's events and, where needed, the units of the text; None
    when they disagree or the voice left the language."""
    units_of: Callable[[Iterable[str]], Units | None]
    """Units of espeak's mnemonics; None for what is not of the language."""
    reading_voice: str
    full_stop: str
    """Ends a clause for espeak, so that the next is read as if it stood alone."""
    most_readings: int
    """Of a word in the lexicon."""
    decoding: Decoding

    @property
    def name(self) -> str:
        return f"demo-{self.language}"

    @property
    def model(self) -> Path:
        return MODELS_DIR / self.name

    @property
    def build(self) -> Path:
        return BUILD_DIR / self.name

    @property
    def text(self) -> Path:
        return TEXT_DIR / self.language

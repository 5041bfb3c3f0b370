"""How espeak reads a text, as the model's units. Remembered; what is learnt from the readings is `lexicon`'s."""

from __future__ import annotations

from collections.abc import Iterable

from tools.demo_model.sounds import units_of
from voicebot.speech.espeak import EspeakVoice

TEXTS_AT_ONCE = 100  # clauses of one request: each is read as if it stood alone
FULL_STOP = "。"


class Reader:
    """Units of texts, remembered: corpora repeat themselves."""

    def __init__(self, voice: EspeakVoice) -> None:
        self._voice = voice
        self._known: dict[str, tuple[str, ...] | None] = {}

    def units(self, text: str) -> tuple[str, ...] | None:
        """None when espeak cannot say all of it in Mandarin."""
        if text not in self._known:
            self._known[text] = units_of(self._voice.phonemes(text)) or None
        return self._known[text]

    def read(self, texts: Iterable[str]) -> None:
        """Reads texts of one clause each ahead of `units`, many in one request."""
        new = sorted(set(texts) - self._known.keys())
        for start in range(0, len(new), TEXTS_AT_ONCE):
            some = new[start : start + TEXTS_AT_ONCE]
            clauses = self._voice.phonemes(FULL_STOP.join(some) + FULL_STOP)
            if len(clauses) == len(some):  # else `units` reads them one by one
                self._known |= {text: units_of([clause]) or None for text, clause in zip(some, clauses, strict=True)}

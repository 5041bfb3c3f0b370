"""How espeak reads a text, as the model's units. Remembered; what is learnt from the readings is `lexicon`'s."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from voicebot.speech.espeak import EspeakVoice

TEXTS_AT_ONCE = 100  # clauses of one request: each is read as if it stood alone
Units = tuple[str, ...]


class Reader:
    """Units of texts in one espeak voice, remembered: corpora repeat themselves.

    `units_of` makes units of mnemonics, a string a clause, or None; `full_stop` ends a clause of the language.
    """

    def __init__(
        self, voice: EspeakVoice, name: str, units_of: Callable[[Iterable[str]], Units | None], full_stop: str
    ) -> None:
        self._voice, self._name = voice, name
        self._units_of, self._full_stop = units_of, full_stop
        self._known: dict[str, tuple[str, ...]] = {}

    def clauses(self, text: str) -> tuple[str, ...]:
        """espeak's mnemonics of the text, a string a clause."""
        if text not in self._known:
            self._known[text] = self._voice.phonemes(text, self._name)
        return self._known[text]

    def units(self, text: str) -> Units | None:
        """None when espeak cannot say all of it in the language."""
        return self._units_of(self.clauses(text)) or None

    def read(self, texts: Iterable[str]) -> None:
        """Reads texts of one clause each ahead of `units`, many in one request."""
        new = sorted(set(texts) - self._known.keys())
        for start in range(0, len(new), TEXTS_AT_ONCE):
            some = new[start : start + TEXTS_AT_ONCE]
            clauses = self._voice.phonemes(self._full_stop.join(some) + self._full_stop, self._name)
            if len(clauses) == len(some):  # else `units` reads them one by one
                self._known |= {text: (clause,) for text, clause in zip(some, clauses, strict=True)}

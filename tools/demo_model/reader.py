"""How espeak reads a text, as the model's units. Remembered; what is learnt from the readings is `lexicon`'s."""

from __future__ import annotations

from tools.demo_model.sounds import units_of
from voicebot.speech.espeak import EspeakVoice


class Reader:
    """Units of texts, remembered: corpora repeat themselves."""

    def __init__(self, voice: EspeakVoice) -> None:
        self._voice = voice
        self._known: dict[str, tuple[str, ...] | None] = {}

    def units(self, text: str) -> tuple[str, ...] | None:
        """None when espeak cannot say all of it in Mandarin."""
        if text not in self._known:
            units = units_of(self._voice.phonemes(text))
            self._known[text] = units or None
        return self._known[text]

"""Which recognition model hears which language: a setting each, loaded when a script of the language is first served.
Finding and loading one by name is `vosk_asr`'s."""

import threading
from collections.abc import Iterable
from typing import Final

from voicebot.errors import ModelMissing
from voicebot.settings import Settings
from voicebot.speech.models import PUBLISHED
from voicebot.speech.ports import RecogniserModel
from voicebot.speech.vosk_asr import load_model

DEFAULT: Final = "zh"
"""Of a script that names no language."""
NAMES: Final = {"zh": "Mandarin", "en": "English"}
SETTINGS: Final = {"zh": "VOICEBOT_MODEL", "en": "VOICEBOT_MODEL_EN"}
"""By which each language's model is chosen."""


def model_name(settings: Settings, language: str) -> str:
    """The name or path of the model that hears this language."""
    return {"zh": settings.model, "en": settings.model_en}[language]


class Models:
    """The models of an installation; a language that nothing is served in costs no memory. For many threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._loaded: dict[str, RecogniserModel] = {}

    def of(self, language: str) -> RecogniserModel:
        """The model that hears this language, loaded now if it was not asked for before.

        Raises ModelMissing naming language, model, setting and remedy.
        """
        with self._lock:
            if language not in self._loaded:
                self._loaded[language] = self._load(language)
            return self._loaded[language]

    def load(self, languages: Iterable[str]) -> None:
        """Those of all these languages, ahead of the calls. Raises ModelMissing."""
        for language in sorted(set(languages)):
            self.of(language)

    @property
    def languages(self) -> tuple[str, ...]:
        """Those whose model is in memory."""
        return tuple(sorted(self._loaded))

    def _load(self, language: str) -> RecogniserModel:
        try:
            return load_model(model_name(self._settings, language), self._settings, SETTINGS[language])
        except ModelMissing as error:
            published = next(name for name, model in PUBLISHED.items() if model.language == language)
            raise ModelMissing(
                f"scripts in {NAMES[language]} are not heard: {error}; one for people: voicebot models pull {published}"
            ) from error

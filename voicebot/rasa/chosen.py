"""Whether the settings that choose the engine make sense. Nothing is asked of a server here."""

import httpx

from voicebot.errors import UsageError
from voicebot.settings import Settings
from voicebot.understanding.thresholds import RASA, THRESHOLDS


def check_engine(settings: Settings) -> None:
    """Raises UsageError when the settings of the engine make no sense."""
    if settings.nlu_engine not in THRESHOLDS:
        raise UsageError(f"VOICEBOT_NLU_ENGINE={settings.nlu_engine!r} is not one of {', '.join(THRESHOLDS)}")
    if settings.nlu_engine != RASA:
        return
    try:
        url = httpx.URL(settings.rasa_url)
    except httpx.InvalidURL as error:
        raise UsageError(f"VOICEBOT_RASA_URL={settings.rasa_url!r}: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"VOICEBOT_RASA_URL={settings.rasa_url!r} is not like http://127.0.0.1:5005")

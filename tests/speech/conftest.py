from collections.abc import Iterator

import pytest

from voicebot import settings
from voicebot.speech.offline import OfflineVoice
from voicebot.speech.vosk_asr import VoskModel, load_model


@pytest.fixture(scope="session")
def model() -> VoskModel:
    """The recognition model that the settings name: the one that ships with the product, unless VOICEBOT_MODEL."""
    configured = settings.load()
    return load_model(configured.model, configured)


@pytest.fixture(scope="session")
def offline_voice() -> Iterator[OfflineVoice]:
    voice = OfflineVoice(workers=1)
    yield voice
    voice.close()

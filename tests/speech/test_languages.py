"""Models by language: which one hears, what a missing one tells, and that nothing loads unasked."""

from dataclasses import replace
from pathlib import Path

import pytest

from voicebot.errors import ModelMissing
from voicebot.settings import Settings
from voicebot.speech.languages import NAMES, SETTINGS, Models, model_name
from voicebot.speech.models import PUBLISHED
from voicebot.speech.vosk_asr import VoskModel


def test_each_language_has_a_setting_of_its_own_and_a_published_model() -> None:
    settings = Settings(model="mandarin", model_en="english")
    assert [model_name(settings, language) for language in NAMES] == ["mandarin", "english"]
    assert set(SETTINGS) == set(NAMES) <= {model.language for model in PUBLISHED.values()}


def test_a_language_that_is_not_asked_for_is_not_loaded_and_one_that_is_only_once(
    model: VoskModel, tmp_path: Path
) -> None:
    settings = Settings(model=str(model.directory), model_en="no-such-model", data_dir=tmp_path)
    models = Models(settings)
    assert models.languages == ()
    models.load(["zh", "zh"])
    assert models.of("zh") is models.of("zh")
    assert models.languages == ("zh",)


def test_a_missing_model_names_language_model_setting_and_remedy(tmp_path: Path) -> None:
    models = Models(replace(Settings(), model_en="no-such-model", data_dir=tmp_path))
    with pytest.raises(ModelMissing) as raised:
        models.load(["en"])
    told = str(raised.value)
    for part in ("scripts in English", "'no-such-model'", "VOICEBOT_MODEL_EN", "pull vosk-model-small-en-us-0.15"):
        assert part in told
    assert models.languages == ()

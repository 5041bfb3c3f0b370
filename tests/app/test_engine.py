"""The engine of an installation: the one that the settings name, and settings that make no sense."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.app.test_classifier import INTENTS
from voicebot import settings as settings_list
from voicebot.app.engine import installed_engine
from voicebot.errors import UsageError
from voicebot.rasa.standin import StandInRasa
from voicebot.settings import Settings
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.rasa_files import model_name
from voicebot.understanding.types import Ranked

PATIENT_MS = 5000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "a.yml").write_text(INTENTS, encoding="utf-8")
    return settings_list.load({}, intents_dir=tmp_path / "intents", data_dir=tmp_path / "data")


def rank(text: str) -> Sequence[Ranked]:
    return (Ranked("affirm", 0.9),)


def with_rasa(settings: Settings, **changed: Any) -> Settings:
    values = {"nlu_engine": "rasa", "rasa_deadline_ms": PATIENT_MS, **changed}
    return settings_list.load({}, intents_dir=settings.intents_dir, data_dir=settings.data_dir, **values)


def test_the_embedded_engine_is_the_usual_one(settings: Settings) -> None:
    with installed_engine(settings) as engine:
        assert engine.parse("可以").engine == "embedded"


def test_rasa_is_asked_when_the_settings_say_so(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    name = model_name(load_training(training_files(settings.intents_dir)))
    with (
        StandInRasa(rank, token="secret", model=name) as server,
        installed_engine(with_rasa(settings, rasa_url=server.url, rasa_token="secret")) as engine,
    ):
        assert engine.parse("可以").engine == "rasa"
    assert caplog.text == ""


def test_a_model_of_other_intents_is_used_and_told(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with (
        StandInRasa(rank, model="voicebot-of-last-week") as server,
        installed_engine(with_rasa(settings, rasa_url=server.url)) as engine,
    ):
        assert engine.parse("可以").engine == "rasa"
    assert "has the model voicebot-of-last-week" in caplog.text


def test_a_server_that_is_down_is_no_error(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with StandInRasa(rank) as gone:
        pass
    with installed_engine(with_rasa(settings, rasa_url=gone.url)) as engine:
        assert engine.parse("可以").engine == "embedded after rasa: unreachable"
    assert f"rasa at {gone.url}: unreachable; the embedded engine answers" in caplog.text


def test_the_token_is_never_logged(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with (
        StandInRasa(rank, token="other") as server,
        installed_engine(with_rasa(settings, rasa_url=server.url, rasa_token="se-cret")) as engine,
    ):
        engine.parse("可以")
    assert "token refused" in caplog.text
    assert "se-cret" not in caplog.text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"nlu_engine": "dragon"}, "VOICEBOT_NLU_ENGINE='dragon' is not one of embedded, rasa"),
        ({"rasa_url": "localhost:5005"}, "VOICEBOT_RASA_URL='localhost:5005' is not like http"),
        ({"rasa_url": "http://[::1"}, "VOICEBOT_RASA_URL="),
    ],
)
def test_settings_that_make_no_sense(settings: Settings, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message.replace("[", r"\[")), installed_engine(with_rasa(settings, **changed)):
        pass

"""The doctor's look at the engine that names intents: settings, a server's model, its speed, its troubles."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.rasa.conftest import rank
from voicebot.doctor import engine
from voicebot.doctor.findings import Finding, Severity
from voicebot.rasa.client import ModelStatus
from voicebot.rasa.standin import Mood, StandInRasa
from voicebot.settings import Settings
from voicebot.understanding.nlu_yaml import Training, load_training, training_files
from voicebot.understanding.rasa_files import model_name

RASA = Settings(nlu_engine="rasa", rasa_token="secret", rasa_deadline_ms=5000)


@pytest.fixture(scope="module")
def training() -> Training:
    return load_training(training_files(RASA.intents_dir))


def look(model: str = "", change: Callable[[StandInRasa], None] = lambda server: None, **settings: object) -> Finding:
    """The finding on a stand-in server with that model."""
    with StandInRasa(rank, token="secret", model=model) as server:
        change(server)
        return engine.look(replace(RASA, rasa_url=server.url, **settings))  # type: ignore[arg-type]


def test_the_embedded_engine_needs_intents_only() -> None:
    found = engine.look(Settings())
    assert found.severity is Severity.OK
    assert "embedded engine" in found.why


def test_a_server_with_the_model_of_these_intents_is_well(training: Training) -> None:
    found = look(model_name(training))
    assert found.severity is Severity.OK
    assert "trained on these intents" in found.why


@pytest.mark.parametrize(
    ("model", "why"),
    [("voicebot-000000000000", "trained on other intents"), ("20260101-120000-fast", "does not tell")],
)
def test_a_model_of_other_or_unknown_intents_is_a_warning(training: Training, model: str, why: str) -> None:
    found = look(model)
    assert found.severity is Severity.WARN
    assert why in found.why
    assert model_name(training) in found.remedy


def test_a_server_slower_than_the_deadline_is_a_warning(training: Training) -> None:
    found = engine.judge_rasa(ModelStatus(model_name(training)), training, 301, replace(RASA, rasa_deadline_ms=300))
    assert found.severity is Severity.WARN
    assert "301 ms, longer than VOICEBOT_RASA_DEADLINE_MS=300" in found.why


def without_model(server: StandInRasa) -> None:
    server.mood = Mood.WITHOUT_MODEL


def garbage(server: StandInRasa) -> None:
    server.mood = Mood.GARBAGE


@pytest.mark.parametrize(
    ("change", "token", "why", "remedy"),
    [
        (lambda server: None, "wrong", "token refused", "VOICEBOT_RASA_TOKEN"),
        (without_model, "secret", "no model loaded", "voicebot nlu export-rasa"),
        (garbage, "secret", "no answer of Rasa", "VOICEBOT_RASA_URL"),
    ],
)
def test_a_server_in_trouble_is_somebody_elses_fault(
    change: Callable[[StandInRasa], None], token: str, why: str, remedy: str
) -> None:
    found = look("voicebot", change, rasa_token=token)
    assert (found.severity, found.outside) == (Severity.FAULT, True)
    assert why in found.why
    assert "calls go on with the embedded engine" in found.why
    assert remedy in found.remedy


def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PROBE_S", 0.05)

    def hang(server: StandInRasa) -> None:
        server.mood = Mood.HANGING

    assert "no answer within" in look("voicebot", hang).why


def test_settings_that_make_no_sense_are_our_fault() -> None:
    found = engine.look(replace(RASA, nlu_engine="dragon"))
    assert (found.severity, found.outside) == (Severity.FAULT, False)
    assert "VOICEBOT_NLU_ENGINE='dragon'" in found.why

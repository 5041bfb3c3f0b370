"""The classifier of an installation: trained once for each content, whatever becomes of its cache."""

import shutil
from pathlib import Path

import pytest

from voicebot import settings as settings_list
from voicebot.app import classifier as classifier_module
from voicebot.app.classifier import installed_classifier
from voicebot.errors import InputFault
from voicebot.settings import REPOSITORY, Settings

INTENTS = """version: "3.1"
nlu:
- intent: affirm
  examples: |
    - 可以
    - 好的
    - 没问题
- intent: deny
  examples: |
    - 不行
    - 不需要
    - 算了吧
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "a.yml").write_text(INTENTS, encoding="utf-8")
    return settings_list.load({}, intents_dir=tmp_path / "intents", data_dir=tmp_path / "data")


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was trained on, in order."""
    done: list[object] = []
    real = classifier_module.train

    def train(training):
        done.append(training)
        return real(training)

    monkeypatch.setattr(classifier_module, "train", train)
    return done


def test_trained_once_and_again_when_the_intents_change(settings: Settings, trainings: list[object]) -> None:
    first = installed_classifier(settings).parse("可以")
    assert installed_classifier(settings).parse("可以") == first
    assert len(trainings) == 1
    (settings.intents_dir / "a.yml").write_text(INTENTS + "    - 不用\n", encoding="utf-8")
    installed_classifier(settings)
    assert len(trainings) == 2


def test_a_damaged_cache_is_trained_anew(
    settings: Settings, trainings: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    installed_classifier(settings)
    (path,) = (settings.data_dir / "classifiers").glob("*.npz")
    path.write_bytes(b"half")
    installed_classifier(settings)
    assert len(trainings) == 2
    assert str(path) in caplog.text
    installed_classifier(settings)
    assert len(trainings) == 2


def test_a_cache_that_cannot_be_written_costs_only_time(
    settings: Settings, trainings: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "classifiers").write_text("a file in its place")
    installed_classifier(settings)
    assert "the next start trains again" in caplog.text


def test_a_broken_intents_file_is_told(settings: Settings) -> None:
    (settings.intents_dir / "b.yml").write_text("nlu: [\n", encoding="utf-8")
    with pytest.raises(InputFault, match=r"b\.yml:"):
        installed_classifier(settings)


def test_the_shipped_intents_are_all_right(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "intents", tmp_path / "intents")
    settings = settings_list.load({}, intents_dir=tmp_path / "intents", data_dir=tmp_path)
    assert installed_classifier(settings).parse("转人工").ranking[0].score > 0.5

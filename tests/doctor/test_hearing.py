"""The doctor's look at the recognition models: which languages are needed, and how badly."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from voicebot.app.scripts import register
from voicebot.doctor import hearing
from voicebot.doctor.findings import Severity, exit_status
from voicebot.errors import ModelMissing
from voicebot.settings import REPOSITORY, Settings
from voicebot.store.store import open_store
from voicebot.store.versions import release, version_with_id

ENGLISH = """\
script: hello
version: "1"
title: Hello
language: en
start: opening
nodes:
  opening:
    role: opening
    say: Hello.
    then: {hang_up: ROBOT_END}
"""


@pytest.fixture
def dialogs(tmp_path: Path) -> Path:
    """Mandarin scripts and an English one."""
    (tmp_path / "dialogs").mkdir()
    for name in ("flows", "knowledge", "wecom_invite.yaml"):
        source = REPOSITORY / "dialogs" / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, tmp_path / "dialogs" / name)
    (tmp_path / "dialogs" / "hello.yaml").write_text(ENGLISH, encoding="utf-8")
    return tmp_path / "dialogs"


def publish(settings: Settings, path: Path) -> None:
    store = open_store(settings.database, settings.data_dir)
    version = version_with_id(store, register(store, path).version_id)
    assert version is not None
    release(store, version, "publish")
    store.close()


def test_languages_of_the_scripts_that_are_there_are_looked_at(settings: Settings, dialogs: Path) -> None:
    settings = replace(settings, dialogs_dir=dialogs, model_en=settings.model)
    assert [finding.what for finding in hearing.look(settings)] == [
        "recognition of English",
        "recognition of Mandarin",
    ]
    (dialogs / "hello.yaml").unlink()
    assert [finding.severity for finding in hearing.look(settings)] == [Severity.OK]


def test_a_missing_model_is_a_fault_where_its_language_is_served_and_else_a_warning(
    settings: Settings, dialogs: Path
) -> None:
    settings = replace(settings, dialogs_dir=dialogs, model_en="no-such-model")
    english, mandarin = hearing.look(settings)
    assert (english.severity, mandarin.severity) == (Severity.WARN, Severity.OK)
    assert "no-such-model" in english.why
    assert "VOICEBOT_MODEL_EN" in english.remedy
    publish(settings, dialogs / "hello.yaml")
    english, _ = hearing.look(settings)
    assert english.severity is Severity.FAULT
    assert exit_status([english]) == ModelMissing.exit_status


def test_a_directory_that_is_no_model(settings: Settings, tmp_path: Path) -> None:
    mandarin = hearing.look(replace(settings, dialogs_dir=tmp_path, model=str(tmp_path)))[0]
    assert "final.mdl" in mandarin.why
    assert exit_status([mandarin]) == ModelMissing.exit_status

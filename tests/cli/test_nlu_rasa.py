"""`voicebot nlu export-rasa`: a directory that Rasa trains in, and the commands for it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from voicebot.cli import nlu_rasa
from voicebot.errors import InputFault, UsageError
from voicebot.settings import REPOSITORY
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.rasa_files import model_name


def run(*arguments: str) -> str:
    return CliRunner().invoke(nlu_rasa.command, arguments, catch_exceptions=False).output


def test_the_directory_holds_all_that_training_needs(tmp_path: Path) -> None:
    told = json.loads(run(str(tmp_path / "made"), "--json"))
    ours = load_training(training_files(REPOSITORY / "intents"))
    assert told["model"] == model_name(ours)
    assert told["intents"] == len(ours.intents)
    theirs = load_training([tmp_path / "made" / "nlu.yml"])
    assert {(one.text, one.intent) for one in theirs.examples} == {(one.text, one.intent) for one in ours.examples}
    domain = YAML(typ="safe", pure=True).load((tmp_path / "made" / "domain.yml").read_text(encoding="utf-8"))
    assert tuple(domain["intents"]) == ours.intents
    for file in ("config.yml", "domain.yml", "nlu.yml"):
        assert f" {file}" in told["train"]


def test_the_pipeline_cuts_chinese_without_spaces() -> None:
    config = YAML(typ="safe", pure=True).load((REPOSITORY / "intents/rasa/config.yml").read_text(encoding="utf-8"))
    names = [part["name"] for part in config["pipeline"]]
    assert "JiebaTokenizer" in names
    assert "WhitespaceTokenizer" not in names
    (extractor,) = (part for part in config["pipeline"] if part["name"] == "RegexEntityExtractor")
    assert extractor["use_word_boundaries"] is False


def test_people_read_what_to_type_next(tmp_path: Path) -> None:
    told = run(str(tmp_path))
    name = model_name(load_training(training_files(REPOSITORY / "intents")))
    assert f"--fixed-model-name {name}" in told
    assert f"RASA_MODEL={name} docker compose run" in told


def test_intents_without_a_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yml").write_text('version: "3.1"\nnlu:\n- intent: a\n  examples: |\n    - 好\n', encoding="utf-8")
    monkeypatch.setenv("VOICEBOT_INTENTS_DIR", str(tmp_path))
    with pytest.raises(InputFault, match=r"rasa/config\.yml:1:1: cannot be read"):
        run(str(tmp_path / "made"))


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="name a directory that can be written"):
        run(str(tmp_path / "file" / "made"))

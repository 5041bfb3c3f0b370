"""What a Rasa server trains on: the same sentences, marks and lists as the embedded engine, readable again."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from voicebot.settings import REPOSITORY
from voicebot.understanding.entities import Entities
from voicebot.understanding.nlu_yaml import Mark, Training, load_training, training_files
from voicebot.understanding.rasa_files import domain_file, model_name, nlu_file

SOURCE = """version: "3.1"
nlu:
- intent: "yes"
  examples: |
    - 好，没问题！
    - OK
- intent: city
  examples: |
    - 呃，我在[魔都]{"entity": "city", "value": "上海"}，不在[苏州](city)
- lookup: city
  examples: |
    - 上海
    - 苏州
- synonym: 上海
  examples: |
    - 魔都
- regex: phone
  examples: |
    - 1[3-9]\\d{9}
"""


@pytest.fixture
def training(tmp_path: Path) -> Training:
    path = tmp_path / "a.yml"
    path.write_text(SOURCE, encoding="utf-8")
    return load_training([path])


def again(training: Training, directory: Path) -> Training:
    """What our own reader makes of the file for Rasa."""
    path = directory / "for-rasa.yml"
    path.write_text(nlu_file(training), encoding="utf-8")
    return load_training([path])


def test_sentences_are_in_the_spelling_of_engines_and_keep_their_marks(training: Training, tmp_path: Path) -> None:
    read = again(training, tmp_path)
    assert [(one.text, one.intent) for one in read.examples] == [
        ("我在魔都不在苏州", "city"),
        ("好没问题", "yes"),
        ("ok", "yes"),
    ]
    assert read.examples[0].marks == (Mark(2, 4, "city", "上海"), Mark(6, 8, "city", "苏州"))


def test_a_lookup_has_what_is_said_for_its_names_too(training: Training, tmp_path: Path) -> None:
    read = again(training, tmp_path)
    assert read.lookups == {"city": ("上海", "苏州", "魔都")}
    assert read.synonyms == training.synonyms
    assert read.regexes == training.regexes


def test_the_domain_names_intents_and_entities_as_texts(training: Training) -> None:
    domain = YAML(typ="safe", pure=True).load(domain_file(training))
    assert domain["version"] == "3.1"
    assert domain["intents"] == ["city", "yes"]
    assert domain["entities"] == ["city", "phone"]


def test_a_model_is_named_by_what_it_was_trained_on(training: Training, tmp_path: Path) -> None:
    assert model_name(training) == f"voicebot-{training.digest[:12]}"
    assert model_name(again(training, tmp_path)) != model_name(training)


def test_the_shipped_intents_lose_nothing_on_the_way(tmp_path: Path) -> None:
    ours = load_training(training_files(REPOSITORY / "intents"))
    theirs = again(ours, tmp_path)
    assert {(one.text, one.intent) for one in theirs.examples} == {(one.text, one.intent) for one in ours.examples}
    assert Entities(theirs).find("我现在在魔都呢") == Entities(ours).find("我现在在魔都呢") == {"city": "上海"}

"""Proposals: corrections first, the like together, nothing that is known already; the file goes there and back."""

from pathlib import Path

import pytest

from voicebot.errors import InputFault
from voicebot.nlu.suggest import accepted, as_yaml, check_intents, propose
from voicebot.understanding.nlu_yaml import load_training
from voicebot.understanding.training import train

INTENTS = """version: "3.1"
nlu:
- intent: price
  examples: |
    - 多少钱
    - 怎么收费
    - 价格贵吗
- intent: busy
  examples: |
    - 我在开会
    - 我在忙
    - 没有空
"""


@pytest.fixture
def training(tmp_path: Path):
    (tmp_path / "a.yml").write_text(INTENTS, encoding="utf-8")
    return load_training([tmp_path / "a.yml"])


def test_what_was_heard_and_corrected_becomes_proposals(training, tmp_path: Path) -> None:
    heard = {"多少钱": 9, "这个多少钱呀": 4, "这个要多少钱呀": 1, "手头有活": 2}
    found = propose(heard, {"手头有活": "busy"}, training, train(training))
    assert [(one.text, one.intent, one.times, one.corrected) for one in found] == [
        ("手头有活", "busy", 2, True),
        ("这个多少钱呀", "price", 5, False),
    ]
    assert found[1].like == ("这个要多少钱呀",)
    path = tmp_path / "p.yaml"
    path.write_text(as_yaml(found, path.name), encoding="utf-8")
    assert accepted(path) == ()
    path.write_text(path.read_text(encoding="utf-8").replace("accept: false", "accept: true", 1), encoding="utf-8")
    assert accepted(path) == (("手头有活", "busy"),)


def test_nothing_to_propose_is_an_empty_list(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(as_yaml((), path.name), encoding="utf-8")
    assert accepted(path) == ()


def test_a_correction_names_an_intent_that_exists(training) -> None:
    check_intents({"下雨": "out_of_scope"}, training)
    with pytest.raises(InputFault, match="'rain', which is no intent"):
        check_intents({"下雨": "rain"}, training)

"""A small training and the two engines' words for it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from voicebot.understanding.nlu_yaml import Training, load_training
from voicebot.understanding.rasa import Translation
from voicebot.understanding.types import Parse, Ranked

SOURCE = """version: "3.1"
nlu:
- intent: affirm
  examples: |
    - 好的没问题
    - 可以啊
    - ok
- intent: deny
  examples: |
    - 不需要了
    - 不用谢谢
- intent: city
  examples: |
    - 我在[苏州](city)
- intent: out_of_scope
  examples: |
    - 今天天气你好
- lookup: city
  examples: |
    - 上海
    - 苏州
"""


class Embedded:
    """The engine to fall back on: says `deny` to everything."""

    def parse(self, text: str) -> Parse:
        return Parse((Ranked("deny", 0.7),), {"city": "上海"}, "embedded")


def rank(text: str) -> Sequence[Ranked]:
    """What the server says to everything."""
    return Ranked("affirm", 0.9), Ranked("deny", 0.06), Ranked("city", 0.04)


@pytest.fixture
def training(tmp_path: Path) -> Training:
    path = tmp_path / "intents.yml"
    path.write_text(SOURCE, encoding="utf-8")
    return load_training([path])


@pytest.fixture
def translation(training: Training) -> Translation:
    return Translation(training)

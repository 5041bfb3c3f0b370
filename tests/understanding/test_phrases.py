"""Every phrase of the tables means what stands beside it: what people say for a value, in both languages and mixed."""

from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from voicebot.understanding.normalise import normalise
from voicebot.understanding.slots import Values
from voicebot.understanding.types import Choice, Parse, Slot, SlotType

HERE = Path(__file__).resolve().parent
NOW = datetime(2026, 11, 25, 10)


def rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def heard(kind: str, text: str) -> str:
    filling = Values(normalise(text), Parse(), NOW).of(Choice("x", slots=(Slot("x", cast(SlotType, kind)),)))
    return filling.values["x"] if filling else "-"


@pytest.mark.parametrize("name", ["phrases_zh.tsv", "phrases_en.tsv", "phrases_mixed.tsv"])
def test_phrases(name: str) -> None:
    """The last column of a row is what is made of the words, right or, where it is told, wrong."""
    wrong = [(*row, found) for row in rows(name) if (found := heard(row[0], row[1])) != row[-1]]
    assert wrong == []

"""The comparison of engines counts rightly, and no sentence is both trained on and measured."""

import json
from pathlib import Path

import pytest

from tools.compare_engines import Told, figures, taken, user_file
from voicebot.understanding.nlu_yaml import Example
from voicebot.understanding.thresholds import THRESHOLDS
from voicebot.understanding.types import Parse, Ranked
from voicebot.understanding.yaml_source import Place

HERE = Place("a.yml", 1, 1)
SAID = {
    "好": Told("affirm", "affirm", 1.0),
    "行": Told("affirm", None, 2.0),
    "不": Told("affirm", "affirm", 3.0),
    "天": Told("affirm", "affirm", 4.0),
    "地": Told("deny", None, 5.0),
}


def test_figures_counted_by_hand() -> None:
    right = {"好": "affirm", "行": "affirm", "不": "deny", "天": "out_of_scope", "地": "out_of_scope"}
    found = figures([Example(text, intent, HERE) for text, intent in right.items()], SAID.__getitem__)
    assert (found["sentences"], found["accuracy"]) == (3, pytest.approx(2 / 3, abs=1e-4))
    assert found["macro_f1"] == pytest.approx((0.8 + 0) / 2)
    assert (found["taken_rightly"], found["taken_wrongly"]) == (pytest.approx(1 / 3, abs=1e-4),) * 2
    assert (found["out_of_scope"], found["out_of_scope_rejected"]) == (2, 0.5)
    assert (found["ms_p50"], found["ms_p95"]) == (3.0, pytest.approx(4.8))


def test_each_engine_is_taken_by_its_own_threshold() -> None:
    unsure = (THRESHOLDS["embedded"].accept + THRESHOLDS["rasa"].accept) / 2
    assert taken(Parse((Ranked("busy", unsure),), engine="embedded")) == "busy"
    assert taken(Parse((Ranked("busy", unsure),), engine="rasa")) is None
    assert taken(Parse()) is None


def test_a_users_sentences_are_parted_by_their_text(tmp_path: Path) -> None:
    rows = [{"text": f"第{number % 40}句，", "label": str(number % 3)} for number in range(80)] + [
        {"text": "。", "label": "1"}
    ]
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    training, kept_back = user_file(path)
    trained, measured = {one.text for one in training.examples}, {one.text for one in kept_back}
    assert len(training.examples) + len(kept_back) == 80
    assert trained and measured
    assert not trained & measured

"""What an answer of Rasa means: thresholds, nothing understood, whose entity values win, what is not worth asking."""

import json
from pathlib import Path
from typing import Any

import pytest

from voicebot.understanding.nlu_yaml import load_training
from voicebot.understanding.rasa import SURE_OF_NAME, Translation
from voicebot.understanding.thresholds import RASA, THRESHOLDS
from voicebot.understanding.types import Parse, Ranked

SOURCE = """version: "3.1"
nlu:
- intent: affirm
  examples: |
    - 好的没问题
- intent: city
  examples: |
    - 我不在[苏州](city)现在人是
- intent: out_of_scope
  examples: |
    - 今天天气 very nice
- lookup: city
  examples: |
    - 上海
    - 苏州
- synonym: 上海
  examples: |
    - 魔都
"""


@pytest.fixture(scope="module")
def translation(tmp_path_factory: pytest.TempPathFactory) -> Translation:
    path: Path = tmp_path_factory.mktemp("intents") / "a.yml"
    path.write_text(SOURCE, encoding="utf-8")
    return Translation(load_training([path]))


def body(*ranked: tuple[str | None, float], entities: Any = (), **more: Any) -> bytes:
    """An answer of Rasa, as JSON."""
    ranking = [{"name": name, "confidence": confidence} for name, confidence in ranked]
    told = {"text": "", "intent": ranking[0], "entities": list(entities), "intent_ranking": ranking}
    return json.dumps(told | more).encode()


def test_the_best_intents_with_their_probabilities(translation: Translation) -> None:
    answer = body(("affirm", 0.8), ("city", 0.15), ("deny", 0.03), ("bye", 0.02))
    assert translation.parse("好的", answer) == Parse(
        (Ranked("affirm", 0.8), Ranked("city", 0.15), Ranked("deny", 0.03)), {}, RASA
    )


@pytest.mark.parametrize(
    "answer",
    [
        body(("affirm", THRESHOLDS[RASA].reject - 0.01), ("city", 0.1)),
        body(("nlu_fallback", 0.3), ("affirm", 0.29)),
        body(("out_of_scope", 0.9), ("affirm", 0.09)),
        body((None, 0.0)),
    ],
)
def test_nothing_is_told_that_rasa_is_not_sure_of(translation: Translation, answer: bytes) -> None:
    assert translation.parse("好的", answer) == Parse((), {}, RASA)


def test_what_is_no_intent_is_left_out_of_the_ranking(translation: Translation) -> None:
    answer = body(("affirm", 0.6), ("out_of_scope", 0.3), ("city", 0.1))
    assert [each.intent for each in translation.parse("好的", answer).ranking] == ["affirm", "city"]


def test_an_answer_without_a_ranking_has_one_intent(translation: Translation) -> None:
    assert translation.parse("好的", body(("affirm", 0.8), intent_ranking=[])).ranking == (Ranked("affirm", 0.8),)


def name(value: str, start: int, end: int, entity: str = "city", **more: Any) -> dict[str, Any]:
    return {"entity": entity, "value": value, "start": start, "end": end, "extractor": "DIETClassifier", **more}


@pytest.mark.parametrize(
    ("text", "found", "wanted"),
    [
        ("我在魔都", name("上海", 2, 4), {"city": "上海"}),
        ("我在魔都", name("魔都", 2, 4), {"city": "上海"}),
        ("我在庄行", name("庄行", 2, 4), {"city": "庄行"}),
        ("我在庄行", name("庄行", 2, 4, confidence_entity=SURE_OF_NAME - 0.01), {}),
        ("我不在苏州", name("苏州", 3, 5), {}),
        ("不是庄行", name("庄行", 2, 4), {}),
        ("不是庄行是苏州", name("庄行", 2, 4), {"city": "苏州"}),
        ("两个人", name("2", 0, 2, "guests"), {"guests": "2"}),
        ("我在庄行", name("", 2, 4), {}),
    ],
)
def test_our_lists_win_and_rasa_adds_what_they_do_not_know(
    translation: Translation, text: str, found: dict[str, Any], wanted: dict[str, str]
) -> None:
    assert translation.parse(text, body(("city", 0.9), entities=[found])).entities == wanted


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"intent": "affirm"}',
        b'{"intent": {"name": "affirm", "confidence": "much"}}',
        b'{"intent": {"name": "affirm", "confidence": NaN}}',
        b'{"intent": {"name": 7, "confidence": 1}}',
        b'{"intent": {"name": "affirm"}, "entities": [{}]}',
        b'{"intent": {"name": "affirm"}, "entities": [{"entity": "e", "start": 0, "end": 1, "value": ' + b"[" * 100_000,
    ],
    ids=range(11),
)
def test_what_is_no_answer_of_rasa_is_refused(translation: Translation, answer: bytes) -> None:
    with pytest.raises(ValueError, match="not an answer of Rasa"):
        translation.parse("好的", answer)


def test_scores_stay_probabilities(translation: Translation) -> None:
    answer = body(("affirm", 1.0000001), ("city", -0.1))
    assert translation.parse("好的", answer).ranking == (Ranked("affirm", 1.0), Ranked("city", 0.0))


@pytest.mark.parametrize("text", ["好的", "我在上海", "魔都", "very nice", "好的没问题啊"])
def test_worth_asking(translation: Translation, text: str) -> None:
    assert translation.worth_asking(text)


@pytest.mark.parametrize("text", ["", "zzz", "魑魅魍魉", "zzz好", "/affirm", "niceness"])
def test_not_worth_asking(translation: Translation, text: str) -> None:
    assert not translation.worth_asking(text)

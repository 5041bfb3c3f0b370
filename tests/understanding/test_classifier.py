"""The embedded engine on the shipped intents: held-out sentences, same-sounding characters, rejection, storage."""

from pathlib import Path

import numpy as np
import pytest

from voicebot.understanding.classifier import OUT_OF_SCOPE, EmbeddedClassifier, load_classifier
from voicebot.understanding.features import features
from voicebot.understanding.nlu_yaml import Training, load_training, training_files
from voicebot.understanding.training import train

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def training() -> Training:
    return load_training(training_files(ROOT / "intents"))


@pytest.fixture(scope="module")
def engine(training: Training) -> EmbeddedClassifier:
    return train(training)


def told(engine: EmbeddedClassifier, text: str) -> str | None:
    ranking = engine.parse(text).ranking
    return ranking[0].intent if ranking else None


def test_held_out_sentences(engine: EmbeddedClassifier) -> None:
    held_out = load_training([ROOT / "tests" / "understanding" / "held_out.yml"]).examples
    known = [one for one in held_out if one.intent != OUT_OF_SCOPE]
    wrong = [(one.text, one.intent, told(engine, one.text)) for one in known if told(engine, one.text) != one.intent]
    assert len(wrong) <= 0.1 * len(known), wrong
    strange = [one.text for one in held_out if one.intent == OUT_OF_SCOPE]
    taken = [(text, told(engine, text)) for text in strange if engine.parse(text).ranking[:1] and _sure(engine, text)]
    assert len(taken) <= 0.1 * len(strange), taken


def _sure(engine: EmbeddedClassifier, text: str) -> bool:
    return engine.parse(text).ranking[0].score >= 0.4


def test_entities_come_with_the_parse(engine: EmbeddedClassifier) -> None:
    assert engine.parse("我现在在魔都呢").entities == {"city": "上海"}


def test_same_sounding_characters_share_features() -> None:
    assert set(features("机器人", "机器人")) & set(features("机器仁", "")) >= {"pji qi ren"}


def test_nothing_known_is_rejected(engine: EmbeddedClassifier) -> None:
    assert engine.parse("ξψω").ranking == ()
    assert engine.parse("").ranking == ()


def test_the_numbers_survive_storage(engine: EmbeddedClassifier, training: Training) -> None:
    again = load_classifier(engine.dump(), training)
    assert again.intents == engine.intents
    for text in ("好的没问题", "你是机器人吗", "我在苏州"):
        assert np.array_equal(again.probabilities(text), engine.probabilities(text))
    with pytest.raises(ValueError, match="not a trained classifier"):
        load_classifier(b"nonsense", training)


def test_one_intent_is_not_enough(training: Training) -> None:
    one = Training(training.examples[:3], {}, {}, {}, "")
    with pytest.raises(ValueError, match="1 intents; a classifier needs at least two"):
        train(one)

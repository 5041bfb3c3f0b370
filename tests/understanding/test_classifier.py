"""The embedded engine: same-sounding characters, rejection, storage. How good it is: tests/nlu/test_shipped.py."""

from pathlib import Path

import numpy as np
import pytest

from voicebot.understanding.classifier import EmbeddedClassifier, load_classifier
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

"""The shipped intents keep their promises on sentences that no engine was trained on."""

import pytest

from voicebot.nlu.measure import Figures, measure
from voicebot.nlu.sentences import mapped, read_rows
from voicebot.settings import REPOSITORY
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.training import train, train_checked

SENTENCES = REPOSITORY / "tests" / "understanding"


@pytest.fixture(scope="module")
def training():
    return load_training(training_files(REPOSITORY / "intents"))


@pytest.fixture(scope="module")
def figures(training) -> Figures:
    sentences = mapped(read_rows(SENTENCES / "held_out.yml"), None)
    return measure(train(training), training.intents, sentences, {one.text for one in training.examples})


def test_held_out_sentences_are_understood(figures: Figures) -> None:
    assert figures.accuracy >= 0.92
    assert figures.noisy_accuracy >= 0.85
    assert figures.out_of_scope_rejected >= 0.95
    assert figures.calibration_error <= 0.08


def test_no_held_out_sentence_is_trained_on(figures: Figures, training) -> None:
    assert figures.new == figures.sentences
    assert set(figures.per_intent) == set(training.intents)


def test_folds_never_share_a_sentence_and_say_true_probabilities(training) -> None:
    few = [one for one in training.examples if one.intent in ("affirm", "deny", "price", "busy")]
    small = type(training)(tuple(few), {}, {}, {}, "")
    _, checked = train_checked(small)
    best = checked.probabilities.max(axis=1)
    right = [
        checked.intents[index] == one.intent
        for index, one in zip(checked.probabilities.argmax(axis=1), checked.examples, strict=True)
    ]
    assert abs(best.mean() - sum(right) / len(right)) < 0.05

"""Figures on sentences whose outcome can be counted by hand."""

import random

import pytest

from voicebot.nlu.measure import Bin, by_intent, calibration_error, judge, measure, reliability
from voicebot.nlu.noise import noisy
from voicebot.nlu.sentences import Sentence
from voicebot.understanding.sounds import pinyin_of
from voicebot.understanding.types import Parse, Ranked

INTENTS = ("affirm", "interested", "out_of_scope", "price")
SAID = {
    "多少钱": ("price", 0.9),
    "贵不贵": ("price", 0.7),
    "感兴趣": ("interested", 0.95),
    "挺有意思": ("interested", 0.65),
    "下雨了": ("price", 0.45),
    "天气好": ("price", 0.3),
}
SENTENCES = (
    Sentence("多少钱", ("price",), "cost"),
    Sentence("贵不贵", ("price", "is_scam"), "cost"),
    Sentence("感兴趣", ("interested",), "likes"),
    Sentence("挺有意思", ("price",), "cost"),
    Sentence("下雨了", ("out_of_scope",), "talk"),
    Sentence("天气好", ("out_of_scope",), "talk"),
    Sentence("嗯", ("affirm",), "yes"),
)


class Table:
    """An engine that knows some sentences."""

    def parse(self, text: str) -> Parse:
        return Parse((Ranked(*SAID[text]),)) if text in SAID else Parse()


def test_every_figure() -> None:
    found = measure(Table(), INTENTS, SENTENCES, {"多少钱"})
    assert found.sentences == 7
    assert found.accuracy == pytest.approx(5 / 7)
    assert found.out_of_scope_rejected == 0.5
    assert (found.agreement_precision, found.agreement_told) == (pytest.approx(2 / 3), 3)
    assert (found.new, found.new_accuracy) == (6, pytest.approx(4 / 6))
    price = found.per_intent["price"]
    assert (price.count, price.told, price.precision, price.recall) == (
        3,
        3,
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
    )
    assert found.per_intent["affirm"].f1 == 1
    assert found.us_per_sentence > 0
    assert 0 <= found.noisy_accuracy <= 1


def test_an_intent_that_is_never_told_has_no_precision() -> None:
    figures = by_intent(judge(None, INTENTS, [Sentence("多少钱", ("price",), "cost")]))
    assert (figures["price"].precision, figures["price"].recall, figures["price"].f1) == (None, 0, 0)


def test_calibration_compares_probability_and_truth() -> None:
    bins = reliability(judge(Table(), INTENTS, SENTENCES))
    assert [(round(one.probability, 2), one.right, one.count) for one in bins] == [
        (0.3, 0, 1),
        (0.45, 0, 1),
        (0.65, 0, 1),
        (0.7, 1, 1),
        (0.93, 1, 2),
    ]
    assert calibration_error((Bin(0.9, 0.5, 1), Bin(0.6, 0.6, 3))) == pytest.approx(0.1)
    assert calibration_error(()) is None


def test_noise_swaps_characters_for_others_of_the_same_sound() -> None:
    text = "我对这个活动很感兴趣请再介绍一下"
    swapped = noisy(text, random.Random(1), share=1)
    assert swapped != text
    assert [pinyin_of(one) for one in swapped] == [pinyin_of(one) for one in text]
    assert noisy(text, random.Random(1), share=0) == text
    assert noisy("ok 好", random.Random(1), share=1).startswith("ok ")

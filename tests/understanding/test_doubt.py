"""A yes that asks, denies, puts off or is about something else is not taken for one."""

import pytest

from voicebot.understanding.doubt import doubt
from voicebot.understanding.match import match
from voicebot.understanding.types import Choice, Expectation, Parse, Ranked


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("好的我考虑一下", "affirm"),
        ("可以是可以不过我没空", "affirm"),
        ("好的有邮箱吗", "affirm"),
        ("可以加你微信吗", "agree_wechat"),
        ("不用你加我", "agree_wechat"),
        ("介绍一下费用", "interested"),
        ("感兴趣的话我再说", "interested"),
        ("yes maybe", "affirm"),
        ("i would not", "affirm"),
    ],
)
def test_doubted(text: str, intent: str) -> None:
    assert doubt(text, intent)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("好的没问题", "affirm"),
        ("嗯不错可以", "affirm"),
        ("能介绍一下吗", "interested"),
        ("那你加我吧", "agree_wechat"),
        ("no problem", "affirm"),
        ("不用了", "deny"),
        ("多少钱啊", "price"),
    ],
)
def test_believed(text: str, intent: str) -> None:
    assert doubt(text, intent) == ""


class Says:
    """An engine with one ranking for everything."""

    def __init__(self, *ranking: Ranked) -> None:
        self.ranking = ranking

    def parse(self, _text: str) -> Parse:
        return Parse(self.ranking)


EXPECTED = Expectation((Choice("yes", ("interested",)), Choice("cost", ("price",))))


def test_a_doubted_yes_leaves_the_word_to_the_next_intent() -> None:
    engine = Says(Ranked("interested", 0.8), Ranked("price", 0.5))
    assert match("介绍一下费用", EXPECTED, engine).choice == "cost"
    assert match("介绍一下活动", EXPECTED, engine).choice == "yes"


def test_an_unsure_yes_is_not_even_told() -> None:
    assert match("介绍一下活动", EXPECTED, Says(Ranked("interested", 0.55))).intent is None
    assert match("介绍一下活动", EXPECTED, Says(Ranked("price", 0.3))).intent == "price"

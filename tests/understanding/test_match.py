"""What was said to one choice: negation, longest keyword, short answers by expectation, slots, classifier last."""

import pytest

from tests.dialog.playbook import StandIn
from voicebot.understanding.keywords import find_keyword, sounding_like
from voicebot.understanding.match import match
from voicebot.understanding.short_answers import short_answer
from voicebot.understanding.thresholds import THRESHOLDS
from voicebot.understanding.types import NO_MATCH, Choice, Classifier, Expectation, Match, Parse, Ranked, Slot


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("我感兴趣", "感兴趣"),
        ("你是不是机器人", "机器人"),
        ("可不可以加", "可以加"),
        ("不好意思可以加", "可以加"),
        ("不错我感兴趣", "感兴趣"),
        ("没问题可以加", "可以加"),
        ("要不加一下吧", "加一下"),
        ("不需要", "不需要"),
        ("不感兴趣那个我感兴趣", "感兴趣"),
        ("要", "要"),
        ("ok then", "ok"),
        ("i am interested", "interested"),
    ],
)
def test_said(text: str, keyword: str) -> None:
    assert find_keyword(text, keyword)


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("我不感兴趣", "感兴趣"),
        ("不太感兴趣", "感兴趣"),
        ("不是很感兴趣", "感兴趣"),
        ("对这个没什么兴趣", "兴趣"),
        ("没有兴趣", "兴趣"),
        ("不想加微信", "加微信"),
        ("别给我打电话", "打电话"),
        ("可以不用", "可以"),
        ("加微信不行", "加微信"),
        ("重要", "要"),
        ("不要", "要"),
        ("the book", "ok"),
        ("i am not interested", "interested"),
        ("not really interested", "interested"),
        ("我感兴趣", "。"),
    ],
)
def test_not_said(text: str, keyword: str) -> None:
    assert not find_keyword(text, keyword)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("嗯", "affirm"),
        ("好", "affirm"),
        ("好的好的", "affirm"),
        ("行吧", "affirm"),
        ("对对对", "affirm"),
        ("可以的谢谢", "affirm"),
        ("yes please", "affirm"),
        ("yes of course thank you", "affirm"),
        ("no thank you", "deny"),
        ("no please", None),
        ("yes but later", None),
        ("ok sure", "affirm"),
        ("不", "deny"),
        ("不用了谢谢", "deny"),
        ("嗯不用", "deny"),
        ("没有啊", "deny"),
        ("no no", "deny"),
        ("不是不需要", None),
        ("好什么好", None),
        ("好的我考虑一下", None),
        ("", None),
    ],
)
def test_short_answers(text: str, meaning: str | None) -> None:
    assert short_answer(text) == meaning


YES = Choice("yes", intents=("affirm",), keywords=("可以加",))
NO = Choice("no", intents=("deny",), keywords=("不加", "可以加班"))
CITY = Choice("city", slots=(Slot("city"),))
BUSY = Choice("busy", intents=("busy",), patterns=("在开.?会",))
EXPECTED = Expectation((YES, NO, CITY, BUSY))


def chosen(text: str, classifier: Classifier | None = None, expected: Expectation = EXPECTED) -> tuple[str | None, str]:
    found = match(text, expected, classifier)
    return found.choice, found.by


def test_the_longest_keyword_wins() -> None:
    assert chosen("可以加") == ("yes", "keyword")
    assert chosen("可以加班吗") == ("no", "keyword")


def test_patterns_count_like_keywords() -> None:
    assert chosen("我在开个会呢") == ("busy", "pattern")


def test_short_answers_go_where_yes_or_no_is_expected() -> None:
    assert chosen("嗯") == ("yes", "keyword")
    assert chosen("不用了") == ("no", "keyword")
    assert chosen("嗯", expected=Expectation((BUSY,))) == (None, "nothing")


def test_a_slot_is_taken_before_the_classifier() -> None:
    engine = StandIn({"我在苏州": "busy"}, {"我在苏州": {"city": "苏州"}})
    assert match("我在苏州", EXPECTED, engine) == Match("city", None, 1.0, "slot", "苏州", {"city": "苏州"})


def test_a_choice_with_words_and_a_slot_needs_both() -> None:
    expected = Expectation((Choice("move", keywords=("搬到",), slots=(Slot("city"),)),))
    engine = StandIn({}, {"搬到上海了": {"city": "上海"}})
    assert match("搬到上海了", expected, engine).slots == {"city": "上海"}
    assert chosen("搬到乡下了", engine, expected) == (None, "nothing")


def test_the_classifier_decides_what_words_do_not() -> None:
    assert chosen("手上有活", StandIn({"手上有活": "busy"}, {})) == ("busy", "classifier")


class Ranking:
    """A classifier with one ranking for everything."""

    def __init__(self, *ranking: Ranked, engine: str = "") -> None:
        self.ranking = ranking
        self.engine = engine

    def parse(self, text: str) -> Parse:
        return Parse(self.ranking, engine=self.engine)


def test_an_expected_intent_may_be_a_little_less_probable_than_another() -> None:
    assert chosen("话", Ranking(Ranked("price", 0.48), Ranked("busy", 0.42))) == ("busy", "classifier")
    assert chosen("话", Ranking(Ranked("price", 0.7), Ranked("busy", 0.2))) == (None, "nothing")
    assert chosen("话", Ranking(Ranked("busy", 0.3))) == (None, "nothing")


def test_each_engine_has_its_own_threshold() -> None:
    unsure = (THRESHOLDS["embedded"].accept + THRESHOLDS["rasa"].accept) / 2
    assert chosen("话", Ranking(Ranked("busy", unsure), engine="embedded")) == ("busy", "classifier")
    assert chosen("话", Ranking(Ranked("busy", unsure), engine="rasa")) == (None, "nothing")
    assert chosen("话", Ranking(Ranked("busy", unsure), engine="embedded after rasa: timeout")) == (
        "busy",
        "classifier",
    )


@pytest.mark.parametrize("text", ["话", "可以加", "嗯"])
def test_a_match_tells_which_engine_was_asked_whatever_decided(text: str) -> None:
    assert match(text, EXPECTED, Ranking(engine="rasa")).engine == "rasa"


def test_an_intent_that_nothing_takes_is_told_all_the_same() -> None:
    assert match("话", EXPECTED, Ranking(Ranked("price", 0.8))) == Match(None, "price", 0.8, "nothing", "price 0.80")


def test_nothing_said_is_no_match() -> None:
    assert match("", EXPECTED, None) == NO_MATCH


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("可以第二家", "yes"),
        ("好的那家吧", "yes"),
        ("可以可以家", "yes"),
        ("可以等一下再说", None),
        ("行吗", None),
        ("可以但是我没空", None),
        ("不可以第二家", None),
    ],
)
def test_a_plain_yes_in_front_of_what_nobody_understands_is_a_yes(text: str, choice: str | None) -> None:
    assert match(text, Expectation((Choice("yes", intents=("affirm",)),)), None).choice == choice


@pytest.mark.parametrize(
    ("text", "keyword", "heard"),
    [
        ("我挺赶兴趣的", "感兴趣", "赶兴趣"),
        ("我有点赶心去", "感兴趣", "赶心去"),
        ("赶新趣", "感兴趣", "赶新趣"),
        ("再说一便吧", "再说一遍", "再说一便"),
        ("别在打了", "别再打", "别在打"),
        ("少等", "稍等", "少等"),
        ("你到底在说什么呀", "再说", ""),
        ("部赶兴趣", "感兴趣", ""),
        ("不赶兴趣", "感兴趣", ""),
        ("不感兴趣", "感兴趣", ""),
        ("银行", "引航", ""),
        ("药", "要", ""),
        ("ok", "okay", ""),
    ],
)
def test_what_sounds_like_a_keyword(text: str, keyword: str, heard: str) -> None:
    assert sounding_like(text, keyword) == heard


INTERESTED = Choice("yes", keywords=("感兴趣",))
COOLER = Choice("no", keywords=("赶兴趣班",))


def test_a_sound_counts_only_where_no_words_decide() -> None:
    found = match("我赶兴趣", Expectation((INTERESTED, COOLER)), None)
    assert (found.choice, found.by, found.evidence) == ("yes", "sound", "感兴趣 ~ 赶兴趣")
    assert chosen("我要赶兴趣班", expected=Expectation((INTERESTED, COOLER))) == ("no", "keyword")


def test_a_script_may_refuse_sounds() -> None:
    assert chosen("我赶兴趣", expected=Expectation((INTERESTED,), sound=False)) == (None, "nothing")

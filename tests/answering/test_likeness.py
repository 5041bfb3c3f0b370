"""Sentences that no key knows get the code whose examples they are most like; a dead number only when it is sure."""

from pathlib import Path

import pytest

from tests.answering.conftest import SHIPPED
from voicebot.answering.early import EarlyListener
from voicebot.answering.likeness import EXAMPLES, Like, Likeness, load_examples
from voicebot.answering.tables import EARLY_CODES, Tables
from voicebot.answering.thresholds import Thresholds
from voicebot.errors import InputFault
from voicebot.understanding.classifier import OUT_OF_SCOPE

NOTHING = Like("BARRED", 0.1)
"""Less than counts."""


class Sure(Likeness):
    """Every text is like one code."""

    def __init__(self, like: Like) -> None:
        self._like = like

    def of(self, text: str) -> Like:
        return self._like


def told(tables: Tables, thresholds: Thresholds, like: Like, *texts: str) -> str | None:
    """What is decided of finished utterances when all of them are like `like`."""
    listener = EarlyListener(tables, thresholds, Sure(like))
    for number, text in enumerate(texts, 1):
        listener.words(text, 3000 * number, final=True)
    verdict = listener.verdict()
    return verdict.code if verdict else None


STRANGE = "您拨打的用户目前状态特殊请谅解"
"""Names the dialled number and holds no key."""


def test_a_sentence_without_a_key_gets_the_code_that_it_is_like(tables: Tables, thresholds: Thresholds) -> None:
    assert told(tables, thresholds, NOTHING, STRANGE) is None
    assert told(tables, thresholds, Like("BARRED", 0.9), STRANGE) == "BARRED"


@pytest.mark.parametrize(
    ("like", "text"),
    [
        (Like("EMPTY", 0.9), STRANGE),
        (Like("SUSPENDED", 0.9), STRANGE),
        (Like("EMPTY", 0.99), "目前状态特殊请大家谅解"),
        (Like("BARRED", 0.4), STRANGE),
        (Like("BARRED", 0.9), "请稍后再拨"),
        (Like("SUSPENDED", 0.99), "号码停机请稍后"),
    ],
    ids=["empty", "suspended", "not the dialled", "not like enough", "a tail only", "nobody's number"],
)
def test_what_likeness_does_not_decide(tables: Tables, thresholds: Thresholds, like: Like, text: str) -> None:
    assert told(tables, thresholds, like, text) is None


def test_likeness_alone_makes_a_dead_number_only_when_it_is_very_sure_and_nothing_else_was_heard(
    tables: Tables, thresholds: Thresholds
) -> None:
    assert told(tables, thresholds, Like("EMPTY", 0.96), STRANGE) == "EMPTY"
    assert told(tables, thresholds, Like("EMPTY", 0.99), f"{STRANGE}将以短信通知机主") != "EMPTY", "a general word"
    assert told(tables, thresholds, Like("EMPTY", 0.99), f"{STRANGE}您的话费") != "EMPTY", "the caller's own"
    assert told(tables, thresholds, Like("EMPTY", 0.99), f"{STRANGE}已关机") == "POWER_OFF", "it lives"


def test_half_a_key_of_a_dead_number_needs_the_likeness_too(tables: Tables, thresholds: Thresholds) -> None:
    text = "您拨打的号码停机请您谅解"
    assert told(tables, thresholds, NOTHING, text, text) is None
    assert told(tables, thresholds, Like("SUSPENDED", 0.9), text) == "SUSPENDED"
    assert told(tables, thresholds, Like("POWER_OFF", 0.9), text) == "POWER_OFF"


def test_a_waiting_call_is_not_busy_whatever_it_is_like(tables: Tables, thresholds: Thresholds) -> None:
    assert told(tables, thresholds, Like("BUSY", 0.9), STRANGE) == "BUSY"
    assert told(tables, thresholds, Like("BUSY", 0.9), f"{STRANGE}请不要挂机") is None


def test_a_busy_key_in_a_sentence_like_those_without_a_code_is_a_waiting_call(
    tables: Tables, thresholds: Thresholds
) -> None:
    busy, off = "您拨打的用户正在通话中别走开", "您拨打的用户已关机别走开"
    assert told(tables, thresholds, NOTHING, busy) == "BUSY"
    assert told(tables, thresholds, Like(OUT_OF_SCOPE, 0.6), busy) is None
    assert told(tables, thresholds, Like(OUT_OF_SCOPE, 0.4), busy) == "BUSY"
    assert told(tables, thresholds, Like(OUT_OF_SCOPE, 0.6), off) == "POWER_OFF", "of no other code"


def test_a_likeness_takes_from_keys_of_other_codes(tables: Tables, thresholds: Thresholds) -> None:
    both = "您拨打的用户正在通话中无人接听"
    assert told(tables, thresholds, NOTHING, both) is None, "two reasons are none"
    assert told(tables, thresholds, Like("NO_ANSWER", 0.6), both) is None
    assert told(tables, thresholds, Like("NO_ANSWER", 0.9), both) == "NO_ANSWER"
    general = "您拨打的用户暂时无法接通"
    assert told(tables, thresholds, NOTHING, general) == "UNREACHABLE"
    assert told(tables, thresholds, Like("CONGESTION", 0.6), general) == "CONGESTION", "a weak key gives way"
    assert told(tables, thresholds, Like("CONGESTION", 0.6), "您拨打的用户已关机") == "POWER_OFF", "a key does not"
    assert told(tables, thresholds, Like("CONGESTION", 0.9), "您拨打的用户已关机") == "CONGESTION"
    assert told(tables, thresholds, Like("EMPTY", 0.9), "您拨打的用户已关机") == "POWER_OFF", "never a dead number"


def test_any_reason_goes_before_none(tables: Tables, thresholds: Thresholds) -> None:
    both = "机主暂时不能接听我们会以短信通知机主"
    assert told(tables, thresholds, NOTHING, both) == "NO_ANSWER"
    assert told(tables, thresholds, Like("UNREACHABLE", 0.7), both) == "NO_ANSWER"
    assert told(tables, thresholds, Like("UNREACHABLE", 0.9), both) == "UNREACHABLE", "unless it is sure"
    assert told(tables, thresholds, NOTHING, "您的来电我们会以短信通知机主") == "UNREACHABLE"


def test_general_words_wait_for_the_end_of_the_sentence(tables: Tables, thresholds: Thresholds) -> None:
    listener = EarlyListener(tables, thresholds, Sure(NOTHING))
    listener.words("您拨打的用户暂时无法接通", 3000, final=False)
    listener.words("您拨打的用户暂时无法接通对方已", 4500, final=False)
    assert listener.verdict() is None
    listener.words("您拨打的用户暂时无法接通对方已关机", 4900, final=True)
    verdict = listener.verdict()
    assert verdict is not None and verdict.code == "POWER_OFF"


def test_likeness_adds_to_a_key_of_the_same_code_only(tables: Tables, thresholds: Thresholds) -> None:
    frameless = "呃嗯啊正在为您转接哦"
    assert told(tables, thresholds, NOTHING, frameless) is None
    assert told(tables, thresholds, Like("BARRED", 0.7), frameless) is None
    assert told(tables, thresholds, Like("FORWARDED", 0.9), frameless) == "FORWARDED"


def test_likeness_waits_until_the_utterance_is_over(tables: Tables, thresholds: Thresholds) -> None:
    listener = EarlyListener(tables, thresholds, Sure(Like("BARRED", 0.9)))
    listener.words(STRANGE, 3000, final=False)
    assert listener.verdict() is None
    listener.words(STRANGE, 3800, final=True)
    verdict = listener.verdict()
    assert verdict is not None and verdict.at_ms == 3800
    assert [one.what for one in verdict.evidence] == ["alike:BARRED", "frame:打的用户"]
    assert verdict.evidence[0].value == 0.9


def test_the_shipped_examples_know_every_code(likeness: Likeness) -> None:
    training = load_examples(SHIPPED)
    assert {example.intent for example in training.examples} == {*EARLY_CODES, OUT_OF_SCOPE}
    sentences = {
        "非常抱歉您所联系的用户手机目前处于关闭电源的状态": "POWER_OFF",
        "很遗憾您拨打的这位用户暂时没有人应答电话": "NO_ANSWER",
        "欢迎致电蓝天装饰公司我们正在为您接通": OUT_OF_SCOPE,
        "被叫正在跟别人讲话他听得见您的来电先别挂": OUT_OF_SCOPE,
    }
    assert {text: likeness.of(text).code for text in sentences} == sentences


HEAD = 'version: "3.1"\nnlu:\n'


def entry(code: str) -> str:
    return f"- intent: {code}\n  examples: |\n    - 一句话\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEAD + entry("BUSSY"), "'BUSSY' is not told by words; did you mean 'BUSY'"),
        (HEAD + "".join(map(entry, EARLY_CODES)), "no example of out_of_scope"),
        (HEAD + entry("out_of_scope") + "".join(map(entry, EARLY_CODES[1:])), "no example of EMPTY"),
        (HEAD.rstrip() + " []\n", "no example of"),
    ],
)
def test_examples_of_no_code_and_codes_without_examples_are_refused(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / EXAMPLES).write_text(text, encoding="utf-8")
    with pytest.raises(InputFault) as refused:
        load_examples(tmp_path)
    assert fault in str(refused.value)
    assert EXAMPLES in str(refused.value)

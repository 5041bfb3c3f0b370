"""When a pause ends an utterance: an expected answer that stands alone, not one that goes on."""

import pytest

from voicebot.call.endpoint import is_complete
from voicebot.understanding.thresholds import EMBEDDED, RASA, THRESHOLDS
from voicebot.understanding.types import NO_MATCH, Match

UNSURE_OF_RASA = (THRESHOLDS[EMBEDDED].sure + THRESHOLDS[RASA].sure) / 2
"""Enough from the embedded engine, too little from the over-confident one."""


def by_keyword(keyword: str) -> Match:
    return Match("benefit/yes", "affirm", 1.0, "keyword", keyword)


@pytest.mark.parametrize(
    ("text", "match", "complete"),
    [
        ("可以", by_keyword("可以"), True),
        ("不需要了", by_keyword("不需要"), True),
        ("可以倒是可以就怕太麻烦", by_keyword("可以"), False),
        ("可以但是", by_keyword("可以"), False),
        ("是的", by_keyword("是的"), True),
        ("是我的", by_keyword("是我"), False),
        ("嗯那个", NO_MATCH, False),
        ("这个我挺感兴趣", Match("a", "interested", 0.95, "classifier"), True),
        ("这个我挺感兴趣", Match("a", "interested", 0.6, "classifier"), False),
        ("这个我挺感兴趣", Match("a", "interested", UNSURE_OF_RASA, "classifier", engine="rasa"), False),
        ("这个我挺感兴趣", Match("a", "interested", 1.0, "classifier", engine="rasa"), True),
        (
            "这个我挺感兴趣",
            Match("a", "interested", UNSURE_OF_RASA, "classifier", engine="embedded after rasa: timeout"),
            True,
        ),
    ],
)
def test_is_complete(text: str, match: Match, complete: bool) -> None:
    assert is_complete(text, match) is complete

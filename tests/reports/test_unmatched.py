"""Words that fitted nothing, counted by text; not those over a prompt, not numbers."""

from datetime import UTC, datetime

import pytest

from tests.store.samples import attempt_id, prepare
from voicebot.campaign.policy.codes import Code
from voicebot.reports.only import Only
from voicebot.reports.unmatched import HeardText, unmatched
from voicebot.store.ingest import put
from voicebot.store.records import AttemptResult, AttemptStarted, CallResult, TurnRecord

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def turn(seq: int, text: str, by: str, score: float = 1.0, choice: str | None = None, *, aside: bool = False):
    return TurnRecord(seq, "opening", 0, 100, text, 1.0, "price", score, by, "", choice, aside=aside)


@pytest.fixture
def heard(store):
    lead, version = prepare(store)
    turns = (
        turn(1, "怎么个算法", "nothing"),
        turn(2, "怎么个算法", "nothing"),
        turn(3, "好贵", "classifier", 0.5, "cost"),
        turn(4, "多少钱", "classifier", 0.99, "cost"),
        turn(5, "好的", "keyword", 1.0, "yes"),
        turn(6, "我的号是13812345678", "nothing"),
        turn(7, "一三八一二三四五六七八", "nothing"),
        turn(8, "", "nothing"),
        turn(9, "嗯哼", "nothing", aside=True),
    )
    records = [
        AttemptStarted(attempt_id(1), "spring", lead, "+8613800001234", "demo", NOON),
        CallResult(attempt_id(1), version, Code.ROBOT_END, "robot", "bye", 1_000, "C", "talked", turns=turns),
        AttemptResult(attempt_id(1), Code.ROBOT_END, NOON, NOON, NOON),
    ]
    assert put(store.engine, records) == ()
    return store


def test_what_was_not_understood(heard):
    assert unmatched(heard, Only(), 0.9) == (
        HeardText("怎么个算法", 2, "price", "nothing"),
        HeardText("好贵", 1, "price", "classifier"),
    )
    assert unmatched(heard, Only(script="wecom_invite"), 0.4) == (HeardText("怎么个算法", 2, "price", "nothing"),)
    assert unmatched(heard, Only(campaign="other"), 0.9) == ()

"""Which corrections become material for the intents, and with which words."""

import pytest
from sqlalchemy import update

from tests.qa.judged import NOW, call, judge, round_of
from tests.reports.counted import count_by_hand
from tests.store.samples import attempt_id
from voicebot.qa.corrections import corrections
from voicebot.qa.verdicts import Correction, Verdict, give
from voicebot.reports.only import Only
from voicebot.store.tables import Turn

KEY = attempt_id(7)
"""Its turns: 1 今天天气, 2 可以啊, 3 嗯."""


@pytest.fixture
def within(store):
    count_by_hand(store)
    return round_of(store)


def test_the_reviewers_words_count_before_those_that_were_recognised(store, within):
    judge(store, within, KEY, "li", "A", Correction(1, "busy", "今天没空"), Correction(2, "affirm"))
    found = corrections(store, Only())
    assert found.right == {"今天没空": "busy", "可以啊": "affirm"}
    assert found.divided == ()
    assert corrections(store, Only(campaign="other")).right == {}


def test_words_that_nobody_said_are_not_learnt(store, within):
    judge(store, within, KEY, "li", "A", Correction(1, "busy"), Correction(2, "deny", "可不要"), passed=False)
    assert corrections(store, Only()).right == {"可不要": "deny"}


def test_of_different_intents_the_last_word_holds_or_the_most_named(store, within):
    judge(store, within, KEY, "li", "A", Correction(1, "busy"), Correction(2, "deny"))
    judge(store, within, KEY, "wu", "B", Correction(1, "deny"), Correction(2, "deny"))
    assert corrections(store, Only()).divided == ("今天天气",)
    assert corrections(store, Only()).right == {"可以啊": "deny"}
    final = Verdict("sun", NOW, "A", True, (), (Correction(1, "busy"), Correction(2, "affirm")), "", True)
    give(store, within, call(store, within, KEY), final)
    assert corrections(store, Only()).right == {"今天天气": "busy", "可以啊": "affirm"}


def test_a_text_with_somebodys_number_is_left_out(store, within):
    with store.writing() as connection:
        connection.execute(update(Turn).where(Turn.attempt_id == KEY, Turn.seq == 1).values(text="我的号码13800001234"))
    judge(store, within, KEY, "li", "A", Correction(1, "busy"))
    assert corrections(store, Only()).right == {}

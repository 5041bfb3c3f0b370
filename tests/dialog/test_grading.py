"""Grades: the first rule that holds, with its evidence; the same answer twice."""

import dataclasses

import pytest

from tests.dialog.playbook import Playbook
from tests.dialog.scripts import TALK
from voicebot.dialog.grading import Evidence, Grade, explain, grade
from voicebot.dialog.loader import load_text


def graded(call: Playbook) -> Grade:
    return grade(call.script, call.state)


def test_the_first_rule_that_holds_gives_the_grade() -> None:
    call = Playbook(TALK).answered().all_prompts_end()
    assert graded(call).letter == "E"
    call.says("你是谁").all_prompts_end()
    assert graded(call) == Grade("C", "said something", (Evidence("turns 1", call.state.turns[0].ended, "1"),))
    call.says("方便").all_prompts_end()
    assert graded(call).letter == "B"
    call.says("可以加")
    assert graded(call).letter == "A"
    call.all_prompts_end().says("别打了")
    assert (graded(call).letter, graded(call).rule) == ("D", "stop")
    assert graded(call) == graded(call)


def test_evidence_names_what_held_when_and_the_words() -> None:
    call = Playbook(TALK).answered().all_prompts_end().says("方便").all_prompts_end().says("可以加")
    began, entered = call.state.turns[-1].began, call.state.visits[-1].entered
    assert graded(call).evidence == (
        Evidence("slot wechat = 张同意", began, "可以加"),
        Evidence("reached done", entered, "done"),
    )


def test_asides_over_a_prompt_are_no_turns() -> None:
    call = Playbook(TALK).answered().passes(500).says("嗯").all_prompts_end()
    assert graded(call).letter == "E"


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("{intent: affirm}", True),
        ("{intent: deny}", False),
        ("{answer: yes}", True),
        ("{answer: who}", False),
        ("{said: 可以}", True),
        ("{said: 不可以}", False),
        ("{slot: {wechat: 张同意}}", True),
        ("{slot: {wechat: 别的}}", False),
        ("{tag: [ADDED, TALKS]}", True),
        ("{handed_off: answered}", False),
        ("{ended: CUSTOMER_HANGUP}", True),
        ("{ended: SILENCE}", False),
        ("{score: {min: 5, max: 5}}", True),
        ("{turns: {max: 1}}", False),
        ("{talk_s: {min: 5}}", True),
        ("{any: [{tag: NO}, {reached: done}]}", True),
        ("{any: [{tag: NO}]}", False),
        ("{none: [{tag: NO}]}", True),
        ("{reached: done, none: [{tag: TALKS}]}", False),
    ],
)
def test_every_kind_of_condition(when: str, holds: bool) -> None:
    call = Playbook(TALK).answered().all_prompts_end().says("方便").all_prompts_end().says("可以加").hangs_up()
    text = TALK[: TALK.index("grading:")] + f"grading:\n  - {{grade: A, when: {when}}}\n"
    assert (grade(load_text(text, "t.yaml"), call.state).letter == "A") is holds


def test_without_rules_a_talk_is_d_and_none_is_e() -> None:
    call = Playbook(TALK).answered().all_prompts_end()
    bare = dataclasses.replace(call.script, grading=())
    assert grade(bare, call.state).letter == "E"
    assert grade(bare, call.says("方便").state).letter == "D"


def test_a_tag_is_proved_by_the_words_that_led_to_it_not_by_the_tag() -> None:
    call = Playbook(TALK).answered().all_prompts_end().says("别打了")
    (evidence,) = graded(call).evidence
    assert (evidence.what, evidence.at, evidence.text) == ("tag STOP_REQUEST", call.state.turns[0].began, "别打了")


def test_every_rule_is_explained_in_order_by_what_it_asks_and_what_there_was() -> None:
    call = Playbook(TALK).answered().all_prompts_end().says("方便").all_prompts_end()
    judged = explain(call.script, call.state)
    assert [one.rule.name for one in judged] == [rule.name for rule in call.script.grading]
    decisive = [one for one in judged if one.decides]
    assert [one.rule.name for one in decisive] == [graded(call).rule]
    assert tuple(e for part in decisive[0].parts for e in part.evidence) == graded(call).evidence
    failed = next(part for part in judged[0].parts if not part.held)
    assert (failed.asks, failed.found) == ("tag STOP_REQUEST", "tag TALKS")


@pytest.mark.parametrize(
    ("when", "asks", "found"),
    [
        ("{intent: [deny, busy]}", "intent deny or busy", "intent affirm"),
        ("{answer: who}", "answer who", "answer yes"),
        ("{said: 不可以}", "said 不可以", "said 方便, 可以加"),
        ("{slot: {wechat: 别的}}", "slot wechat = 别的", "slot wechat = 张同意"),
        ("{ended: SILENCE}", "ended SILENCE", "ended CUSTOMER_HANGUP"),
        ("{handed_off: answered}", "handed_off answered", "no handed_off"),
        ("{score: {min: 6, max: 9}}", "score at least 6, at most 9", "score 5"),
        ("{turns: {max: 1}}", "turns at most 1", "turns 2"),
        ("{any: [{tag: NO}, {score: {min: 9}}]}", "any of these", "none of them holds"),
        ("{none: [{tag: TALKS}]}", "none of these", "tag TALKS"),
    ],
)
def test_a_part_that_fails_says_by_what(when: str, asks: str, found: str) -> None:
    call = Playbook(TALK).answered().all_prompts_end().says("方便").all_prompts_end().says("可以加").hangs_up()
    text = TALK[: TALK.index("grading:")] + f"grading:\n  - {{grade: A, when: {when}}}\n"
    (rule,) = explain(load_text(text, "t.yaml"), call.state)
    (part,) = rule.parts
    assert not rule.held
    assert (part.asks, part.found, part.held) == (asks, found, False)

"""Grades: the first rule that holds, with its evidence; the same answer twice."""

import dataclasses

import pytest

from tests.dialog.playbook import Playbook
from tests.dialog.scripts import TALK
from voicebot.dialog.grading import Evidence, Grade, grade
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
    entered = call.state.visits[-1].entered
    assert graded(call).evidence == (
        Evidence("reached done", entered, "done"),
        Evidence("slot wechat", entered, "张同意"),
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

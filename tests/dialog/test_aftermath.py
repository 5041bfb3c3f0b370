"""Tasks and stop wishes of a talk: noted when they are asked for, each once."""

import pytest

from tests.dialog.playbook import Playbook
from voicebot.dialog.aftermath import MAX_FOLLOW_UPS
from voicebot.dialog.grading import grade
from voicebot.dialog.loader import load_text
from voicebot.dialog.state import FollowUp, StopWish
from voicebot.errors import InputFault

SCRIPT = """
script: after
needs: {surname: {default: 张}}
start: ask
nodes:
  ask:
    say: 您好
    max_visits: 40
    answers:
      - id: link
        keywords: [短信]
        follow_up: {type: sms, text: "{surname}先生您好", details: {template: t7, who: "{surname}"}}
        return: ask
      - id: both
        keywords: [两样]
        follow_up: [{type: wechat}, {type: call_back, at: "{day}  {clock}"}]
        set: {day: "2026-11-23", clock: "15:30"}
        go: bye
      - {id: later, keywords: [晚点], follow_up: {type: call_back, in_minutes: 120}, go: bye}
  bye:
    say: 再见
    then: {hang_up: ROBOT_END, follow_up: {type: sms, text: 谢谢您}}
anywhere:
  - {id: stop, keywords: [别再打了], stop_request: true, go: bye}
  - {id: angry, keywords: [投诉你们], complaint: "{surname}说要投诉", return: ask}
grading:
  - {grade: D, name: stop, when: {stop_requested: true}}
  - {grade: C, name: no stop, when: {stop_requested: false}}
"""


def talk() -> Playbook:
    return Playbook(SCRIPT).answered().all_prompts_end()


def test_a_task_has_its_variables_filled_in() -> None:
    call = talk().says("发短信吧")
    details = {"template": "t7", "who": "张"}
    assert call.state.follow_ups == (FollowUp("sms", "ask", call.at, "张先生您好", details),)


def test_the_same_task_twice_counts_once() -> None:
    call = talk().says("发短信吧").all_prompts_end().says("短信")
    assert len(call.state.follow_ups) == 1


def test_several_tasks_of_one_answer_with_what_it_sets() -> None:
    call = talk().says("两样都要")
    assert [(task.type, task.at) for task in call.state.follow_ups] == [
        ("wechat", ""),
        ("call_back", "2026-11-23 15:30"),
    ]


def test_tasks_of_then_come_with_the_end_of_the_prompt() -> None:
    call = talk().says("晚点")
    assert [task.in_minutes for task in call.state.follow_ups] == [120]
    call.all_prompts_end()
    assert [task.type for task in call.state.follow_ups] == ["call_back", "sms"]


def test_a_circle_leaves_no_endless_tasks() -> None:
    many = ", ".join(f"{{type: sms, text: x{number}}}" for number in range(MAX_FOLLOW_UPS + 5))
    call = Playbook(SCRIPT.replace("[{type: wechat}", f"[{many}")).answered().all_prompts_end().says("两样")
    assert len(call.state.follow_ups) == MAX_FOLLOW_UPS


def test_a_wish_to_be_left_alone_is_kept_with_its_words_and_graded() -> None:
    call = talk()
    assert not call.state.stop_requested
    call.says("你们别再打了")
    assert call.state.stops == (StopWish("ask", call.at, "你们别再打了"),)
    assert call.state.stop_requested
    verdict = grade(call.script, call.state)
    assert (verdict.letter, [one.text for one in verdict.evidence]) == ("D", ["你们别再打了"])


def test_a_wish_over_the_farewell_counts() -> None:
    call = talk().says("晚点").passes(200)
    assert call.state.node == "bye"
    call.says("别再打了")
    assert [wish.words for wish in call.state.stops] == ["别再打了"]


def test_a_complaint_and_a_wish_are_two_and_each_counts_once() -> None:
    call = talk().says("我要投诉你们").all_prompts_end().says("投诉你们").all_prompts_end().says("别再打了")
    assert [(wish.complaint, wish.words) for wish in call.state.stops] == [
        ("张说要投诉", "我要投诉你们"),
        ("", "别再打了"),
    ]


def test_without_a_wish_the_other_rule_holds() -> None:
    assert grade(talk().script, talk().state).rule == "no stop"


@pytest.mark.parametrize(
    ("sound", "broken", "told"),
    [
        ("type: wechat", "type: fax", "'fax'"),
        ("{type: wechat}", "{text: x}", "needs 'type'"),
        ("in_minutes: 120", "in_minutes: 120, at: '15:30'", "leave one of them out"),
        ("in_minutes: 120", "in_minutes: 0", "from 1 to"),
        ('"{surname}先生您好"', '"{surname2}先生您好"', "did you mean 'surname'"),
        ('"{surname}说要投诉"', '"{surmane}说要投诉"', "did you mean 'surname'"),
        ("stop_request: true", "stop_request: maybe", "not true or false"),
        ("{type: wechat}", "{type: wechat, when: x}", "has no 'when'"),
    ],
)
def test_faults(sound: str, broken: str, told: str) -> None:
    with pytest.raises(InputFault, match=told):
        load_text(SCRIPT.replace(sound, broken), "after.yaml")

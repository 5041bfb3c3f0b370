"""A talk that goes on in another call server, from what the first one stored: the fold, then Resumed."""

import pytest

from tests.dialog.playbook import Playbook
from tests.dialog.scripts import TALK
from voicebot.dialog import engine
from voicebot.dialog.commands import HangUp, Listen, Say, SetTimer
from voicebot.dialog.events import Resumed
from voicebot.dialog.journal import from_dict, to_dict

OPENING = "张先生您好，我是智能助理，请问现在方便说两句吗？"


def talk() -> Playbook:
    return Playbook(TALK).answered()


def moved(call: Playbook, after_ms: int = 100) -> Playbook:
    """The same talk in another call server: only the events were kept, every timer is lost."""
    stored = [from_dict(to_dict(event)) for event in call.events]
    state = engine.replay(call.script, engine.start(call.script, {}), stored)
    assert state == call.state
    call.timers.clear()
    return call.send(Resumed(call.at + after_ms))


def test_a_prompt_that_was_running_begins_anew() -> None:
    call = moved(talk().passes(2000))
    assert [(say.say_id, say.text, say.from_ms) for say in call.asked(Say)] == [(2, OPENING, 0)]
    assert call.state.said[0].heard_ms == 2100
    call.all_prompts_end().says("方便")
    assert call.path == ["opening", "offer"]


def test_lines_behind_the_running_one_are_not_lost() -> None:
    call = talk().all_prompts_end().says("你是谁")
    assert call.say.text == "我是智能助理。"
    moved(call).prompt_ends()
    assert call.say.text == "现在方便吗？"


def test_a_question_that_was_out_is_asked_again() -> None:
    call = moved(talk().all_prompts_end().passes(1000))
    assert [say.text for say in call.asked(Say)] == ["现在方便吗？"]
    call.all_prompts_end()
    assert "no_input" in call.timers


def test_an_interrupted_prompt_goes_on() -> None:
    call = moved(talk().passes(3000).starts_speaking().partial("没空了"))
    assert call.say.text == OPENING
    assert 0 < call.say.from_ms < 3000
    assert not call.state.customer_speaking


def test_the_limits_of_the_call_and_of_the_node_are_set_again() -> None:
    call = moved(talk().passes(20_000), 5000)
    assert SetTimer("max_call", 95_000) in call.latest
    assert call.asked(Listen) == [Listen(500, 8000)]


def test_an_agent_who_was_rung_does_not_come_any_more() -> None:
    call = moved(talk().all_prompts_end().says("转人工").passes(3000))
    assert call.state.handoffs[-1].reason == "unreachable"
    assert call.path == ["opening", "agent_busy"]
    assert call.say.text == "顾问都在忙，稍后回电可以吗？"


def test_a_farewell_is_said_and_then_the_robot_hangs_up() -> None:
    call = moved(talk().all_prompts_end().says("没空").passes(500))
    assert call.say.text == "不打扰您了，再见！"
    call.all_prompts_end()
    assert call.asked(HangUp) == [HangUp("ROBOT_END")]


@pytest.mark.parametrize("how", ["hanging up", "with an agent"])
def test_a_talk_that_was_at_its_end_is_ended(how: str) -> None:
    if how == "hanging up":
        call = talk().all_prompts_end().says("没空").all_prompts_end()
        code = "ROBOT_END"
    else:
        call = talk().all_prompts_end().says("转人工").handoff("answered")
        code = "TRANSFERRED"
    moved(call)
    assert call.asked(HangUp) == [HangUp(code)]
    assert call.asked(Say) == []
    call.hangs_up("robot")
    assert call.state.ending is not None
    assert call.state.ending.code == code


def test_it_can_be_lost_twice() -> None:
    call = moved(moved(talk().passes(1000)).passes(500))
    assert [said.text for said in call.state.said] == [OPENING] * 3
    assert call.path == ["opening"]

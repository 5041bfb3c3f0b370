"""Playbooks of whole talks: the way through the nodes, ladders, keys, hand-off, and every way to end."""

import pytest

from tests.dialog.playbook import Playbook
from tests.dialog.scripts import TALK
from voicebot.dialog import engine
from voicebot.dialog.commands import HandOff, HangUp, Listen, Say, SetTimer
from voicebot.dialog.events import Faulted, HungUp, TimerFired
from voicebot.dialog.grading import grade
from voicebot.dialog.loader import load_text
from voicebot.errors import MissingVariable


def talk() -> Playbook:
    return Playbook(TALK).answered()


def asked() -> Playbook:
    """The opening was said; the robot listens."""
    return talk().all_prompts_end()


def test_a_talk_from_the_answer_to_the_farewell() -> None:
    call = asked().says("方便").all_prompts_end().says("可以加").all_prompts_end()
    assert call.asked(HangUp) == [HangUp("ROBOT_END")]
    call.hangs_up("robot")
    assert call.path == ["opening", "offer", "done"]
    assert [visit.ended_by for visit in call.state.visits] == ["answer:yes", "answer:yes", "finished"]
    assert call.state.slots == {"wechat": "张同意"}
    assert call.state.tags == ("TALKS", "ADDED")
    assert call.state.ending is not None
    assert (call.state.ending.code, call.state.ending.by) == ("ROBOT_END", "robot")
    assert grade(call.script, call.state).letter == "A"


def test_the_answer_starts_the_cap_the_limits_and_the_opening() -> None:
    call = talk()
    assert call.asked(SetTimer)[0] == SetTimer("max_call", 120_000)
    assert call.asked(Listen) == [Listen(500, 8000)]
    assert call.say == Say(1, "opening", "张先生您好，我是智能助理，请问现在方便说两句吗？", "female")


def test_a_missing_variable_is_named_before_the_call() -> None:
    script = load_text(TALK.replace("{default: 张}", "{about: 姓}"), "talk.yaml")
    with pytest.raises(MissingVariable, match=r"talk.yaml:4:3: the lead has no 'surname'"):
        engine.start(script, {"surname": " "})


# --- silence and nonsense ---------------------------------------------------------------------------
def test_the_silence_ladder_ends_the_call() -> None:
    call = asked().is_silent()
    assert call.say.text == "您好，听得到吗？"
    call.all_prompts_end().is_silent()
    assert call.say.text == "现在方便吗？"
    call.all_prompts_end().is_silent()
    assert call.say.text == "听不到您的声音。"
    call.all_prompts_end()
    assert call.asked(HangUp) == [HangUp("SILENCE")]
    assert call.state.visits[0].ended_by == "no_input"


def test_the_no_match_ladder_asks_again_then_leaves() -> None:
    call = asked().says("天气不错")
    assert call.say.text == "没听清。"
    call.prompt_ends()
    assert call.say.text == "现在方便吗？"
    call.all_prompts_end().says("今天星期几")
    assert call.path == ["opening", "bye"]
    assert call.state.visits[0].ended_by == "no_match"


def test_sounds_without_words_are_waited_out_but_not_for_ever() -> None:
    call = asked()
    for _ in range(2):
        call.starts_speaking().says("")
        assert call.asked(SetTimer) == [SetTimer("no_input", 4000)]
    call.starts_speaking().says("")
    assert call.say.text == "没听清。"


def test_speech_stops_the_silence_count_and_is_itself_bounded() -> None:
    call = asked().passes(3000).starts_speaking()
    assert "no_input" not in call.timers
    call.timer("speech")  # the recogniser never answered
    assert call.say.text == "您好，听得到吗？"


def test_a_prompt_whose_end_is_never_told_does_not_keep_the_customer_in_silence() -> None:
    call = talk().timer("prompt")
    assert call.asked(SetTimer) == [SetTimer("no_input", 4000)]


# --- answers of everywhere --------------------------------------------------------------------------
def test_an_answer_of_everywhere_returns_to_the_question() -> None:
    call = asked().says("你是谁")
    assert call.say.text == "我是智能助理。"
    call.prompt_ends()
    assert call.say.text == "现在方便吗？"
    assert call.path == ["opening"]


def test_return_can_listen_or_say_all_again() -> None:
    call = asked().says("等一下").prompt_ends()
    assert call.asked(SetTimer) == [SetTimer("no_input", 4000)]
    call.says("慢一点").prompt_ends()
    assert call.say.text.startswith("张先生您好")


def test_a_node_of_everywhere_returns_to_the_interrupted_node() -> None:
    call = asked().says("滴声").all_prompts_end().says("是的")
    assert call.path == ["opening", "check", "opening"]
    assert call.say.text.startswith("张先生您好")


def test_an_answer_may_end_the_call_at_once() -> None:
    call = asked().says("滴声").all_prompts_end().says("请留言")
    assert call.asked(HangUp) == [HangUp("ROBOT_END")]
    assert "MACHINE" in call.state.tags


# --- keys -------------------------------------------------------------------------------------------
def test_a_key_answers_and_interrupts() -> None:
    call = talk().passes(1000).presses("1")
    assert call.path == ["opening", "offer"]
    assert call.state.turns[0].by == "digits"
    assert call.state.said[0].heard_ms == 1000


def test_a_longer_number_waits_for_its_end() -> None:
    call = asked().presses("1").all_prompts_end().presses("12")
    assert call.path == ["opening", "offer"]
    call.presses("3")
    assert call.path[-1] == "done"


def test_a_short_number_that_could_be_longer_counts_when_no_more_comes() -> None:
    call = asked().presses("1").all_prompts_end().presses("1")
    assert call.timers["digits"] == call.at + 2000
    call.timer("digits")
    assert call.state.turns[-1].choice == "yes"


def test_the_hash_key_ends_a_number() -> None:
    call = asked().presses("1").all_prompts_end().presses("1#")
    assert call.path[-1] == "done"


def test_a_wrong_key_is_no_match_in_silence_and_nothing_over_a_prompt() -> None:
    assert talk().passes(1000).presses("9").asked(Say) == []
    assert asked().presses("9").say.text == "没听清。"


# --- bounds -----------------------------------------------------------------------------------------
def test_a_node_visited_too_often_sends_the_talk_on() -> None:
    call = asked()
    for _ in range(3):
        call.says("滴声").all_prompts_end().says("是的").all_prompts_end()
    assert call.path == ["opening", "check", "opening", "check", "bye"]


def test_turns_are_bounded() -> None:
    call = asked()
    for _ in range(11):
        call.says("你是谁").all_prompts_end()
    assert call.path == ["opening", "bye"]
    assert call.state.visits[0].ended_by == "turns"
    assert call.state.phase == "hanging_up"


def test_the_cap_of_the_call_ends_it_in_the_middle_of_a_word() -> None:
    call = talk().passes(1000).timer("max_call")
    assert call.asked(HangUp) == [HangUp("MAX_TIME")]
    assert call.state.visits[0].ended_by == "time"


def test_a_hang_up_that_is_not_answered_is_asked_again() -> None:
    call = asked().says("不方便").all_prompts_end().timer("hang_up")
    assert call.asked(HangUp) == [HangUp("ROBOT_END")]


def test_words_after_the_farewell_do_not_keep_the_call() -> None:
    call = asked().says("没空").passes(500).starts_speaking().says("你是谁")
    assert call.asked(Say) == []
    call.says("别打了").all_prompts_end()
    assert call.asked(HangUp) == [HangUp("ROBOT_END")]
    call.says("可以")
    assert call.asked(Say) == []
    assert "STOP_REQUEST" in call.state.tags  # heard all the same


# --- how it ends ------------------------------------------------------------------------------------
def test_a_hang_up_inside_a_prompt_is_recorded_with_its_offset() -> None:
    call = talk().passes(2000).hangs_up()
    visit = call.state.visits[0]
    assert (visit.ended_by, visit.hangup_phase, visit.offset_ms) == ("hangup", "playing", 2000)
    assert call.state.said[0].heard_text == "张先生您好，我是智能"[:10]
    assert call.state.ending is not None
    assert (call.state.ending.code, call.state.ending.node) == ("CUSTOMER_HANGUP", "opening")


def test_a_hang_up_in_silence_counts_from_the_end_of_the_prompt() -> None:
    call = asked().passes(1500).hangs_up()
    visit = call.state.visits[0]
    assert (visit.hangup_phase, visit.offset_ms) == ("listening", 1500)


def test_who_hung_up_is_apart_from_how_the_talk_ended() -> None:
    call = asked().says("不方便").all_prompts_end().hangs_up("customer")
    assert call.state.ending is not None
    assert (call.state.ending.code, call.state.ending.by) == ("ROBOT_END", "customer")


@pytest.mark.parametrize(
    ("by", "cause", "code"),
    [
        ("switch", "ALLOTTED_TIMEOUT", "MAX_TIME"),
        ("switch", "MEDIA_TIMEOUT", "ROBOT_FAULT"),
        ("robot", "", "ROBOT_FAULT"),
    ],
)
def test_an_end_that_nobody_in_the_talk_asked_for(by: str, cause: str, code: str) -> None:
    call = asked().hangs_up(by, cause)
    assert call.state.ending is not None
    assert call.state.ending.code == code
    assert call.state.visits[0].hangup_phase is None


def test_a_fault_ends_the_call() -> None:
    call = talk().passes(700)
    call.send(Faulted(700, "recogniser dead", 700))
    assert call.asked(HangUp) == [HangUp("ROBOT_FAULT")]
    assert call.state.visits[0].ended_by == "fault"


def test_nothing_changes_a_talk_that_is_over() -> None:
    call = asked().hangs_up()
    over = call.state
    call.says("方便").send(TimerFired(99_000, "max_call")).send(HungUp(99_000, "switch", "X"))
    assert call.state == over


def test_a_call_that_ends_before_the_answer_has_an_ending() -> None:
    call = Playbook(TALK).hangs_up()
    assert call.state.ending is not None
    assert call.state.visits == ()


# --- hand-off ---------------------------------------------------------------------------------------
def waiting() -> Playbook:
    return asked().says("转人工")


def test_the_robot_talks_on_while_the_agent_rings() -> None:
    call = waiting()
    assert call.asked(HandOff) == [HandOff("agents", 20_000)]
    assert call.say.text == "正在转接。"
    call.prompt_ends().timer("hold")
    assert call.say.text == "请再稍等。"
    call.prompt_ends().timer("hold")
    assert call.say.text == "正在转接。"


def test_an_agent_who_answers_takes_over() -> None:
    call = waiting().handoff("answered")
    assert call.asked(HangUp) == []
    assert "max_call" not in call.timers
    call.passes(30_000).hangs_up("agent")
    assert call.state.ending is not None
    assert (call.state.ending.code, call.state.ending.by) == ("TRANSFERRED", "agent")
    assert (call.state.handoffs[0].reason, call.state.handoffs[0].talked_ms) == ("answered", 30_000)


@pytest.mark.parametrize("reason", ["busy", "no_answer", "declined", "unreachable", "not_configured"])
def test_without_an_agent_the_script_goes_on(reason: str) -> None:
    call = waiting().handoff(reason)  # type: ignore[arg-type]
    assert call.path == ["opening", "agent_busy"]
    assert call.state.visits[0].ended_by == "hand_off"
    call.all_prompts_end().says("不用")
    assert call.path[-1] == "opening"  # back to where the wish interrupted


def test_without_a_way_back_the_failed_hand_off_ends_the_call() -> None:
    call = Playbook(TALK.replace(", on_fail: agent_busy", "")).answered().all_prompts_end().says("转人工")
    call.handoff("busy")
    assert call.asked(HangUp) == [HangUp("TRANSFER_FAILED")]


def test_nothing_that_is_said_breaks_a_hand_off() -> None:
    call = waiting().passes(300).partial("可以加我").says("可以加我").says("不方便")
    assert call.asked(Say) == []
    assert call.state.phase == "waiting"
    assert call.state.turns[-1].aside


def test_a_hand_off_without_news_is_given_up() -> None:
    call = waiting().timer("handoff")
    assert call.path[-1] == "agent_busy"
    assert call.state.handoffs[0].reason == "no_answer"


def test_a_customer_who_leaves_the_queue_is_recorded() -> None:
    call = waiting().passes(5000).hangs_up()
    assert call.state.handoffs[0].reason == "customer_left"
    assert call.state.visits[0].ended_by == "hangup"

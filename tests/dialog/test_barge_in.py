"""Playbooks of talking over the robot: what interrupts, what does not, what is an early answer, what goes on."""

import pytest

from tests.dialog.playbook import Playbook
from tests.dialog.scripts import TALK
from voicebot.dialog.barge import RESUME_BACK_MS, heard_part, is_content
from voicebot.dialog.commands import Say, SetTimer, StopSaying
from voicebot.dialog.script import BargeIn
from voicebot.dialog.state import Line

OPENING = "张先生您好，我是智能助理，请问现在方便说两句吗？"


def talk(**policy: str) -> Playbook:
    """The opening runs. `policy` replaces values of the script's barge-in policy."""
    text = TALK
    for name, value in policy.items():
        begin = text.index(f"{name}: ") + len(name) + 2
        end = min(i for i in (text.find(",", begin), text.find("}", begin)) if i > 0)
        text = text[:begin] + value + text[end:]
    return Playbook(text).answered()


# --- what interrupts --------------------------------------------------------------------------------
def test_words_interrupt_while_they_are_spoken() -> None:
    call = talk().passes(1500).starts_speaking()
    assert call.asked(StopSaying) == []  # a sound is not yet an interruption
    call.passes(400).partial("没空")
    assert call.asked(StopSaying) == [StopSaying()]
    assert call.state.said[0].heard_ms == 1900
    call.says("没空啊")
    assert call.path == ["opening", "bye"]
    assert call.state.turns[0].barge_in


@pytest.mark.parametrize("text", ["嗯", "好的", "嗯嗯好的", "哦哦哦", "你"])
def test_ignored_and_too_short_words_do_not_interrupt(text: str) -> None:
    call = talk().passes(1500).starts_speaking().partial(text)
    assert call.asked(StopSaying) == []
    call.says(text)
    assert call.asked(Say) == call.asked(StopSaying) == []
    call.all_prompts_end()
    assert call.state.phase == "listening"
    assert [turn.aside for turn in call.state.turns] == [True]


def test_a_stop_word_needs_no_length() -> None:
    assert talk(min_chars="5").passes(1500).partial("停").asked(StopSaying) == [StopSaying()]
    assert talk(min_chars="5").passes(1500).partial("你好啊").asked(StopSaying) == []


def test_characters_are_counted_in_each_utterance_anew() -> None:
    call = talk(min_chars="3").passes(1000)
    for _ in range(3):
        call.starts_speaking().partial("对对").says("对对")
    assert call.state.line is not None


def test_a_node_may_forbid_interruption() -> None:
    call = talk(protect_ms="300, allow: false").passes(2000).partial("你们是谁啊").says("没空")
    assert call.asked(StopSaying) == []
    call.all_prompts_end()
    assert call.path == ["opening", "bye"]  # heard all the same, and answered at the end


def test_the_first_sound_interrupts_where_the_policy_says_so() -> None:
    call = talk(protect_ms="300, trigger: speech").passes(1000).starts_speaking()
    assert call.asked(StopSaying) == [StopSaying()]


# --- protection -------------------------------------------------------------------------------------
def test_protected_words_are_answered_when_the_protection_ends() -> None:
    call = talk(protect_ms="3000").passes(500).partial("没空").says("没空")
    assert call.asked(StopSaying) == []
    assert call.asked(SetTimer) == [SetTimer("protect", 1500)]
    call.timer("protect")
    assert call.path == ["opening", "bye"]
    assert call.state.said[0].heard_ms == 3000


def test_speech_that_outlasts_the_protection_interrupts_then() -> None:
    call = talk(protect_ms="3000").passes(2900).partial("我现在")
    assert call.asked(StopSaying) == []
    call.passes(200).partial("我现在没空")
    assert call.asked(StopSaying) == [StopSaying()]


def test_replies_are_protected_only_briefly() -> None:
    call = talk(protect_ms="9000").all_prompts_end().says("你是谁").passes(500).partial("没空")
    assert call.asked(StopSaying) == [StopSaying()]


# --- false interruptions ----------------------------------------------------------------------------
def interrupted(after: str) -> Playbook:
    return talk(after=after).passes(2000).starts_speaking().partial("那个").says("")


def test_a_false_interruption_resumes_a_little_earlier() -> None:
    call = interrupted("resume")
    assert call.asked(Say) == [Say(2, "opening", OPENING, "female", None, 2000 - RESUME_BACK_MS)]


def test_a_false_interruption_may_restart() -> None:
    assert interrupted("restart").asked(Say) == [Say(2, "opening", OPENING, "female", None, 0)]


def test_a_false_interruption_may_skip_the_rest() -> None:
    call = interrupted("skip")
    assert call.asked(Say) == []
    assert call.asked(SetTimer) == [SetTimer("no_input", 4000)]


def test_an_interruption_whose_words_never_come_goes_on() -> None:
    call = talk().passes(2000).partial("那个").timer("speech")
    assert [say.from_ms for say in call.asked(Say)] == [1400]


def test_words_that_fit_nothing_ask_again_from_where_the_prompt_stopped() -> None:
    call = talk().passes(2000).partial("今天天气").says("今天天气不错")
    assert call.say.text == "没听清。"
    call.prompt_ends()
    assert (call.say.text, call.say.from_ms) == (OPENING, 1400)


def test_an_answer_of_everywhere_goes_back_to_what_was_cut() -> None:
    call = talk().passes(2000).partial("你是谁").says("你是谁").prompt_ends()
    assert (call.say.text, call.say.from_ms) == (OPENING, 1400)


def test_what_followed_the_cut_line_is_still_said() -> None:
    call = talk().all_prompts_end().says("你是谁").passes(600).partial("那个").says("")
    assert (call.say.text, call.say.from_ms) == ("我是智能助理。", 0)
    call.prompt_ends()
    assert call.say.text == "现在方便吗？"


# --- early answers ----------------------------------------------------------------------------------
def test_a_short_answer_at_the_very_end_of_the_prompt_is_an_answer() -> None:
    call = talk()
    length = len(OPENING) * 210
    call.passes(length - 1200).starts_speaking().says("好的")
    assert call.asked(StopSaying) == []
    call.prompt_ends()
    assert call.path == ["opening", "offer"]


def test_a_short_answer_long_before_the_end_is_not() -> None:
    call = talk().passes(500).says("好的").all_prompts_end()
    assert call.path == ["opening"]


def test_words_just_after_the_prompt_answer_it() -> None:
    call = talk().all_prompts_end().passes(200).hears("好的")
    assert call.path == ["opening", "offer"]


def test_a_murmur_does_not_take_the_place_of_protected_words() -> None:
    call = talk(protect_ms="3000").passes(200).says("没空").says("嗯").timer("protect")
    assert call.path == ["opening", "bye"]


def test_the_robots_own_voice_does_not_interrupt_it() -> None:
    call = talk().passes(2500).partial("我是智能助理").says("我是智能助理")
    assert call.asked(StopSaying) == []
    assert call.passes(100).partial("请问你是谁").asked(StopSaying) == [StopSaying()]


def test_the_robots_own_voice_is_no_answer() -> None:
    call = talk().passes(4000).says("现在方便说两句吗").prompt_ends()
    assert call.path == ["opening"]
    call = talk().all_prompts_end().passes(300).hears("现在方便说两句吗")
    assert call.path == ["opening"]
    assert call.says("方便说吧").path == ["opening", "offer"]


def test_a_node_that_asks_nothing_goes_on_after_strange_words() -> None:
    text = TALK.replace("  done:", "  news:\n    say: 告诉您一个好消息，老客户有优惠。\n    then: {go: offer}\n  done:")
    call = Playbook(text.replace("go: offer}", "go: news}", 1)).answered().all_prompts_end().says("方便").passes(1000)
    call.partial("今天天气").says("今天天气不错")
    assert (call.say.text, call.say.from_ms) == ("告诉您一个好消息，老客户有优惠。", 400)
    call.passes(1000).says("你是谁")
    assert call.say.text == "我是智能助理。"
    call.all_prompts_end()
    assert call.path[-2:] == ["news", "offer"]


def test_an_early_answer_waits_for_every_line() -> None:
    call = talk().all_prompts_end().says("你是谁").passes(100).says("好的").prompt_ends()
    assert call.say.text == "现在方便吗？"


def test_an_utterance_before_the_sound_of_a_prompt_is_not_lost() -> None:
    call = talk(protect_ms="0")
    call.hears("没空")
    assert call.path == ["opening", "bye"]


# --- decisions --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "content"),
    [("", False), ("好的好的", False), ("好的可以", True), ("不对", True), ("ok", False), ("stop it", True)],
)
def test_content(text: str, content: bool) -> None:
    assert is_content(BargeIn(min_chars=2, ignore=("好的", "对")), text) is content


def test_what_was_heard_of_a_text_is_in_proportion_to_the_time() -> None:
    line = Line("一二三四五六七八九十", "say")
    assert heard_part(line, 1000, 2000) == "一二三四五"
    assert heard_part(line, 2000, 2000) == line.text
    assert heard_part(Line(line.text, "say", None, 1000), 1500, 2000) == "六七八"
    assert heard_part(line, 0, None) == ""


def test_in_english_words_count_whole() -> None:
    policy = BargeIn(min_chars=2, ignore=("okay", "yes"), stop=("no", "stop"))
    assert [is_content(policy, text) for text in ("know", "stopped", "yes okay", "sorry")] == [False] * 4
    assert [is_content(policy, text) for text in ("no", "please stop", "call later")] == [True] * 3

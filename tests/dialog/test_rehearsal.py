"""A talk on the clock that jumps."""

import pytest

from tests.dialog.playbook import StandIn
from tests.dialog.scripts import TALK
from voicebot.dialog.barge import CHAR_MS
from voicebot.dialog.loader import load_text
from voicebot.dialog.rehearsal import HandedOff, Over, Passed, Rehearsal, RobotSaid, Understood

SCRIPT = load_text(TALK, "talk.yaml")
OPENING = "张先生您好，我是智能助理，请问现在方便说两句吗？"


@pytest.fixture
def talk() -> Rehearsal:
    rehearsal = Rehearsal(SCRIPT, {}, StandIn({"好啊": "affirm"}, {}))
    rehearsal.pick_up()
    return rehearsal


def test_a_prompt_runs_until_it_is_let_finish(talk: Rehearsal) -> None:
    assert talk.speaking
    assert talk.now == 0
    talk.finish()
    assert not talk.speaking
    assert talk.now == CHAR_MS * len(OPENING)
    assert talk.state.said[0].heard_text == OPENING


def test_words_come_after_the_prompt(talk: Rehearsal) -> None:
    talk.say("好啊。")
    heard = talk.notes()
    assert [type(note) for note in heard] == [RobotSaid, Understood, RobotSaid]
    assert isinstance(heard[1], Understood)
    assert (heard[1].text, heard[1].match.choice) == ("好啊", "yes")
    assert talk.state.turns[0].began > talk.state.said[0].heard_ms
    assert talk.notes() == []


def test_words_over_the_prompt_cut_it(talk: Rehearsal) -> None:
    talk.say("我没空", at_ms=1500)
    assert talk.state.turns[0].barge_in
    assert 1500 < talk.state.said[0].heard_ms < CHAR_MS * len(OPENING)
    assert talk.state.node == "bye"


def test_a_murmur_over_the_prompt_changes_nothing(talk: Rehearsal) -> None:
    talk.say("嗯", at_ms=1500)
    assert talk.speaking
    talk.finish()
    assert talk.state.turns[0].aside
    assert talk.state.node == "opening"


def test_silence_runs_out_the_timers_in_order(talk: Rehearsal) -> None:
    while not talk.over:
        talk.wait()
        talk.finish()
    assert [note.timer for note in talk.notes() if isinstance(note, Passed)] == ["no_input"] * 3
    assert talk.state.ending is not None
    assert (talk.state.ending.code, talk.state.ending.by) == ("SILENCE", "robot")


def test_keys_end_with_their_timer(talk: Rehearsal) -> None:
    talk.press("1")
    assert talk.state.node == "offer"
    talk.press("123", at_ms=500)
    assert talk.state.node == "done"


def test_half_a_number_is_complete_when_its_time_is_over(talk: Rehearsal) -> None:
    talk.press("1")
    talk.press("12")
    assert [turn.text for turn in talk.state.turns] == ["1", "12"]


def test_the_customer_leaves_within_the_prompt_or_after_it(talk: Rehearsal) -> None:
    talk.hang_up(2000)
    visit = talk.state.visit
    assert visit is not None
    assert (visit.hangup_phase, visit.offset_ms) == ("playing", 2000)
    late = Rehearsal(SCRIPT, {}, None)
    late.pick_up()
    late.hang_up(CHAR_MS * len(OPENING) + 700)
    assert late.state.visit is not None
    assert (late.state.visit.hangup_phase, late.state.visit.offset_ms) == ("listening", 700)


def test_an_agent_is_rung(talk: Rehearsal) -> None:
    talk.say("转人工")
    assert HandedOff("agents") in talk.notes()
    talk.agent("busy")
    assert talk.state.node == "agent_busy"
    talk.say("好啊")
    talk.finish()
    assert Over("ROBOT_END") in talk.notes()
    assert talk.over


def test_nothing_happens_to_a_call_that_is_over(talk: Rehearsal) -> None:
    talk.hang_up()
    over = talk.state
    talk.say("好啊")
    talk.press("1")
    talk.wait()
    assert talk.state == over

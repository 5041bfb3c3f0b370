"""Talks written down as conversation tests read back as what was done."""

from tests.dialog.scripts import TALK
from voicebot.dialog.conversation import AgentDoes, HangsUp, IsSilent, Presses, Says, load_conversations_text
from voicebot.dialog.conversation_run import play
from voicebot.dialog.loader import load_text
from voicebot.dialog.rehearsal import LOCAL, Rehearsal
from voicebot.dialog.transcript import Did, as_conversation

SCRIPT = load_text(TALK, "talk.yaml")


def test_every_doing_reads_back() -> None:
    talk = Rehearsal(SCRIPT, {}, None)
    talk.pick_up()
    state = talk.state
    actions = (
        Says("方便 yes: {x}", 1500),
        Says(""),
        Presses("0*#"),
        IsSilent(1),
        AgentDoes("no_answer"),
        HangsUp(20),
    )
    doings = [Did(action, state, state, "said in a.wav" if index == 0 else "") for index, action in enumerate(actions)]
    text = as_conversation(SCRIPT, 'a "chat"', {"surname": "no"}, doings, state, "2026-03-02T10:15")
    (read,) = load_conversations_text(text, "t.yaml").conversations
    assert (read.name, read.variables, read.now) == ('a "chat"', {"surname": "no"}, "2026-03-02T10:15")
    found = tuple(step.action for step in read.steps)
    assert found[0] == Says("方便 yes: {x}", 1500)
    assert found[2:] == actions[2:]
    assert isinstance(found[1], Says)
    assert found[1].text == ""
    assert all(step.expect is not None and step.expect.node == "opening" for step in read.steps)


def test_silences_one_after_the_other_are_one_step() -> None:
    talk = Rehearsal(SCRIPT, {}, None)
    talk.pick_up()
    doings = [Did(IsSilent(1), talk.state, talk.state)] * 3
    text = as_conversation(SCRIPT, "x", {}, doings, talk.state, LOCAL)
    (read,) = load_conversations_text(text, "t.yaml").conversations
    assert [step.action for step in read.steps] == [IsSilent(3)]


def test_a_talk_by_hand_passes_as_a_test() -> None:
    talk = Rehearsal(SCRIPT, {"surname": "王"}, None)
    talk.pick_up()
    doings = []
    for words in ("你是谁", "方便", "可以加"):
        talk.finish()
        before = talk.state
        talk.say(words)
        doings.append(Did(Says(words), before, talk.state))
    talk.finish()
    text = as_conversation(SCRIPT, "by hand", {"surname": "王"}, doings, talk.state, LOCAL)
    (read,) = load_conversations_text(text, "t.yaml").conversations
    assert play(SCRIPT, read, None).failures == ()
    assert read.expect is not None
    assert (read.expect.grade, read.expect.slot) == ("A", {"wechat": "王同意"})


def test_a_settled_robot_is_at_the_beginning_of_its_last_prompt() -> None:
    talk = Rehearsal(SCRIPT, {}, None)
    talk.pick_up()
    talk.settle()
    assert (talk.now, talk.speaking) == (0, True)
    talk.say("你是谁")
    reply = talk.now
    talk.settle()
    assert talk.now > reply
    assert [one.text for one in talk.state.said][-2:] == ["我是智能助理。", "现在方便吗？"]
    assert talk.speaking
    talk.say("没空")
    talk.settle()
    assert talk.over

"""Written conversations: what loads, what is refused where, what passes and what fails."""

import pytest

from tests.dialog.playbook import StandIn
from tests.dialog.scripts import TALK
from voicebot.dialog.conversation import ACTIONS, AGENT, KEYS, load_conversations_text
from voicebot.dialog.conversation_run import Outcome, play
from voicebot.dialog.loader import load_text
from voicebot.errors import InputFault

SCRIPT = load_text(TALK, "talk.yaml")
CLASSIFIER = StandIn({"好啊": "affirm", "算了": "deny"}, {})


def played(steps: str, rest: str = "") -> Outcome:
    """One conversation of these steps with the little script."""
    text = f"script: talk\nconversations:\n  - name: one\n    steps:\n{steps}{rest or '    expect: {score: 0}'}\n"
    file = load_conversations_text(text, "one.yaml")
    return play(SCRIPT, file.conversations[0], CLASSIFIER)


AGENT_BUSY = "      - {says: 转人工}\n      - {agent: busy}\n"
PASSING = {
    "words": "      - {says: 好啊, expect: {node: offer, answer: 'yes', score: 2, tag: TALKS, prompt: 微信吗}}\n",
    "keys": "      - {digits: '1', expect: {node: offer}}\n",
    "a row of keys": "      - {digits: '1'}\n      - {digits: '123', expect: {node: done, answer: code}}\n",
    "silence": "      - {silence: 3, expect: {ending: SILENCE, hung_up_by: robot}}\n",
    "no match": "      - {says: 咕噜, expect: {answer: none, prompt: [没听清, 现在方便吗], node: opening}}\n",
    "words as they are heard": "      - {says: 好娃, heard_as: 好啊, audio: off, expect: {node: offer}}\n",
    "noise": "      - {noise: true, expect: {node: opening, no_prompt: 没听清}}\n",
    "barge-in": "      - {says: 没空, at_ms: 1500, expect: {node: bye, ending: ROBOT_END}}\n",
    "a murmur": "      - {says: 嗯, at_ms: 1500, expect: {node: opening}}\n",
    "keys over the prompt": "      - {digits: '2', at_ms: 900, expect: {node: bye}}\n",
    "hang-up": "      - {hangs_up: true, at_ms: 900, expect: {ending: CUSTOMER_HANGUP, grade: E}}\n",
    "everywhere": "      - {says: 你是谁, expect: {answer: anywhere/who, prompt: 我是智能助理, node: opening}}\n",
    "agent answers": "      - {says: 转人工}\n      - {agent: answers, expect: {ending: TRANSFERRED}}\n",
    "agent busy": "      - {says: 转人工}\n      - {agent: busy, expect: {path: [opening, agent_busy]}}\n",
    "no more calls": "      - {says: 别打了, expect: {stop_requested: true}}\n",
    "no such wish": "      - {says: 好啊, expect: {stop_requested: false}}\n",
    "a task by its type": AGENT_BUSY + "      - {says: 好啊, expect: {follow_up: call_back}}\n",
    "a task": AGENT_BUSY + "      - {says: 好啊, expect: {follow_up: [{in_minutes: 60}]}}\n",
    "a service": "      - {service: {crm: fails}}\n      - {says: 好啊, expect: {node: offer}}\n",
    "slots and rule": "      - {says: 好啊}\n      - {says: 可以加, expect: {slot: {wechat: 张同意}, rule: agreed}}\n",
}


@pytest.mark.parametrize("steps", PASSING.values(), ids=PASSING)
def test_what_comes_as_expected_passes(steps: str) -> None:
    assert played(steps, "    expect: {no_tag: NEVER}").failures == ()


FAILING = {
    "node": ("{says: 好啊, expect: {node: bye}}", "5:29", "node: expected bye, found offer"),
    "answer": ("{says: 咕噜, expect: {answer: 'yes'}}", "5:29", "answer: expected yes, found none"),
    "prompt": ("{says: 好啊, expect: {prompt: 再见}}", "5:29", "prompt: expected '再见', found '送您一张券"),
    "no prompt": ("{says: 好啊, expect: {no_prompt: 券}}", "5:29", "no_prompt: expected a prompt without '券'"),
    "old prompt": ("{says: 好啊, expect: {prompt: 您好}}", "5:29", "prompt: expected '您好'"),
    "slot": ("{says: 好啊, expect: {slot: {wechat: x}}}", "5:29", "slot: expected wechat=x, found no wechat"),
    "tag": ("{says: 好啊, expect: {tag: [TALKS, ADDED]}}", "5:29", "tag: expected ADDED, found TALKS"),
    "no tag": ("{says: 好啊, expect: {no_tag: TALKS}}", "5:29", "no_tag: expected no TALKS, found TALKS"),
    "stop": ("{says: 好啊, expect: {stop_requested: true}}", "5:29", "stop_requested: expected True, found False"),
    "task": ("{says: 好啊, expect: {follow_up: sms}}", "5:29", "follow_up: expected type 'sms', found no task"),
    "score": ("{says: 好啊, expect: {score: 9}}", "5:29", "score: expected 9, found 2"),
    "grade": ("{says: 好啊, expect: {grade: A}}", "5:29", "grade: expected A, found B"),
    "path": ("{says: 好啊, expect: {path: offer}}", "5:29", "path: expected offer, found opening → offer"),
    "ending": ("{says: 好啊, expect: {ending: ROBOT_END}}", "5:29", "found a call that goes on"),
    "hung up": ("{hangs_up: true, expect: {hung_up_by: robot}}", "5:35", "expected robot, found customer"),
    "no agent is rung": ("{agent: busy}", "5:9", "no agent is being rung here (node 'opening')"),
    "too late": ("{says: 好啊, at_ms: 8000}", "5:9", "says nothing 8000 ms after it began"),
}


@pytest.mark.parametrize(("step", "at", "why"), FAILING.values(), ids=FAILING)
def test_what_does_not_fails_at_its_place(step: str, at: str, why: str) -> None:
    (failure,) = played(f"      - {step}\n").failures
    assert str(failure).startswith(f"one.yaml:{at}: ")
    assert why in failure.message


def test_a_failure_tells_what_was_made_of_the_words() -> None:
    (failure,) = played("      - {says: 我没空啊, expect: {node: offer}}\n").failures
    assert "last turn: '我没空啊' in 'opening' → no by keyword (没空)" in failure.message


def test_nothing_can_be_done_after_the_call() -> None:
    (failure,) = played("      - {says: 没空}\n      - {says: 好啊}\n").failures
    assert str(failure) == "one.yaml:6:9: the call is over already (ROBOT_END in node 'bye')"


def test_the_end_is_looked_at_after_the_last_word() -> None:
    outcome = played("      - {says: 没空}\n", "    expect: {ending: ROBOT_END, prompt: [您好, 再见]}")
    assert outcome.failures == ()


def test_variables_of_the_file_and_of_the_conversation() -> None:
    text = """script: talk
variables: {surname: 王}
conversations:
  - {name: file, expect: {prompt: 王先生}}
  - {name: own, variables: {surname: 李}, expect: {prompt: 李先生}}
"""
    outcomes = [play(SCRIPT, one, None) for one in load_conversations_text(text, "x.yaml").conversations]
    assert [(one.name, one.failures) for one in outcomes] == [("file", ()), ("own", ())]


def test_a_lead_that_lacks_a_variable_fails() -> None:
    script = load_text(TALK.replace("surname: {default: 张}", "surname: {about: x}"), "talk.yaml")
    text = "script: talk\nconversations:\n  - {name: one, expect: {node: opening}}\n"
    outcome = play(script, load_conversations_text(text, "x.yaml").conversations[0], None)
    assert outcome.state is None
    assert "the lead has no 'surname'" in outcome.failures[0].message


BROKEN = {
    "no script": ("conversations: []\n", "1:1: the test file needs 'script'"),
    "nothing in it": ("script: x\n", "1:1: the file has no conversations"),
    "misspelt step": ("{name: a, steps: [{sais: 好}]}", "3:24: a step has no 'sais'; did you mean 'says'?"),
    "empty step": ("{name: a, steps: [{}], expect: {node: x}}", "3:23: a step needs one of says, noise, digits"),
    "two doings": (
        "{name: a, steps: [{says: 好, digits: '1'}]}",
        "3:23: a step is one thing: says or digits; make it 2 steps",
    ),
    "misspelt expectation": ("{name: a, expect: {nod: x}}", "3:24: 'expect' of the conversation 'a' has no 'nod'; did"),
    "expects nothing": ("{name: a, steps: [{says: 好}]}", "3:5: the conversation 'a' expects nothing"),
    "empty expectation": ("{name: a, expect: {}}", "3:23: 'expect' of the conversation 'a' is empty"),
    "not keys": ("{name: a, steps: [{digits: x1, expect: {node: x}}]}", "3:24: digits 'x1' are not keys"),
    "no such grade": ("{name: a, expect: {grade: F}}", "3:31: 'grade' of 'expect' of the conversation 'a' is 'F'"),
    "no such task": (
        "{name: a, expect: {follow_up: fax}}",
        "3:35: no task has the type 'fax'; known: call_back, sms, wechat",
    ),
    "no such doing of a service": (
        "{name: a, steps: [{service: {crm: sleeps}, expect: {node: x}}]}",
        "3:39: a service does 'sleeps'; write its fields as a mapping, or fails or missing",
    ),
    "misspelt task": ("{name: a, expect: {follow_up: {tipe: sms}}}", "3:36: an expected task has no 'tipe'; did"),
    "no such ending": ("{name: a, expect: {ending: BYE}}", "3:32: 'ending'"),
    "agent does what": ("{name: a, steps: [{agent: sleeps, expect: {node: x}}]}", "3:31: 'agent' of a step"),
    "too long a silence": ("{name: a, steps: [{silence: 99, expect: {node: x}}]}", "3:33: 'silence' of a step is 99"),
    "hangs not up": ("{name: a, steps: [{hangs_up: false, expect: {node: x}}]}", "3:24: 'hangs_up' of a step can only"),
    "at_ms of silence": (
        "{name: a, steps: [{silence: 1, at_ms: 5, expect: {node: x}}]}",
        "3:36: a step has no 'at_ms'",
    ),
    "twice": ("{name: a, expect: {node: x}}\n  - {name: a, expect: {node: x}}", "4:6: a second conversation 'a'"),
}


@pytest.mark.parametrize(("text", "fault"), BROKEN.values(), ids=BROKEN)
def test_faults_name_the_place(text: str, fault: str) -> None:
    if text.startswith("{"):
        text = f"script: talk\nconversations:\n  - {text}\n"
    with pytest.raises(InputFault) as raised:
        load_conversations_text(text, "x.yaml")
    assert str(raised.value).startswith(f"x.yaml:{fault}")


def test_the_words_of_the_language_are_tested_here() -> None:
    passing = "".join(PASSING.values())
    assert [word for word in (*ACTIONS, *KEYS) if word not in passing + "expect: {no_tag"] == []
    assert set(AGENT.values()) <= {"answered", "busy", "no_answer", "declined", "unreachable"}

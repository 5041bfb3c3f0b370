"""What picked up and what follows: choices of plans, the retry rules they leave, the code of an answered attempt."""

from datetime import UTC, datetime

import pytest

from voicebot.campaign.policy.answered import DEFAULT, AnsweredTalk, Follow, answered_code, who_answered
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.campaign.policy.retry import Again, Done, Past, after
from voicebot.errors import InputFault

PLAN = "campaign: c\nscript: s\n"
ENDED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def test_a_plan_that_says_nothing_tries_mailboxes_again_and_gives_switchboards_up():
    plan = read_plan(PLAN, "plan")
    assert plan.answered == DEFAULT
    assert isinstance(after(plan.retry, [Past(Code.VOICEMAIL, ENDED)]), Again)
    assert isinstance(after(plan.retry, [Past(Code.IVR, ENDED)]), Done)
    assert plan.answered.follow(Code.SILENT).then == "talk_on"
    assert plan.answered.follow(Code.HUMAN).then == "talk_on"


def test_every_choice_is_read_and_decides_whether_the_lead_is_called_again():
    text = PLAN + (
        "answered_by:\n  voicemail: {message: '{surname}您好，请回电', again: true}\n  assistant: hang_up\n"
        "  ivr: try_later\n  fax: talk_on\n  silent: {}\n"
    )
    plan = read_plan(text.replace("  silent: {}\n", "  silent: hang_up\n"), "plan")
    assert plan.answered.follow(Code.VOICEMAIL) == Follow("message", "{surname}您好，请回电", again=True)
    assert plan.answered.given_up() == (Code.ASSISTANT, Code.SILENT)
    assert Code.ASSISTANT not in plan.retry.rules and Code.SILENT not in plan.retry.rules
    assert Code.VOICEMAIL in plan.retry.rules


def test_a_message_ends_the_lead_unless_it_says_otherwise():
    plan = read_plan(PLAN + "answered_by: {voicemail: {node: leave_word}}\n", "plan")
    assert plan.answered.follow(Code.VOICEMAIL) == Follow("message", node="leave_word", again=False)
    assert isinstance(after(plan.retry, [Past(Code.VOICEMAIL, ENDED)]), Done)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("answered_by: {voicemial: hang_up}", "did you mean 'voicemail'"),
        ("answered_by: {voicemail: hangup}", "did you mean 'hang_up'"),
        ("answered_by: {voicemail: message}", "{message: TEXT}"),
        ("answered_by: {voicemail: {message: 你好, node: x}}", "either 'message' or 'node'"),
        ("answered_by: {voicemail: {message: '{sur name}'}}", "{surname}"),
        ("answered_by: {fax: {message: 你好}}", "takes no message"),
        ("answered_by: {voicemail: hang_up}\nretry: {rules: {VOICEMAIL: {delay: 1h}}}", "voicemail: try_later"),
        ("before_answer: {hear_out: 120%}", "is a share"),
        ("before_answer: {keep_audio: some}", "known: all, none, verdicts"),
    ],
)
def test_faults_name_the_remedy(lines, told):
    with pytest.raises(InputFault) as fault:
        read_plan(PLAN + lines + "\n", "plan")
    assert told in str(fault.value)


@pytest.mark.parametrize("code", [Code.EMPTY, Code.SUSPENDED, Code.BARRED, Code.FORWARDED, Code.REJECTED])
def test_what_cleans_a_list_ends_the_lead(code):
    assert isinstance(after(read_plan(PLAN, "plan").retry, [Past(code, ENDED)]), Done)


@pytest.mark.parametrize("code", [Code.POWER_OFF, Code.OUT_OF_AREA, Code.UNREACHABLE, Code.BUSY, Code.NO_ANSWER])
def test_who_may_be_reached_later_is_called_again(code):
    assert isinstance(after(read_plan(PLAN, "plan").retry, [Past(code, ENDED)]), Again)


def talk(verdict: Code | None = None, ending: Code = Code.ROBOT_END, **more) -> AnsweredTalk:
    return AnsweredTalk(verdict, ending, **more)


ANSWERS = [
    ("a person", talk(Code.HUMAN, spoken=True), Code.HUMAN, Code.ROBOT_END),
    ("a mailbox", talk(Code.VOICEMAIL), Code.VOICEMAIL, Code.VOICEMAIL),
    ("a mailbox that hung up", talk(Code.VOICEMAIL, Code.CUSTOMER_HANGUP), Code.VOICEMAIL, Code.VOICEMAIL),
    ("an assistant that passed us on", talk(Code.ASSISTANT, Code.TRANSFERRED, handed_off=True), Code.HUMAN,
     Code.TRANSFERRED),
    ("the script found out", talk(Code.HUMAN, tags=("MACHINE",), machine_intents=("voicemail", "assistant")),
     Code.ASSISTANT, Code.ASSISTANT),
    ("the script's ladder ended it", talk(None, tags=("MACHINE",)), Code.VOICEMAIL, Code.VOICEMAIL),
    ("nothing at all", talk(Code.SILENT, Code.SILENCE), Code.SILENT, Code.SILENT),
    ("silent at first", talk(Code.SILENT, spoken=True), Code.HUMAN, Code.ROBOT_END),
    ("a horn on a silent line", talk(Code.HUMAN, Code.SILENCE), Code.SILENT, Code.SILENT),
    ("a person who fell silent", talk(Code.HUMAN, Code.SILENCE, spoken=True), Code.HUMAN, Code.SILENCE),
    ("left without a word", talk(Code.HUMAN, Code.CUSTOMER_HANGUP), Code.HUMAN, Code.CUSTOMER_HANGUP),
    ("left at once", talk(None, Code.CUSTOMER_HANGUP), Code.HUMAN, Code.CUSTOMER_HANGUP),
    ("we failed before it was clear", talk(None, Code.ROBOT_FAULT), Code.UNKNOWN, Code.ROBOT_FAULT),
    ("we failed with a mailbox", talk(Code.VOICEMAIL, Code.ROBOT_FAULT), Code.VOICEMAIL, Code.ROBOT_FAULT),
]  # fmt: skip


@pytest.mark.parametrize(("heard", "who", "code"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_who_answered_and_the_code_of_the_attempt(heard, who, code):
    assert (who_answered(heard), answered_code(heard)) == (who, code)

"""Conversation tests with audio, between stand-ins: who is at fault when a spoken step goes otherwise than typed."""

from tests.app.test_voiced_talk import SCRIPT
from voicebot.app.voiced_tests import Spoken, Studio, Voicing
from voicebot.dialog.conversation import load_conversations_text
from voicebot.dialog.loader import load_text
from voicebot.dialog.script import Script
from voicebot.sim.plan import SimVoice
from voicebot.speech.hearing import Hearing
from voicebot.speech.standin import LevelVad, StandinModel, StandinVoice

VOICE = SimVoice("f2", 170, 50)
STEPS = """script: tiny
conversations:
  - name: one
    steps:
"""

GREETS = """script: tiny
start: hello
nodes:
  hello:
    say: 您好，朋友，
    barge_in: {protect_ms: 0}
    then: {go: ask}
  ask:
    say: 现在还在看吗？
    barge_in: {protect_ms: 0}
    answers: [{id: "yes", keywords: [还在看], go: bye}]
  bye:
    say: 再见！
    then: {hang_up: ROBOT_END}
"""


def hold(steps: str, misheard: dict[str, str] | None = None, script: Script = SCRIPT) -> Spoken:
    """What came of a conversation in which some words sound like others."""
    conversation = load_conversations_text(STEPS + steps, "t.yaml").conversations[0]

    def sound(text: str, _voice: SimVoice) -> bytes:
        return StandinVoice().render((misheard or {}).get(text, text), "any")

    studio = Studio(lambda _: Hearing(StandinModel().open(), LevelVad()), sound, None, 0.5)
    return studio.hold(script, conversation, VOICE, Voicing())


def test_steps_that_are_heard_as_written_go_as_typed() -> None:
    spoken = hold("      - {says: 还在看, expect: {node: bye, answer: 'yes'}}\n    expect: {ending: ROBOT_END}\n")
    (step,) = spoken.steps
    assert (step.heard, step.right, step.same, step.fault) == (("还在看",), True, True, "")
    assert spoken.outcome.failures == ()
    assert spoken.outcome.name == "one (f2 170 50)"


def test_words_that_were_recognised_otherwise_are_at_fault() -> None:
    spoken = hold("      - {says: 还在看, expect: {node: bye}}\n", {"还在看": "孩子啊"})
    (step,) = spoken.steps
    assert (step.heard, step.right, step.same, step.fault) == (("孩子啊",), False, False, "words")
    assert step.went == "no match by nothing → ask"
    assert step.goes == "yes by keyword (还在看) → bye"
    assert "node: expected bye, found ask" in spoken.outcome.failures[0].message


def test_wrong_words_that_lead_the_same_way_are_told_but_no_fault() -> None:
    spoken = hold("      - {says: 还在看, expect: {node: bye}}\n", {"还在看": "嗨还在看"})
    (step,) = spoken.steps
    assert (step.right, step.same, step.fault) == (False, True, "")


def test_right_words_that_come_into_another_prompt_than_typed_are_told_as_the_moments_fault() -> None:
    """Typed words are slower than the spoken ones: they are over only when the next node asks."""
    script = load_text(GREETS, "tiny.yaml")
    spoken = hold("      - {says: 我还在看, at_ms: 800, expect: {node: bye}}\n", script=script)
    (step,) = spoken.steps
    assert (step.heard, step.right, step.same, step.fault) == (("我还在看",), True, False, "moment")
    assert step.goes == "yes by keyword (还在看) → bye"
    assert step.went == "no match by nothing → ask"


def test_a_step_that_fails_typed_too_is_the_scripts_fault() -> None:
    (step,) = hold("      - {says: 还在看, expect: {node: ask}}\n").steps
    assert (step.right, step.same, step.fault) == (True, True, "script")


def test_the_steps_behind_a_wrong_one_are_heard_as_well() -> None:
    spoken = hold(
        "      - {says: 什么, expect: {answer: none}}\n      - {says: 还在看, expect: {node: bye}}\n",
        {"什么": "不看了"},
    )
    first, second = spoken.steps
    assert (first.fault, second.same, second.right) == ("words", True, True)
    assert spoken.outcome.failures[0].place.line == 5


def test_what_is_not_to_be_spoken_is_typed() -> None:
    spoken = hold("      - {says: 还在看, audio: off, expect: {node: bye}}\n", {"还在看": "孩子啊"})
    assert (spoken.steps, spoken.outcome.failures) == ((), ())


def test_what_a_recogniser_is_known_to_hear_counts_as_right() -> None:
    spoken = hold("      - {says: 还在坎, heard_as: 还在看, expect: {node: bye}}\n", {"还在坎": "还在看"})
    assert (spoken.steps[0].right, spoken.outcome.failures) == (True, ())


def test_voices_are_drawn_by_seed_and_conversation() -> None:
    one, other = load_conversations_text(
        STEPS + "      - {says: 好, expect: {node: ask}}\n  - name: two\n    steps:\n      - {expect: {node: ask}}\n",
        "t",
    ).conversations
    drawn = Voicing(each=3, seed=1).of(SCRIPT, one)
    assert len({voice.variant for voice in drawn}) == 3
    assert drawn == Voicing(each=3, seed=1).of(SCRIPT, one)
    assert drawn != Voicing(each=3, seed=2).of(SCRIPT, one)
    assert drawn != Voicing(each=3, seed=1).of(SCRIPT, other)
    assert [v.variant for v in Voicing(voices=("m1", "f3"), noise_db=20).of(SCRIPT, one)] == ["m1", "f3"]
    assert Voicing(noise_db=20).of(SCRIPT, one)[0].noise_dbfs == -43

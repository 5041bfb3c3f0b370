"""Something other than a person picked up: each choice of a campaign, the beep, and an exact replay of it."""

from pathlib import Path

from tests.dialog.playbook import Playbook
from voicebot.dialog import engine
from voicebot.dialog.commands import HangUp, SetTimer, StopSaying
from voicebot.dialog.events import Beeped, PickedUp, Resumed
from voicebot.dialog.grading import grade
from voicebot.dialog.journal import from_dict, to_dict

SCRIPT = (Path(__file__).parents[1] / "call" / "tiny.yaml").read_text(encoding="utf-8")
GRADED = SCRIPT.replace("grading:\n", "grading:\n  - {grade: E, name: 机器, when: {tag: MACHINE}}\n")


def talk() -> Playbook:
    return Playbook(GRADED, {"surname": "王"}).answered().passes(1200)


def picked_up(playbook: Playbook, code: str, then: str, **more: str) -> Playbook:
    return playbook.send(PickedUp(playbook.at, code, 0.9, then, **more, played_ms=playbook.played()))  # type: ignore


def test_a_person_and_what_is_talked_to_change_nothing_of_what_is_said() -> None:
    for code in ("HUMAN", "SILENT"):
        playbook = picked_up(talk(), code, "talk_on")
        assert playbook.latest == () and playbook.state.line is not None
        assert (playbook.state.picked_up, playbook.state.tags) == (code, ())


def test_a_machine_is_left_in_the_middle_of_the_opening() -> None:
    for then in ("hang_up", "try_later"):
        playbook = picked_up(talk(), "VOICEMAIL", then)
        assert playbook.asked(StopSaying) and playbook.asked(HangUp) == [HangUp("ROBOT_END")]
        assert playbook.state.tags == ("MACHINE",)
        assert playbook.state.visits[-1].ended_by == "machine"
        assert playbook.state.said[-1].heard_ms == 1200
        assert grade(playbook.script, playbook.hangs_up("robot").state).rule == "机器"


def test_a_message_is_left_after_the_beep_and_not_before() -> None:
    playbook = picked_up(talk(), "VOICEMAIL", "message", message="{surname}您好，请回电")
    assert playbook.asked(StopSaying) and playbook.state.phase == "beep"
    playbook.passes(2000).says("请在滴声后留言")
    assert playbook.state.phase == "beep" and playbook.state.turns[-1].aside
    playbook.send(Beeped(playbook.at))
    assert playbook.say.text == "王您好，请回电" or playbook.say.text == "您好，请回电"
    said = len(playbook.texts)
    playbook.send(Beeped(playbook.at))
    assert len(playbook.texts) == said, "a beep that comes twice is one"
    playbook.prompt_ends()
    assert playbook.asked(HangUp) == [HangUp("ROBOT_END")]
    assert playbook.state.tags == ("MACHINE", "MESSAGE_LEFT")


def test_a_node_of_the_script_may_be_the_message() -> None:
    playbook = picked_up(talk(), "VOICEMAIL", "message", node="bye").passes(500)
    playbook.send(Beeped(playbook.at))
    assert (playbook.say.text, playbook.path) == ("再见", ["ask", "bye"])
    assert playbook.prompt_ends().asked(HangUp)


def test_a_node_that_the_script_does_not_have_is_no_message() -> None:
    playbook = picked_up(talk(), "VOICEMAIL", "message", node="nowhere")
    assert playbook.asked(HangUp) and playbook.texts == ["可以吗？"]


def test_without_a_beep_nothing_is_said() -> None:
    playbook = picked_up(talk(), "VOICEMAIL", "message", message="请回电").timer("beep")
    assert playbook.asked(HangUp) and playbook.texts == ["可以吗？"]
    assert "MESSAGE_LEFT" not in playbook.state.tags


def test_a_beep_that_nobody_waits_for_is_nothing() -> None:
    playbook = talk()
    before = playbook.state
    assert playbook.send(Beeped(playbook.at)).state == before


def test_an_agent_who_is_rung_is_not_lost_to_a_late_verdict() -> None:
    playbook = talk().all_prompts_end().says("人工")
    assert picked_up(playbook, "ASSISTANT", "hang_up").state.phase == "waiting"


def test_a_call_server_that_takes_over_waits_for_the_beep_anew() -> None:
    playbook = picked_up(talk(), "VOICEMAIL", "message", message="请回电").send(Resumed(3000))
    assert [timer.name for timer in playbook.asked(SetTimer)] == ["max_call", "beep"]
    assert playbook.texts == ["可以吗？"]


def test_the_choice_is_in_the_journal_so_that_a_replay_is_exact() -> None:
    playbook = picked_up(talk(), "VOICEMAIL", "message", message="请回电").passes(900)
    playbook.send(Beeped(playbook.at)).prompt_ends().hangs_up("robot")
    stored = [from_dict(to_dict(event)) for event in playbook.events]
    begin = engine.start(playbook.script, {"surname": "王"})
    assert engine.replay(playbook.script, begin, stored) == playbook.state

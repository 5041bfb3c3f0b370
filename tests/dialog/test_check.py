"""Every finding of the linter has a script that earns it, at its line; sound scripts earn none."""

from pathlib import Path

import pytest

from voicebot.dialog.check import check
from voicebot.dialog.findings import CODES, Finding
from voicebot.dialog.loader import load_script, load_text
from voicebot.understanding.nlu_yaml import Training, load_training, training_files

ROOT = Path(__file__).resolve().parents[2]
SOUND = """script: sound
start: hello
nodes:
  hello:
    say: 您好，我是智能助理，方便吗？
    answers:
      - {id: yes, intent: affirm, keywords: [方便], digits: "1", go: bye}
      - {id: no, intent: deny, keywords: [没空], digits: "2", go: bye}
  bye:
    say: 再见
    then: {hang_up: ROBOT_END}
anywhere:
  - {id: stop, intent: stop_calling, keywords: [别打了], go: bye}
  - {id: human, keywords: [人工], hand_off: agents}
handoff:
  agents: {target: agents, on_fail: bye}
grading:
  - {grade: A, when: {intent: affirm}}
  - {grade: E}
"""


@pytest.fixture(scope="module")
def training() -> Training:
    return load_training(training_files(ROOT / "intents"))


def changed(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


BROKEN = {
    "unreachable-node": (changed("  bye:", "  lost:\n    say: 喂\n    then: {hang_up: ROBOT_END}\n  bye:"), 9),
    "endless-path": (
        changed(
            "  bye:",
            "  a:\n    say: 喂\n    answers: [{intent: affirm, go: a}]\n"
            "    no_input: [{go: a}]\n    no_match: [{go: a}]\n  bye:",
        ).replace("go: bye}", "go: a}", 1),
        9,
    ),
    "robot-loop": (
        changed("  bye:", "  a:\n    say: 喂\n    then: {go: b}\n  b:\n    say: 喂\n    then: {go: a}\n  bye:").replace(
            "go: bye}", "go: a}", 1
        ),
        9,
    ),
    "ladder-without-end": (changed("    answers:", "    no_match: [{ask: true}]\n    answers:"), 6),
    "keyword-twice": (changed("[没空]", "[没空, 方便]"), 8),
    "keyword-like-anywhere": (changed("[没空]", "[没空, 别打了]"), 8),
    "keyword-sounds-alike": (changed("[没空]", "[没空, 方变]"), 8),
    "intent-twice": (changed("intent: deny", "intent: [deny, affirm]"), 8),
    "digits-twice": (changed('digits: "2"', 'digits: "1"'), 8),
    "unknown-intent": (changed("intent: deny", "intent: denyy"), 8),
    "unknown-slot": (changed("intent: deny", "slot: town"), 8),
    "prompt-too-long": (changed("您好，我是智能助理", "您好，我是智能助理" * 6), 5),
    "prompt-too-long-to-protect": (
        changed("    answers:", "    barge_in: {allow: false}\n    answers:").replace(
            "您好，我是智能助理", "您好，我是智能助理" * 3
        ),
        5,
    ),
    "handoff-without-fallback": (changed(", on_fail: bye", ""), 16),
    "grade-never": (changed("{intent: affirm}", "{tag: NEVER}"), 18),
    "no-last-grade": (changed("  - {grade: E}\n", ""), 18),
    "no-disclosure": (changed("智能助理", "小美"), 5),
    "no-stop": (changed("intent: stop_calling", "intent: bye"), 2),
    "return-to-nothing": (
        changed("  bye:", "  a:\n    say: 喂\n    then: {return: ask}\n  bye:").replace("go: bye}", "go: a}", 1),
        11,
    ),
}


def found(text: str, training: Training) -> list[Finding]:
    return list(check(load_text(text, "s.yaml"), training))


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_script_is_found_at_its_line(code: str, training: Training) -> None:
    text, line = BROKEN[code]
    findings = [one for one in found(text, training) if one.code == code]
    assert [one.line for one in findings] == [line], findings
    assert findings[0].severity == CODES[code].severity
    assert str(findings[0]).startswith(f"s.yaml:{line}:")


def test_a_sound_script_has_no_finding(training: Training) -> None:
    assert found(SOUND, training) == []


@pytest.mark.parametrize("path", sorted((ROOT / "dialogs").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scripts_have_no_finding(path: Path, training: Training) -> None:
    assert [str(one) for one in check(load_script(path), training)] == []


def test_a_lead_file_without_a_needed_column_is_told() -> None:
    script = load_text(changed("nodes:", "needs: {surname: {about: 姓}}\nnodes:"), "s.yaml")
    assert check(script, None, ["surname", "phone"]) == ()
    assert [(one.code, one.line) for one in check(script, None, ["phone"])] == [("missing-column", 3)]


def test_an_intent_with_few_examples_is_told_once(tmp_path: Path) -> None:
    names = ("affirm", "deny", "stop_calling")
    lines = [f"- intent: {name}\n  examples: |\n    - 一句{name}\n" for name in names]
    (tmp_path / "few.yml").write_text('version: "3.1"\nnlu:\n' + "".join(lines), encoding="utf-8")
    few = load_training([tmp_path / "few.yml"])
    assert [one.code for one in found(SOUND, few)] == ["few-examples"] * 3


def test_every_code_is_shown_by_a_script() -> None:
    assert set(BROKEN) | {"missing-column", "few-examples"} == set(CODES)

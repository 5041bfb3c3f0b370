"""Every finding of the linter has a script that earns it, at its line; sound scripts earn none."""

from pathlib import Path

import pytest

from voicebot.dialog.check import Policy, check
from voicebot.dialog.check_codes import CODES, CONVERSATION, DUTIES
from voicebot.dialog.findings import Finding
from voicebot.dialog.loader import load_script, load_text
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.errors import InputFault
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
    "unbounded-loop": (
        changed("    answers:", "    too_often: {go: again}\n    answers:").replace(
            "  bye:",
            "  again:\n    say: 好\n    too_often: {go: hello}\n    answers: [{intent: affirm, go: bye}]\n  bye:",
        ),
        10,
    ),
    "long-loop": (changed("    answers:", "    max_visits: 20\n    answers:").replace("go: bye}", "go: hello}", 1), 4),
    "silence-without-exit": (changed("    answers:", "    no_input: [{ask: true}]\n    answers:"), 6),
    "no-match-without-exit": (changed("    answers:", "    no_match: [{ask: true}]\n    answers:"), 6),
    "keyword-inside": (changed("keywords: [方便]", "keywords: [电话]").replace("[没空]", "[打个电话]"), 7),
    "keyword-ignored": (changed("    answers:", "    barge_in: {ignore: [没空]}\n    answers:"), 9),
    "slot-never-filled": (
        changed("nodes:", "slots: {guests: {type: number}}\nnodes:").replace("say: 再见", 'say: "{guests}位，再见"'),
        11,
    ),
    "slot-unused": (changed("nodes:", "slots: {guests: {type: number}}\nnodes:"), 3),
    "variable-unused": (changed("nodes:", "needs: {surname: {default: 张}}\nnodes:"), 3),
    "table-unused": (changed("nodes:", "tables: {stores: {key: city, rows: [{city: 苏州}]}}\nnodes:"), 3),
    "service-unused": (
        changed("nodes:", "services: {crm: {url: https://crm.example.com/x, fill: {a: b}, wait: 请稍等}}\nnodes:"),
        3,
    ),
    "handoff-unused": (changed("handoff:\n", "handoff:\n  others: {target: x, on_fail: bye}\n"), 16),
    "condition-constant": (changed("intent: affirm, keywords", 'intent: affirm, if: "1 > 2", keywords'), 7),
    "grade-shadowed": (
        changed("  - {grade: E}", "  - {grade: B, when: {intent: affirm, turns: {min: 1}}}\n  - {grade: E}"),
        19,
    ),
    "allow-unused": (changed("nodes:", "allow: [{code: long-loop, because: x}]\nnodes:"), 3),
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


@pytest.mark.parametrize(
    ("earlier", "later", "dead"),
    [
        (", if: turns < 2", "", False),
        (", if: turns < 2", ", if: score > 3", False),
        (", if: turns < 2", ", if: turns < 2", True),
        ("", ", if: turns < 2", True),
    ],
)
def test_the_same_words_again_for_when_an_earlier_answer_is_not_offered(
    earlier: str, later: str, dead: bool, training: Training
) -> None:
    text = changed(
        '      - {id: no, intent: deny, keywords: [没空], digits: "2", go: bye}\n',
        f"      - {{id: once, intent: deny, keywords: [没空], say: 就两句。, return: ask{earlier}}}\n"
        f"      - {{id: again, intent: deny, keywords: [没空], go: bye{later}}}\n",
    )
    codes = {finding.code for finding in check(load_text(text, "sound.yaml"), training)}
    assert ({"keyword-twice", "intent-twice"} <= codes) is dead
    assert bool(codes & {"keyword-twice", "intent-twice"}) is dead


def test_the_later_of_two_answers_for_the_same_words_is_taken_when_the_earlier_is_not_offered() -> None:
    text = changed(
        '      - {id: no, intent: deny, keywords: [没空], digits: "2", go: bye}\n',
        "      - {id: once, keywords: [没空], say: 就两句。, return: ask, if: turns < 1}\n"
        "      - {id: again, keywords: [没空], go: bye}\n",
    )
    talk = Rehearsal(load_text(text, "sound.yaml"), {}, None)
    talk.pick_up()
    talk.say("没空")
    talk.say("没空")
    assert [turn.choice for turn in talk.state.turns] == ["once", "again"]


@pytest.mark.parametrize("path", sorted((ROOT / "dialogs").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scripts_have_no_finding(path: Path, training: Training) -> None:
    assert [str(one) for one in check(load_script(path), training)] == []


def test_a_lead_file_without_a_needed_column_is_told() -> None:
    text = changed("nodes:", "needs: {surname: {about: 姓}}\nnodes:").replace("say: 再见", 'say: "再见{surname}"')
    script = load_text(text, "s.yaml")
    assert check(script, None, ["surname", "phone"]) == ()
    assert [(one.code, one.line) for one in check(script, None, ["phone"])] == [("missing-column", 3)]


def test_a_service_at_a_host_that_the_installation_does_not_allow(training: Training) -> None:
    text, line = BROKEN["service-unused"]
    script = load_text(text.replace("    say: 再见", "    lookup: {http: crm, else: bye}\n    say: 再见"), "s.yaml")
    assert check(script, training) == ()
    assert check(script, training, policy=Policy(may_ask=lambda url: url == "https://crm.example.com/x")) == ()
    told = check(script, training, policy=Policy(may_ask=lambda _url: False))
    assert [(one.code, one.line) for one in told] == [("service-host", line)]


def test_an_intent_with_few_examples_is_told_once(tmp_path: Path) -> None:
    names = ("affirm", "deny", "stop_calling")
    lines = [f"- intent: {name}\n  examples: |\n    - 一句{name}\n" for name in names]
    (tmp_path / "few.yml").write_text('version: "3.1"\nnlu:\n' + "".join(lines), encoding="utf-8")
    few = load_training([tmp_path / "few.yml"])
    assert [one.code for one in found(SOUND, few)] == ["few-examples"] * 3


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("{tag: NEVER}", "tag NEVER never comes"),
        ("{intent: busy}", "intent busy never comes"),
        ("{answer: lonely}", "answer lonely never comes"),
        ("{reached: lost}", "reached lost never comes"),
        ("{score: {min: 99}}", "score never comes to 99, at most to 60"),
        ("{score: {max: -1}}", "score never falls to -1"),
        ("{score: {min: 3, max: 2}}", "score from 3 to 2"),
        ("{turns: {min: 31}}", "turns never comes to 31"),
        ("{talk_s: {min: 301}}", "talk_s never comes to 301"),
        ("{stop_requested: true}", "nothing is a stop request"),
        ("{if: \"tag('NEVER')\"}", "is never true"),
        ("{any: [{tag: NEVER}, {intent: busy}]}", "tag NEVER never comes"),
    ],
)
def test_why_a_grade_never_comes(when: str, why: str, training: Training) -> None:
    lost = "  lost:\n    say: 喂\n    answers: [{id: lonely, intent: busy, go: bye}]\n  bye:"
    text = changed("  bye:", lost).replace('digits: "1"', 'digits: "1", score: 2')
    told = [one for one in found(text.replace("{intent: affirm}}", f"{when}}}"), training) if one.code == "grade-never"]
    assert len(told) == 1
    assert why in told[0].message


@pytest.mark.parametrize(
    ("earlier", "later", "hidden"),
    [
        ("{intent: [affirm, deny]}", "{intent: deny}", True),
        ("{intent: deny}", "{intent: [affirm, deny]}", False),
        ("{turns: {min: 1}}", "{turns: {min: 2}}", True),
        ("{turns: {min: 2}}", "{turns: {min: 1}}", False),
        ("{turns: {max: 2}}", "{turns: {max: 1}}", True),
        ("{any: [{intent: deny}]}", "{intent: deny}", False),
        ('{if: "score > 1"}', '{if: "score > 1", intent: deny}', True),
        ('{if: "score > 1"}', '{if: "score > 2"}', False),
    ],
)
def test_a_grade_is_hidden_by_an_earlier_one(earlier: str, later: str, hidden: bool, training: Training) -> None:
    rules = f"{{grade: A, when: {earlier}}}\n  - {{grade: B, when: {later}}}"
    text = changed("{grade: A, when: {intent: affirm}}", rules)
    assert ("grade-shadowed" in {one.code for one in found(text, training)}) is hidden


def test_what_the_script_allows_itself_is_not_told(training: Training) -> None:
    text, _ = BROKEN["long-loop"]
    for entry, codes in (
        ("{code: long-loop, because: a quiz}", []),
        ("{code: long-loop, node: hello, because: a quiz}", []),
        ("{code: long-loop, node: bye, because: a quiz}", ["allow-unused", "long-loop"]),
        ("{code: long-loop, severity: error, because: a quiz}", ["long-loop"]),
    ):
        findings = found(text.replace("nodes:", f"allow: [{entry}]\nnodes:", 1), training)
        assert sorted(one.code for one in findings) == codes
        assert all(one.severity == "error" for one in findings if "severity" in entry)


@pytest.mark.parametrize("code", DUTIES)
def test_duties_to_the_customer_cannot_be_allowed_away(code: str) -> None:
    with pytest.raises(InputFault, match="'code' of an entry of 'allow'"):
        load_text(changed("nodes:", f"allow: [{{code: {code}, because: x}}]\nnodes:"), "s.yaml")


def test_the_policy_says_which_words_disclose(training: Training) -> None:
    script = load_text(changed("智能助理", "小美"), "s.yaml")
    assert [one.code for one in check(script, training)] == ["no-disclosure"]
    assert check(script, training, policy=Policy(disclose=())) == ()
    assert check(script, training, policy=Policy(disclose=("小美",))) == ()
    own = load_text(changed("nodes:", "policy: {disclose: [自动外呼]}\nnodes:"), "s.yaml")
    assert [one.code for one in check(own, training)] == ["no-disclosure"]


def test_a_machine_may_say_so_just_before_the_customer_can_speak(training: Training) -> None:
    first = "start: ring\nnodes:\n  ring:\n    say: 您好！\n    then: {go: hello}\n"
    assert found(changed("start: hello\nnodes:\n", first), training) == []


def test_every_code_of_a_conversation_is_shown_by_a_script() -> None:
    elsewhere = {"missing-column", "few-examples", "service-host"}  # here
    files = {"part-unused", "recording-missing", "prompt-not-rendered"}  # tests/app
    assert set(BROKEN) | elsewhere | files == set(CONVERSATION)

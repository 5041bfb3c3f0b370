"""Every fault of a script file is found at its line and column, with a remedy; the shipped scripts load."""

from pathlib import Path

import pytest

from tests.dialog.scripts import TALK
from voicebot.dialog.loader import load_script, load_text
from voicebot.dialog.script import End, Go, Return, Transfer
from voicebot.errors import InputFault
from voicebot.understanding.yaml_reader import MAX_FAULTS

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"
SMALL = """script: small
start: hello
nodes:
  hello:
    say: 您好
    answers:
      - {intent: affirm, go: bye}
  bye:
    say: 再见
    then: {hang_up: ROBOT_END}
"""


def fault(text: str) -> str:
    with pytest.raises(InputFault) as caught:
        load_text(text, "s.yaml")
    return str(caught.value)


def with_line(number: int, line: str) -> str:
    """SMALL with a line replaced."""
    lines = SMALL.splitlines()
    lines[number - 1] = line
    return "\n".join(lines)


@pytest.mark.parametrize("path", sorted(DIALOGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scripts_load(path: Path) -> None:
    assert load_script(path).name == path.stem


def test_a_small_script_gets_sound_defaults() -> None:
    script = load_text(SMALL, "s.yaml")
    hello = script.nodes["hello"]
    assert (script.title, script.version, script.language) == ("small", "1", "zh")
    assert hello.answers[0].id == "affirm"
    assert hello.no_input[-1].exit is not None
    assert hello.no_input[-1].exit.action == End("SILENCE")
    assert script.nodes["bye"].closing
    assert len(script.digest) == 64


def test_all_actions_and_merged_defaults() -> None:
    script = load_text(TALK, "talk.yaml")
    actions = {answer.id: answer.exit.action for answer in (*script.nodes["opening"].answers, *script.anywhere)}
    assert actions["yes"] == Go("offer")
    assert actions["slower"] == Return("say")
    assert actions["human"] == Transfer("agents")
    assert script.nodes["opening"].barge_in.ignore == ("好的", "哦", "嗯")
    assert script.nodes["offer"].too_often is not None


@pytest.mark.parametrize(
    ("line", "text", "place", "says"),
    [
        (1, "skript: small", "1:1", "did you mean 'script'"),
        (2, "start: helo", "2:1", "did you mean 'hello'"),
        (5, "    sey: 您好", "5:5", "did you mean 'say'"),
        (5, "    say: ''", "5:10", "is empty"),
        (5, "    say: {您好}", "5:10", "needs 'text'"),
        (5, "    say: [您好, {text: 您{name}}]", "5:23", "put a text with braces in quotes"),
        (5, "    say: 您好{name}", "5:10", "{name} is neither in 'needs' nor a slot"),
        (5, "    say: 您好{name", "5:10", "a brace without its pair"),
        (5, "    say: 您好{姓}", "5:10", "is not a variable"),
        (5, "    say: [{text: 您好, when: {channel: 天猫}}]", "5:5", "needs a variant without 'when'"),
        (7, "      - {intent: affirm, goo: bye}", "7:26", "did you mean 'go'"),
        (7, "      - {intent: affirm, x: bye}", "7:9", "needs one action of go, return, hang_up, hand_off, choose"),
        (7, "      - {intent: affirm, go: bye, hang_up: SILENCE}", "7:9", "found go and hang_up"),
        (7, "      - {intent: affirm, go: by}", "7:26", "did you mean 'bye'"),
        (7, "      - {intent: affirm, hand_off: agents}", "7:26", "hand-off 'agents', which does not exist"),
        (7, "      - {intent: affirm, return: back}", "7:34", "known: ask, listen, say"),
        (7, "      - {go: bye}", "7:9", "can never be given"),
        (7, "      - {keywords: [好], go: bye}", "7:9", "needs an 'id'"),
        (7, "      - {intent: affirm, keywords: [。], go: bye}", "7:26", "has no letter"),
        (7, "      - {intent: affirm, patterns: ['('], go: bye}", "7:26", "not a regular expression"),
        (7, "      - {intent: affirm, patterns: ['x*'], go: bye}", "7:26", "matches nothing at all"),
        (7, "      - {intent: affirm, digits: '1a', go: bye}", "7:26", "not keys of a telephone"),
        (7, "      - {intent: affirm, score: 1.5, go: bye}", "7:33", "not a whole number"),
        (7, "      - {intent: affirm, score: 900, go: bye}", "7:33", "from -100 to 100"),
        (
            7,
            "      - {id: a, intent: [affirm, deny], go: bye}\n      - {id: a, intent: x, go: bye}",
            "8:9",
            "two answers",
        ),
        (10, "    then: {hang_up: NOW}", "10:21", "known: ROBOT_END"),
        (10, "    role: closing", "8:3", "needs either 'answers'"),
        (10, "    then: {hang_up: ROBOT_END}\n    max_visits: 0", "11:17", "from 1 to 50"),
        (10, "    then: {hang_up: ROBOT_END}\n    barge_in: {after: stop}", "11:23", "known: restart, resume, skip"),
        (10, "    then: {hang_up: ROBOT_END}\n    barge_in: {allow: yes}", "11:23", "not true or false"),
        (10, "    then: {hang_up: ROBOT_END}\n    no_input: [{}]", "11:16", "does nothing"),
        (10, "    then: {hang_up: ROBOT_END}\n    lookup: {table: t, by: c, else: bye}", "11:13", "the table 't'"),
        (10, "    then: {hang_up: ROBOT_END}\ngrading: [{name: x}]", "11:11", "needs 'grade'"),
        (
            10,
            "    then: {hang_up: ROBOT_END}\ngrading: [{grade: A, when: {reached: by}}]",
            "11:11",
            "did you mean 'bye'",
        ),
        (
            10,
            "    then: {hang_up: ROBOT_END}\ngrading: [{grade: A, when: {ended: GONE}}]",
            "11:29",
            "known: CUSTOMER_HANGUP",
        ),
        (10, "    then: {hang_up: ROBOT_END}\nneeds: {name: text}", "11:15", "must be a mapping"),
        (10, "    then: {hang_up: ROBOT_END}\nneeds: {name: {defualt: x}}", "11:16", "did you mean 'default'"),
        (10, "    then: {hang_up: ROBOT_END}\ntables: {t: {key: c, rows: [{d: x}]}}", "11:29", "lacks its key 'c'"),
        (10, "    then: {hang_up: ROBOT_END}\ntables: {t: {key: c, rows: []}}", "11:10", "has no rows"),
        (10, "    then: {hang_up: ROBOT_END}\nhandoff: {a: {target: t, on_fail: x}}", "11:11", "'on_fail' of 'a'"),
    ],
)
def test_a_fault_is_found_at_its_place(line: int, text: str, place: str, says: str) -> None:
    message = fault(with_line(line, text))
    assert message.startswith(f"s.yaml:{place}: ")
    assert says in message


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = SMALL.replace("start: hello", "start: helo\ntitel: x").replace("go: bye", "go: by, scor: 1")
    text = text.replace("say: 再见", "sey: 再见").replace("answers:", "max_visits: 99\n    answers:")
    with pytest.raises(InputFault) as caught:
        load_text(text, "s.yaml")
    first = caught.value
    assert [(one.at, one.code) for one in (first, *first.more)] == [
        (("s.yaml", 2, 1), "unknown-name"),
        (("s.yaml", 3, 1), "unknown-key"),
        (("s.yaml", 7, 17), "wrong-value"),
        (("s.yaml", 9, 34), "unknown-key"),
        (("s.yaml", 11, 5), "unknown-key"),
    ]
    assert str(first).startswith("s.yaml:2:1: ")


def test_what_could_not_be_read_is_not_told_as_missing() -> None:
    text = SMALL.replace("go: bye", "go: bye, set: {wechat: x}").replace("{intent: affirm", "{intent: affirm, score: x")
    with pytest.raises(InputFault) as caught:
        load_text(text.replace("say: 再见", "say: 再见{wechat}"), "s.yaml")
    assert (caught.value.at[1], caught.value.more) == (7, ())


def test_faults_are_told_up_to_a_limit() -> None:
    nodes = "".join(f"  n{n}:\n    say: 好\n    then: {{go: nowhere}}\n" for n in range(2 * MAX_FAULTS))
    with pytest.raises(InputFault) as caught:
        load_text(SMALL.replace("  bye:", f"{nodes}  bye:"), "s.yaml")
    assert len(caught.value.more) == MAX_FAULTS - 1


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("", "1:1", "empty"),
        ("- a\n", "1:1", "must be a mapping"),
        ("script: a\nscript: b\n", "2:1", "stands twice"),
        ("script: &a x\n", "1:9", "anchors and aliases"),
        ("script: !!python/object:os.system x\n", "1:9", "tag"),
        ("script: [1\n", "2:1", "not YAML"),
        ("a: 1\n---\nb: 1\n", "2:1", "second document"),
        ("a: \x01\n", "1:4", "U+0001"),
        ("a: " + "[" * 40 + "]" * 40, "1:20", "nested deeper"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(text: str, place: str, says: str) -> None:
    message = fault(text)
    assert message.startswith(f"s.yaml:{place}: ")
    assert says in message


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    missing, broken, large = tmp_path / "no.yaml", tmp_path / "latin.yaml", tmp_path / "large.yaml"
    broken.write_bytes(b"script: x\ntitle: \xff\n")
    large.write_bytes(b"#" * 1_000_001)
    for path, says in ((missing, "cannot be read"), (broken, ":2:8: not UTF-8"), (large, "the limit is")):
        with pytest.raises(InputFault) as caught:
            load_script(path)
        assert str(caught.value).startswith(str(path))
        assert says in str(caught.value)


def test_a_script_may_turn_sounds_off() -> None:
    assert load_text(SMALL, "s.yaml").sound
    assert not load_text(SMALL + "defaults: {sound: false}\n", "s.yaml").sound

"""Every code of the linter has a page, and its examples are true: the broken one has just this fault at its marked
line, the mended one has none."""

import ast
import re
from pathlib import Path

import pytest

from tools.check_index import page
from voicebot.dialog.check import Policy, check
from voicebot.dialog.check_codes import CODES, CONVERSATION, FILE
from voicebot.dialog.findings import Finding, of_faults
from voicebot.dialog.loader import load_text
from voicebot.errors import InputFault
from voicebot.understanding.nlu_yaml import Training, load_training, training_files

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "check"
MARK = "  # <- here"
NO_EXAMPLE = {
    *("unreadable-file", "file-too-large", "not-utf-8", "control-character", "tab", "too-long", "bad-table"),
    *("flow-circle", "few-examples", "part-unused", "prompt-not-rendered"),
    "recording-missing",
}
"""What only bytes, other files or the installation show; their tests are test_bad_files.py and tests/app."""
OPENING = """script: frame
start: opening
nodes:
  opening:
    say: 您好，我是智能助理，现在方便吗？
    answers:
      - {{id: go_on, intent: affirm, go: {first}}}
      - {{id: stop, intent: deny, go: bye}}
"""
BYE = """  bye:
    say: 再见！
    then: {hang_up: ROBOT_END}
"""
REST = {"anywhere:": "anywhere: [{intent: stop_calling, go: bye}]\n", "grading:": "grading: [{grade: E}]\n"}


@pytest.fixture(scope="module")
def training() -> Training:
    return load_training(training_files(ROOT / "intents"))


def framed(example: str) -> str:
    """A whole script around the nodes, or the top keys, of an example."""
    kind, _, body = example.partition("\n")
    if kind == "# script":
        return body
    if kind == "# node":
        nodes = "".join(f"  {line}\n" for line in body.splitlines())
        return OPENING.format(first=body.split(":")[0]) + nodes + BYE + "".join(REST.values())
    assert kind == "# top"
    rest = "".join(text for key, text in REST.items() if key not in body)
    return OPENING.format(first="bye") + BYE + body + rest


def examples(code: str) -> tuple[str, str]:
    """The broken and the mended example of a page."""
    broken, mended = re.findall(r"```yaml\n(.*?)```", (PAGES / f"{code}.md").read_text(encoding="utf-8"), re.DOTALL)
    return framed(broken), framed(mended)


def found(text: str, training: Training) -> tuple[Finding, ...]:
    try:
        policy = Policy(may_ask=lambda url: "crm.example.com" in url)
        return check(load_text(text, "s.yaml"), training, ["phone"], policy)
    except InputFault as fault:
        return of_faults(fault)


@pytest.mark.parametrize("code", [code for code in CODES if code not in NO_EXAMPLE])
def test_the_examples_of_a_page_are_true(code: str, training: Training) -> None:
    broken, mended = examples(code)
    marked = [number for number, line in enumerate(broken.splitlines(), 1) if line.endswith(MARK)]
    told = found(broken.replace(MARK, ""), training)
    assert marked
    assert [(one.code, one.line) for one in told] == [(code, line) for line in marked], told
    assert found(mended, training) == ()


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_the_finding_says(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    kind = CODES[code]
    assert text.startswith(f"# {code}\n\n{kind.severity.capitalize()}: {kind.meaning}. Remedy: {kind.remedy}.\n\n")
    assert text.count("```yaml") == (0 if code in NO_EXAMPLE else 2)


def test_the_index_has_every_page_and_no_page_is_left_over() -> None:
    assert (PAGES / "README.md").read_text(encoding="utf-8") == page(), "run `python -m tools.check_index`"
    assert {path.stem for path in PAGES.glob("*.md")} == {*CODES, "README"}


def test_readers_and_rules_use_codes_that_exist() -> None:
    """A code that is misspelt where it is raised would be found only when somebody makes that fault."""
    used: dict[str, set[str]] = {"fault": set(), "finding": set()}
    for path in sorted((ROOT / "voicebot").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                argument = 0 if name == "finding" else 1
                if name in ("fault", "finding") and len(call.args) > argument:
                    used[name] |= {one.value for one in [call.args[argument]] if isinstance(one, ast.Constant)}
    assert used["fault"] <= set(FILE)
    assert used["finding"] <= set(CONVERSATION)
    assert {"unknown-key", "not-utf-8"} <= used["fault"]
    assert "no-stop" in used["finding"]

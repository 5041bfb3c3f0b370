"""docs/scripts.md is true: every example loads, every key and every code of the linter stands in it."""

import dataclasses
import re
from pathlib import Path

import pytest

from voicebot.dialog.conversation import ACTIONS as STEPS
from voicebot.dialog.conversation import AGENT, KEYS, load_conversations_text
from voicebot.dialog.findings import CODES
from voicebot.dialog.load_parts import ACTIONS
from voicebot.dialog.loader import load_text
from voicebot.dialog.script import END_REASONS, BargeIn, ListenLimits

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "scripts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS, flags=re.DOTALL)
FRAME = """script: frame
start: bye
nodes:
{nodes}  bye:
    say: 再见！
    then: {{hang_up: ROBOT_END}}
{top}"""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split(":")[0].split("\n")[-1])
def test_every_example_loads(example: str) -> None:
    if example.startswith("# conversations\n"):
        assert load_conversations_text(example, "docs/scripts.md").conversations
        return
    if example.startswith("# node\n"):
        nodes = "".join(f"  {line}\n" for line in example.splitlines()[1:])
        example = FRAME.format(nodes=nodes, top="")
    elif example.startswith("# top\n"):
        example = FRAME.format(nodes="", top=example)
    assert load_text(example, "docs/scripts.md").nodes


def test_every_code_of_the_linter_is_explained() -> None:
    for name, code in CODES.items():
        assert f"| `{name}` | {code.severity} | {code.meaning} | {code.remedy} |" in DOCS


def test_every_setting_is_named() -> None:
    names = [field.name for part in (BargeIn, ListenLimits) for field in dataclasses.fields(part)]
    missing = [name for name in (*names, *ACTIONS, *END_REASONS) if name not in DOCS]
    assert missing == []


def test_every_word_of_conversations_is_explained() -> None:
    assert [word for word in (*STEPS, *KEYS, *AGENT, "at_ms", "audio", "heard_as") if f"`{word}" not in DOCS] == []

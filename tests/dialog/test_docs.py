"""docs/scripts.md is true: every example loads, every key stands in it."""

import dataclasses
import re
from pathlib import Path

import pytest

from voicebot.dialog.conversation import ACTIONS as STEPS
from voicebot.dialog.conversation import AGENT, KEYS, load_conversations_text
from voicebot.dialog.conversation_run import play
from voicebot.dialog.expression import FUNCTIONS, MEASURES
from voicebot.dialog.load_parts import ACTIONS
from voicebot.dialog.load_slots import SLOT_TYPES
from voicebot.dialog.loader import load_text
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.script import END_REASONS, BargeIn, ListenLimits, Script
from voicebot.understanding.entities import Entities
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.types import Parse

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "scripts.md").read_text(encoding="utf-8")
CSV = re.findall(r"```csv\n(.*?)```", DOCS, flags=re.DOTALL)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS, flags=re.DOTALL)
FRAME = """script: frame
start: {start}
nodes:
{nodes}  bye:
    say: 再见！
    then: {{hang_up: ROBOT_END}}
{top}"""


HELD = "# conversations\n"
PARTS = {found[1]: one for one in EXAMPLES if (found := re.match(r"# ((?:flows|knowledge|tables)/\S+)\n", one))}
PARTS |= {"tables/stores.csv": CSV[0]}
"""Examples of part files, by name."""
SCRIPTS = [one for one in EXAMPLES if not one.startswith(HELD) and one not in PARTS.values()]
MANY = 100


class NamesOnly:
    """A classifier that knows the lookups of intents/ and no intent."""

    def __init__(self) -> None:
        self.entities = Entities(load_training(training_files(ROOT / "intents")))

    def parse(self, text: str) -> Parse:
        return Parse((), self.entities.find(text))


def loaded(example: str) -> Script:
    """The script of an example, which may be one node or keys of the top level."""
    if example.startswith("# node\n"):
        name = example.splitlines()[1].rstrip(":")
        nodes = "".join(f"  {line}\n" for line in example.splitlines()[1:])
        example = FRAME.format(start=name, nodes=nodes, top="")
    elif example.startswith("# top\n"):
        example = FRAME.format(start="bye", nodes="", top=example)
    return load_text(example, "docs/scripts.md", PARTS)


def named(example: str) -> str:
    return example.split(":")[0].split("\n")[-1]


@pytest.mark.parametrize("example", SCRIPTS, ids=named)
def test_every_example_runs(example: str) -> None:
    """With a customer who says nothing it comes to an end; who says a keyword is understood."""
    script = loaded(example)
    variables = {need.name: need.example or need.default or "x" for need in script.needs.values()}
    silent = Rehearsal(script, variables, None)
    silent.pick_up()
    for _ in range(MANY):
        if silent.over:
            break
        silent.wait()
    assert silent.over
    assert silent.state.said
    for answer in script.nodes[script.start].answers:
        if answer.keywords and answer.condition is None:
            talk = Rehearsal(script, variables, None)
            talk.pick_up()
            talk.say(answer.keywords[0])
            assert talk.state.turns[-1].choice == answer.id


@pytest.mark.parametrize(
    "example", [one for one in EXAMPLES if one.startswith(HELD)], ids=lambda one: one.split("\n")[1]
)
def test_every_conversation_goes_as_written(example: str) -> None:
    file = load_conversations_text(example, "docs/scripts.md")
    script = next(one for one in map(loaded, SCRIPTS) if one.name == file.script)
    classifier = NamesOnly()
    assert [str(failure) for one in file.conversations for failure in play(script, one, classifier).failures] == []


def test_every_part_is_used() -> None:
    assert {name for one in SCRIPTS for name in loaded(one).parts} == set(PARTS)


def test_every_word_of_expressions_is_explained() -> None:
    assert [word for word in (*FUNCTIONS, *MEASURES) if f"`{word}" not in DOCS] == []


def test_every_setting_is_named() -> None:
    names = [field.name for part in (BargeIn, ListenLimits) for field in dataclasses.fields(part)]
    missing = [name for name in (*names, *ACTIONS, *END_REASONS) if name not in DOCS]
    assert missing == []


def test_every_word_of_conversations_is_explained() -> None:
    assert [word for word in (*STEPS, *KEYS, *AGENT, "at_ms", "audio", "heard_as") if f"`{word}" not in DOCS] == []


def test_every_type_of_slot_is_explained() -> None:
    assert [kind for kind in SLOT_TYPES if f"| `{kind}` |" not in DOCS] == []

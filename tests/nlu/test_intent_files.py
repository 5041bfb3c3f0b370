"""Examples go below their intent's others; comments and order stay; what cannot be right is refused whole."""

from pathlib import Path

import pytest

from voicebot.errors import InputFault
from voicebot.nlu.intent_files import add_examples

CHINESE = """# Answers.
version: "3.1"
nlu:
- intent: affirm   # a yes
  examples: |
    - 可以
    - 好的
# Between.
- intent: deny
  examples: |
    - 不行
"""
ENGLISH = 'version: "3.1"\nnlu:\n- intent: deny\n  examples: |\n    - no way\n'


@pytest.fixture
def intents(tmp_path: Path) -> Path:
    (tmp_path / "a.yml").write_text(CHINESE, encoding="utf-8")
    (tmp_path / "e.yml").write_text(ENGLISH, encoding="utf-8")
    return tmp_path


def test_examples_go_below_the_last_of_their_intent_and_language(intents: Path) -> None:
    assert (
        add_examples(intents, [("没问题！", "affirm"), ("行", "affirm"), ("not now", "deny"), ("可以", "affirm")]) == 3
    )
    text = (intents / "a.yml").read_text(encoding="utf-8")
    assert text == CHINESE.replace("    - 好的\n", "    - 好的\n    - 没问题！\n    - 行\n")
    assert (intents / "e.yml").read_text(encoding="utf-8") == ENGLISH + "    - not now\n"


@pytest.mark.parametrize(
    ("text", "intent", "says"),
    [
        ("可以", "deny", "stands under 'affirm' already"),
        ("随便", "whatever", "no intent 'whatever'"),
        ("？！", "affirm", "has no letter"),
    ],
)
def test_a_wrong_proposal_changes_nothing(intents: Path, text: str, intent: str, says: str) -> None:
    with pytest.raises(InputFault, match=says):
        add_examples(intents, [("没问题", "affirm"), (text, intent)])
    assert (intents / "a.yml").read_text(encoding="utf-8") == CHINESE

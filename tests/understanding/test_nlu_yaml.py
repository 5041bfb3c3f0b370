"""Training files: what they give, and every fault at its line and column."""

from pathlib import Path

import pytest

from voicebot.errors import InputFault
from voicebot.understanding.entities import Entities
from voicebot.understanding.nlu_yaml import load_training, training_files

INTENTS = Path(__file__).resolve().parents[2] / "intents"
FILE = """version: "3.1"
nlu:
- intent: city
  examples: |
    - 我在 [苏州](city) 呢
    - [魔都]{"entity": "city", "value": "上海"}
- lookup: city
  examples: |
    - 苏州
    - 上海
- synonym: 上海
  examples: |
    - 魔都
- regex: phone
  examples: |
    - 1[3-9]\\d{9}
"""


def load(tmp_path: Path, text: str) -> object:
    (tmp_path / "n.yml").write_text(text, encoding="utf-8")
    return load_training([tmp_path / "n.yml"])


def test_a_file_gives_examples_lists_and_values(tmp_path: Path) -> None:
    (tmp_path / "n.yml").write_text(FILE, encoding="utf-8")
    training = load_training([tmp_path / "n.yml"])
    assert [(one.text, one.entities, one.place.line) for one in training.examples] == [
        ("我在苏州呢", {"city": "苏州"}, 5),
        ("魔都", {"city": "上海"}, 6),
    ]
    assert training.lookups == {"city": ("苏州", "上海")}
    assert training.synonyms == {"魔都": "上海"}
    found = Entities(training)
    assert found.find("我在魔都") == {"city": "上海"}
    assert found.find("不是苏州是上海") == {"city": "上海"}
    assert found.find("不在上海") == {}
    assert found.find("打13812345678吧") == {"phone": "13812345678"}


def test_shipped_intents_are_enough_and_in_one_place_each() -> None:
    training = load_training(training_files(INTENTS))
    chinese = [one for one in training.examples if not one.text.isascii()]
    english = {one.intent for one in training.examples if one.text.isascii()}
    counts = {name: sum(one.intent == name for one in chinese) for name in training.intents}
    assert len(counts) >= 25
    assert min(counts.values()) >= 20, counts
    assert len(english) >= 10
    owners: dict[str, str] = {}
    for one in training.examples:
        assert owners.setdefault(one.text, one.intent) == one.intent, f"{one.place}: {one.text} stands twice"


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('version: "3.1"', 'version: "2.0"', "1:1", "reads '3.1'"),
        ("nlu:", "nul:", "2:1", "did you mean 'nlu'"),
        ("- intent: city", "- intend: city", "3:3", "needs one of intent"),
        ("- intent: city\n  examples: |", "- intent: city\n  example: |", "3:3", "needs 'examples'"),
        ("    - 我在", "    我在", "5:7", "must begin with '- '"),
        ("    - 我在 [苏州](city) 呢", "    - ", "5:7", "an empty example"),
        ("    - 我在 [苏州](city) 呢", "    - ？！", "5:7", "has no letter"),
        ('{"entity": "city", "value": "上海"}', '{"name": 1}', "6:7", 'must be JSON with "entity"'),
        ("1[3-9]\\d{9}", "1[3-9", "16:7", "not a regular expression"),
        ("examples: |\n    - 苏州\n    - 上海", "examples: 苏州", "8:13", "must be a block"),
    ],
)
def test_a_fault_is_found_at_its_place(tmp_path: Path, old: str, new: str, place: str, says: str) -> None:
    assert old in FILE
    with pytest.raises(InputFault) as caught:
        load(tmp_path, FILE.replace(old, new, 1))
    assert f"n.yml:{place}: " in str(caught.value)
    assert says in str(caught.value)


def test_a_directory_without_intents_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="no intents here"):
        training_files(tmp_path)

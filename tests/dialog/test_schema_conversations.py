"""The schema of conversation tests says what their loader says."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from voicebot.dialog.conversation import ACTIONS, KEYS, load_conversations_text
from voicebot.dialog.schema_conversations import PARTS, conversations_schema
from voicebot.errors import InputFault
from voicebot.understanding.yaml_reader import Reader

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = Draft202012Validator(conversations_schema())
EVERYTHING = """script: all
variables: {surname: 王}
now: 2026-11-23T10:00
conversations:
  - name: everything
    variables: {title: 女士}
    now: 2026-11-24T10:00
    steps:
      - {says: 好, at_ms: 5, heard_as: 号, audio: "off", expect: {node: a, path: [a], prompt: x, no_prompt: [y]}}
      - {noise: true, at_ms: 5, expect: {answer: none, slot: {city: 苏州}, tag: X, no_tag: [Y], score: -1}}
      - {digits: "12", at_ms: 5, expect: {grade: A, rule: x, ending: SILENCE, hung_up_by: robot}}
      - {silence: 2, expect: {stop_requested: true, follow_up: [sms, {type: sms, text: x, at: x, in_minutes: "5"}]}}
      - {agent: busy}
      - {service: {crm: fails, erp: {data.level: gold}}, takes_ms: 5}
      - {hangs_up: true, at_ms: 5}
      - {expect: {node: a}}
    expect: {grade: B}
"""
KINDS = {
    "the test file": "file",
    "a conversation": "conversation",
    "the conversation": "conversation",
    "a step": "step",
    "'expect'": "expect",
    "an expected task": "task",
}


def plain(text: str) -> Any:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def kind_of(reader: Reader) -> str:
    return next(kind for begin, kind in KINDS.items() if reader.what.startswith(begin))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(conversations_schema())


def test_its_keys_are_those_of_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: dict[str, set[str]] = defaultdict(set)
    take = Reader.take

    def noted(self: Reader, key: str) -> Any:
        keys[kind_of(self)].add(key)
        return take(self, key)

    monkeypatch.setattr(Reader, "take", noted)
    load_conversations_text(EVERYTHING, "t.yaml")
    assert keys == {kind: set(part) for kind, part in PARTS.items()}
    assert set(ACTIONS) < set(PARTS["step"])
    assert set(KEYS) == set(PARTS["expect"])


@pytest.mark.parametrize("path", sorted((ROOT / "dialogs" / "tests").rglob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_conversations_are_sound(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(plain(path.read_text(encoding="utf-8")))] == []


def test_everything_is_sound() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(plain(EVERYTHING))] == []


def misspelt(tree: Any) -> Iterator[Any]:
    """The tree with one known key misspelt, for each of them."""
    known = {key for part in PARTS.values() for key in part}
    if isinstance(tree, list):
        for index, one in enumerate(tree):
            yield from ([*tree[:index], other, *tree[index + 1 :]] for other in misspelt(one))
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in known:
                yield {f"{name}x" if name == key else name: one for name, one in tree.items()}
            yield from ({**tree, key: other} for other in misspelt(value))


def test_a_misspelt_key_is_refused_by_schema_and_loader() -> None:
    wrong = list(misspelt(plain(EVERYTHING)))
    assert len(wrong) > 40
    for tree in wrong:
        assert list(VALIDATOR.iter_errors(tree)), tree
        with pytest.raises(InputFault):
            load_conversations_text(json.dumps(tree, ensure_ascii=False), "t.yaml")


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("script: all\n", ""),
        ("  - name: everything\n    variables", "  - variables"),
        ("{says: 好,", "{says: 好, digits: 1,"),
        ("{agent: busy}", "{agent: asleep}"),
        ("{agent: busy}", "{takes_ms: 5, agent: busy}"),
        ("{agent: busy}", "{at_ms: 5, agent: busy}"),
        ("{agent: busy}", "{}"),
        ("{expect: {node: a}}", "{expect: {}}"),
        ("silence: 2", "silence: 200"),
        ('digits: "12"', 'digits: "1x"'),
        ("crm: fails", "crm: sleeps"),
        ("grade: B", "grade: F"),
        ("noise: true", "noise: false"),
        ("[sms, {", "[fax, {"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(sound: str, broken: str) -> None:
    assert sound in EVERYTHING
    text = EVERYTHING.replace(sound, broken, 1)
    with pytest.raises(InputFault):
        load_conversations_text(text, "t.yaml")
    assert list(VALIDATOR.iter_errors(plain(text)))

"""The schema says what the loader says: the same keys, bounds and words; the same scripts sound, the same broken."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.dialog.scripts import TALK
from voicebot.dialog.load_parts import ACTIONS
from voicebot.dialog.loader import load_text
from voicebot.dialog.schema import KINDS as KINDS_OF_FILES
from voicebot.dialog.schema import PARTS, json_schema
from voicebot.errors import InputFault
from voicebot.understanding.yaml_reader import Reader

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "dialogs").glob("*.yaml"))
VALIDATOR = Draft202012Validator(json_schema())
EVERYTHING = """
script: all
version: 2
title: x
language: en
voice: male
needs: {surname: {about: x, example: x, default: x}}
start: one
limits: {max_call_s: 60, max_turns: 5}
slots:
  place: {type: name, about: x, from: city}
  guests: {type: number, min: 1, max: 20, invalid: 好}
  bought_on: {type: date, past: true}
  visit_time: {type: time, min: "09:00", max: "21:00"}
  mobile: {type: phone, region: GB}
defaults:
  {no_input: [{ask: true}], no_match: [{ask: true}], max_visits: 2, too_often: {go: bye}, listen: {}, barge_in: {}}
tables: {stores: {key: city, rows: [{city: 苏州}]}, more: {key: city, file: tables/more.csv}}
services:
  crm: {url: "http://x/y", fill: {vip: a.b}, wait: [好], wait_gap_ms: 500, deadline_ms: 100, cache_s: 0}
nodes:
  one:
    role: opening
    say: [{text: "{surname}", file: a.wav, when: {surname: x}, if: score > 1}, 好]
    answers:
      - {id: a, intent: [b, c], keywords: 好, patterns: ["^好$"], slot: [city, guests], digits: 1, if: score > 0,
         go: bye}
      - {slot_any: [bought_on, visit_time], go: bye}
      - {id: d, intent: e, say: 好, return: listen, score: -1, set: {x: 好, z: = score + 1}}
      - {id: t, intent: u, go: bye, follow_up: {type: sms, text: 好, details: {x: 好}, at: "{x}"}}
      - id: v
        intent: w
        go: bye
        follow_up: [{type: call_back, in_minutes: 5}, {type: wechat}]
        stop_request: true
        complaint: 好
      - {id: f, intent: g, hang_up: SILENCE}
      - {id: h, intent: i, hand_off: agents}
      - id: j
        intent: k
        choose: [{if: z > 1, go: two, set: {w: x}, score: 1, tag: x}, {if: turns > 1, return: ask},
          {if: w == 'x', hand_off: agents}, {if: score > 3, choose: [{go: two}]}, {hang_up: SILENCE}]
    no_input: [{say: 好, ask: true}, {say: 好, go: bye}, {hang_up: SILENCE}, {return: ask}, {hand_off: agents}]
    no_match: [{say: [好, 好]}, {choose: [{if: turns > 3, go: bye}, {go: two}]}]
    barge_in: {allow: true, trigger: speech, protect_ms: 1, min_chars: 1, ignore: 好, stop: 好, after: skip, tail_ms: 1}
    listen: {no_input_ms: 500, end_silence_ms: 100, max_speech_ms: 1000, digits_ms: 500}
    max_visits: 3
    too_often: {hang_up: ROBOT_END}
    lookup: {table: stores, by: city, else: bye}
  two: {say: 好, ask: 好, then: {return: say}, lookup: {http: crm, with: {x: 好}, else: bye}}
  three: {say: 好, then: {hand_off: agents}}
  four: {say: 好, then: {choose: [{if: turns > 4, go: bye}, {go: three}]}}
  five:
    flow: ask
    with: {question: 好, words: [好]}
    exits:
      {go: two, back: {return: ask}, human: {hand_off: agents}, end: {hang_up: SILENCE}, some: {choose: [{go: two}]}}
  bye: {say: 好, then: {hang_up: ROBOT_END, tag: [x], score: 1, set: {y: 好}}}
anywhere: [{intent: stop, go: bye}]
knowledge: faq
handoff: {agents: {target: x, timeout_s: 5, hold: [好], hold_gap_ms: 500, on_fail: bye}}
allow: [{code: few-examples, node: one, severity: warning, because: x}]
policy: {disclose: [x]}
grading:
  - grade: A
    name: x
    when:
      {reached: one, intent: b, answer: a, slot: city, tag: x, said: 好, handed_off: busy, ended: [SILENCE],
       stop_requested: false,
       score: {min: 1, max: 2}, turns: {min: 1, max: 2}, talk_s: {min: 1, max: 2},
       if: filled('city'), any: [{slot: {city: 苏州}}], none: [{tag: y}]}
  - {grade: E}
"""
FLOW = """
flow: ask
takes: [question, words]
exits: [go, back, human, end, some]
start: one
nodes:
  one:
    say: "{question}"
    answers:
      - {id: a, keywords: "{words}", exit: go}
      - {id: b, intent: b, choose: [{if: score > 1, exit: back}, {exit: end}]}
    no_match: [{exit: human}]
    too_often: {exit: some}
  two: {flow: inner, exits: {done: {exit: go}, next: {go: one}}}
"""
INNER = "flow: inner\nexits: [done, next]\nstart: one\nnodes:\n  one: {say: 好, then: {exit: done}}\n"
FAQ = "knowledge: faq\nanswers:\n  - {id: who, keywords: [你是谁], say: 好, return: ask}\n"
TABLE = "city\n苏州\n"
FILES = {
    "flows/ask.yaml": FLOW,
    "flows/inner.yaml": INNER,
    "knowledge/faq.yaml": FAQ,
    "tables/more.csv": "city\n苏州\n",
}
KINDS = {
    "the script": "script",
    "flow ": "flow",
    "the use of": "use",
    "exit ": "way",
    "knowledge ": "knowledge",
    "variable": "need",
    "slot ": "slot",
    "node": "node",
    "table": "table",
    "hand-off": "plan",
    "an answer of": "answer",
    "a branch of": "branch",
    "a step of": "rung",
    "a rule of": "rule",
    "'limits'": "limits",
    "an entry of 'allow'": "allowance",
    "'policy'": "policy",
    "'defaults'": "defaults",
    "'barge_in'": "barge_in",
    "'listen'": "listen",
    "'lookup'": "lookup",
    "service": "service",
    "'then'": "exit",
    "'too_often'": "exit",
    "'when'": "condition",
    "a condition": "condition",
    "'follow_up'": "task",
    "'say'": "prompt",
    "'score'": "bounds",
    "'turns'": "bounds",
    "'talk_s'": "bounds",
}


def plain(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def faults(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(text))]


def kind_of(reader: Reader) -> str:
    return next(kind for begin, kind in KINDS.items() if reader.what.startswith(begin))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_keys_bounds_and_words_are_those_of_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: dict[str, set[str]] = defaultdict(set)
    bounds: dict[tuple[str, str], tuple[int, int]] = {}
    words: dict[tuple[str, str], tuple[str, ...]] = {}
    take, integer, word = Reader.take, Reader.integer, Reader.word

    def noted_take(self: Reader, key: str) -> Any:
        keys[kind_of(self)].add(key)
        return take(self, key)

    def noted_integer(self: Reader, key: str, default: int, least: int = 0, most: int = 10_000_000) -> int:
        bounds[kind_of(self), key] = least, most
        return integer(self, key, default, least, most)

    def noted_word(self: Reader, key: str, allowed: Iterable[str], default: str) -> str:
        words[kind_of(self), key] = tuple(allowed)
        return word(self, key, words[kind_of(self), key], default)

    monkeypatch.setattr(Reader, "take", noted_take)
    monkeypatch.setattr(Reader, "integer", noted_integer)
    monkeypatch.setattr(Reader, "word", noted_word)
    load_text(EVERYTHING, "all.yaml", FILES)

    assert {kind: keys[kind] for kind in PARTS} == {kind: set(PARTS[kind]) for kind in PARTS}
    assert bounds == {
        (kind, key): (schema["minimum"], schema["maximum"])
        for kind, part in PARTS.items()
        for key, (schema, _) in part.items()
        if schema.get("type") == "integer" and kind != "bounds"
    }
    assert words == {
        (kind, key): tuple(schema["enum"])
        for kind, part in PARTS.items()
        for key, (schema, _) in part.items()
        if "enum" in schema
    }


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scripts_are_sound(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", [EVERYTHING, TALK], ids=["everything", "talk"])
def test_other_sound_scripts(text: str) -> None:
    assert load_text(text, "x.yaml", FILES)
    assert faults(text) == []


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".yaml")])
def test_sound_parts(name: str) -> None:
    assert faults(FILES[name]) == []


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("flow: ask\n", "flow: ask\ntitle: x\n"),
        ("start: one\n", ""),
        ("next: {go: one}", "next: {go: one, tag: x}"),
        ("next: {go: one}", "next: {}"),
        ("{flow: inner, ", "{flow: inner, say: x, "),
        ("id: who, ", "idd: who, "),
        ("say: 好, return: ask", "return: ask, go: x"),
    ],
)
def test_broken_parts(sound: str, broken: str) -> None:
    (name,) = (name for name, text in FILES.items() if name != "flows/inner.yaml" and sound in text)
    files = {**FILES, name: FILES[name].replace(sound, broken, 1)}
    with pytest.raises(InputFault, match=name):
        load_text(EVERYTHING, "x.yaml", files)
    assert faults(files[name])


BROKEN = {
    "misspelt key": ("    role: opening", "    rolle: opening"),
    "missing key": ("start: one\n", ""),
    "no such language": ("language: en", "language: fr"),
    "answers and then": ("    role: opening", "    then: {go: bye}"),
    "neither answers nor then": (", then: {return: say}", ""),
    "no prompt": ("two: {say: 好, ", "two: {"),
    "only for some leads": ("if: score > 1}, 好]", "if: score > 1}]"),
    "only for some leads, alone": ("say: [{text", "ask: {text: 好, when: {surname: x}}\n    say: [{text"),
    "an empty choose": ("choose: [{go: two}]}, {hang", "choose: []}, {hang"),
    "a branch without an action": ("choose: [{go: two}]}, {hang", "choose: [{score: 2}]}, {hang"),
    "a use that says": ("    flow: ask\n", "    flow: ask\n    say: x\n"),
    "a way with effects": ("back: {return: ask}", "back: {return: ask, score: 1}"),
    "two actions": ("hang_up: SILENCE}\n      - {id: h", "hang_up: SILENCE, go: bye}\n      - {id: h"),
    "no action": ("return: listen, ", ""),
    "never given": ("{id: f, intent: g, ", "{id: f, "),
    "no id": ("{id: d, intent: e, ", "{keywords: e, "),
    "not keys": ("digits: 1,", "digits: x,"),
    "no such ending": ("{hang_up: ROBOT_END}\n    lookup", "{hang_up: BYE}\n    lookup"),
    "no such return": ("return: listen", "return: sit"),
    "too few ms": ("no_input_ms: 500,", "no_input_ms: 5,"),
    "too many visits": ("max_visits: 3", "max_visits: 51"),
    "not a number": ("protect_ms: 1,", "protect_ms: soon,"),
    "not a flag": ("allow: true", "allow: maybe"),
    "a step that does nothing": ("[{say: [好, 好]}, ", "[{tag: x}, "),
    "no such grade": ("- {grade: E}", "- {grade: F}"),
    "no grade": ("- {grade: E}", "- {name: E}"),
    "no such outcome": ("handed_off: busy", "handed_off: away"),
    "misspelt condition": ("none: [{tag: y}]", "none: [{tags: y}]"),
    "misspelt bound": ("score: {min: 1, max: 2}", "score: {minimum: 1}"),
    "table without rows": ("rows: [{city: 苏州}]", "rows: []"),
    "table of rows and file": ("rows: [{city: 苏州}]", "rows: [{city: 苏州}], file: tables/more.csv"),
    "table of nothing": ("{key: city, file: tables/more.csv}", "{key: city}"),
    "look-up of both": ("{http: crm, with", "{table: stores, by: city, http: crm, with"),
    "look-up of nothing": ("{http: crm, with: {x: 好}, else: bye}", "{else: bye}"),
    "service that says nothing": ("wait: [好], ", ""),
    "service that fills nothing": ("fill: {vip: a.b}, ", ""),
    "service elsewhere": ("http://x/y", "ftp://x/y"),
    "no such task": ("type: wechat", "type: fax"),
    "a task without a type": ("{type: wechat}", "{text: x}"),
    "a task with two moments": ("in_minutes: 5", "in_minutes: 5, at: x"),
    "empty text": ("title: x", "title: ''"),
    "list for a text": ("title: x", "title: [x]"),
    "no such type": ("{type: phone, region: GB}", "{type: telephone, region: GB}"),
    "no type": ("{type: phone, region: GB}", "{region: GB}"),
    "no such region": ("region: GB", "region: England"),
    "bounds of a date": ("past: true}", "min: 1}"),
    "all and one": ("{slot_any: [bought_on, visit_time], ", "{slot_any: [bought_on], slot: place, "),
    "no target": ("{target: x, ", "{"),
}


@pytest.mark.parametrize(("sound", "broken"), BROKEN.values(), ids=BROKEN)
def test_what_the_loader_refuses_the_schema_refuses(sound: str, broken: str) -> None:
    assert EVERYTHING.count(sound) == 1
    text = EVERYTHING.replace(sound, broken)
    with pytest.raises(InputFault):
        load_text(text, "x.yaml", FILES)
    assert faults(text)


def test_every_key_is_told_of() -> None:
    for part in PARTS.values():
        assert all(about and not re.search(r"[.]$", about) for _, about in part.values())
    assert set(ACTIONS) <= set(PARTS["exit"])


def misspelt(tree: Any, names: bool = False) -> Iterator[Any]:
    """The tree with one known key misspelt, for each of them. `names`: its keys are the designer's own."""
    known = {key for part in PARTS.values() for key in part}
    if isinstance(tree, list):
        for index, one in enumerate(tree):
            yield from ([*tree[:index], other, *tree[index + 1 :]] for other in misspelt(one))
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in known and not names:
                yield {f"{name}x" if name == key else name: one for name, one in tree.items()}
            yield from ({**tree, key: other} for other in misspelt(value, names=key == "exits"))


@pytest.mark.parametrize("name", ["all.yaml", "flows/ask.yaml", "knowledge/faq.yaml"])
def test_a_misspelt_key_is_refused_by_schema_and_loader(name: str) -> None:
    source = EVERYTHING if name == "all.yaml" else FILES[name]
    wrong = list(misspelt(plain(source)))
    assert len(wrong) > 4
    for tree in wrong:
        text = json.dumps(tree, ensure_ascii=False)
        main, parts = (text, FILES) if name == "all.yaml" else (EVERYTHING, {**FILES, name: text})
        assert list(VALIDATOR.iter_errors(tree)), text
        with pytest.raises(InputFault):
            load_text(main, "all.yaml", parts)


@pytest.mark.parametrize("kind", KINDS_OF_FILES)
def test_a_schema_of_one_kind_of_files_takes_no_other(kind: str) -> None:
    validator = Draft202012Validator(json_schema(kind))
    files = {"script": EVERYTHING, "flow": FLOW, "knowledge": FAQ}
    assert {name for name, text in files.items() if not list(validator.iter_errors(plain(text)))} == {kind}

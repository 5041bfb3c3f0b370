"""Files made to harm, or merely broken: each is refused at its place with the reason, before much of it is read."""

import json
import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialog.test_schema import EVERYTHING, plain
from tests.dialog.test_schema import FILES as PARTS
from voicebot.dialog.bundle import MAX_PARTS
from voicebot.dialog.check import check
from voicebot.dialog.findings import of_faults
from voicebot.dialog.loader import load_script, load_text
from voicebot.errors import InputFault
from voicebot.understanding.keywords import find_pattern
from voicebot.understanding.yaml_source import MAX_BYTES, MAX_VALUES

HEAD = "script: bad\nstart: bye\n"
TAIL = "nodes:\n  bye:\n    say: 再见\n    then: {hang_up: ROBOT_END}\n"
PATTERN = "nodes:\n  bye:\n    say: 再见\n    answers:\n      - {id: a, patterns: ['%s'], hang_up: ROBOT_END}\n"
LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(20))
FLOW = """flow: %s
start: ask
exits: [end]
nodes:
  ask: {flow: %s, exits: {end: done}}
  done: {say: 好, then: {exit: end}}
"""

TEXTS = {
    "anchors that unfold to nine to the twentieth values": (LAUGHS, "1:5", "anchor"),
    "an anchor that holds itself": ("a: &a [*a]\n", "1:4", "anchor"),
    "a merge key": ("a: {x: 1}\nb: {<<: *a}\n", "2:9", "anchor"),
    "a Python tag": ("script: !!python/object/apply:os.system [ls]\n", "1:9", "tag"),
    "a tag of its own": ("%TAG ! tag:x,2000:\n---\nscript: !secret x\n", "3:9", "tag"),
    "a binary tag": ("script: !!binary aGVsbG8=\n", "1:9", "tag"),
    "a key twice": (f"{HEAD}start: x\n{TAIL}", "3:1", "duplicate-key"),
    "a key twice, once quoted": (f'{HEAD}"start": x\n{TAIL}', "3:1", "duplicate-key"),
    "an unknown key": (f"{HEAD}strat: x\n{TAIL}", "3:1", "unknown-key"),
    "a NUL": (f"{HEAD}title: a\0b\n{TAIL}", "3:9", "control-character"),
    "an escape sequence of terminals": (f"{HEAD}title: a\x1b[2Jb\n{TAIL}", "3:9", "control-character"),
    "a zero-width space in a name": (f"{HEAD}ti\u200btle: a\n{TAIL}", "3:3", "control-character"),
    "a mark of writing direction": (f"{HEAD}title: 好\u202eb\n{TAIL}", "3:9", "control-character"),
    "a line end that only old YAML knows": (f"{HEAD}title: a\u2028go: b\n{TAIL}", "3:9", "control-character"),
    "a byte order mark in the middle": (f"{HEAD}title: a\ufeff\n{TAIL}", "3:9", "control-character"),
    "a tab for indentation": (f"{HEAD}limits:\n\tmax_turns: 5\n{TAIL}", "4:1", "tab"),
    "lists within lists": ("a: " + "[" * 500_000, "1:20", "too-deep"),
    "mappings within mappings": ("{a: " * 200_000, "1:66", "too-deep"),
    "keys within keys": ("? " * 300_000, "1:35", "too-deep"),
    "items within items": ("- " * 400_000, "1:35", "too-deep"),
    "more values than a file may have": (
        "a: [" + "x," * (MAX_VALUES + 1) + "]",
        f"1:{2 * MAX_VALUES - 1}",
        "file-too-large",
    ),
    "one huge value": (f"{HEAD}title: {'x' * 900_000}\n{TAIL}", "3:8", "too-long"),
    "a huge number": (f"{HEAD}limits: {{max_turns: {'9' * 100_000}}}\n{TAIL}", "3:21", "wrong-value"),
    "a number in other digits": (f"{HEAD}limits: {{max_turns: ５}}\n{TAIL}", "3:21", "wrong-value"),
    "many documents": ("---\n" * 100_000, "2:1", "not-yaml"),
    "a quote that is never closed": (f"{HEAD}title: '{'x' * 1000}\n{TAIL}", "8:1", "not-yaml"),
    "nothing at all": ("", "1:1", "not-yaml"),
    "a list": ("- a\n", "1:1", "wrong-value"),
    "a pattern with look-behind": (HEAD + PATTERN % "(?<=好)的", "7:17", "bad-pattern"),
    "a pattern that refers to itself": (HEAD + PATTERN % r"(好)\1", "7:17", "bad-pattern"),
    "a pattern of patterns of patterns": (HEAD + PATTERN % "((a{1,100}){1,100}){1,100}", "7:17", "bad-pattern"),
    "a long pattern": (HEAD + PATTERN % ("好" * 501), "7:17", "bad-pattern"),
    "a pattern that takes silence": (HEAD + PATTERN % "(好)*", "7:17", "bad-pattern"),
    "a deep expression": (
        HEAD + TAIL + f"grading: [{{grade: A, when: {{if: '{'not ' * 50}1'}}}}]",
        "7:33",
        "bad-expression",
    ),
    "a long expression": (
        HEAD + TAIL + f"grading: [{{grade: A, when: {{if: '{'1+' * 200}1'}}}}]",
        "7:33",
        "bad-expression",
    ),
    "Python for an expression": (
        HEAD + TAIL + "grading: [{grade: A, when: {if: __import__('os')}}]",
        "7:33",
        "bad-expression",
    ),
    "an attribute in an expression": (
        HEAD + TAIL + "grading: [{grade: A, when: {if: score.real}}]",
        "7:33",
        "bad-expression",
    ),
    "a recording elsewhere": (
        HEAD + TAIL.replace("再见", "{text: 再见, file: ../../etc/passwd}"),
        "5:21",
        "outside-file",
    ),
    "a recording at an absolute path": (
        HEAD + TAIL.replace("再见", "{text: 再见, file: /etc/passwd}"),
        "5:21",
        "outside-file",
    ),
    "a flow elsewhere": (
        HEAD + TAIL.replace("{hang_up: ROBOT_END}", "{go: x}") + "  x: {flow: ../../etc/passwd}\n",
        "7:7",
        "wrong-value",
    ),
    "knowledge elsewhere": (HEAD + TAIL + "knowledge: /etc/passwd\n", "7:12", "wrong-value"),
    "a table elsewhere": (HEAD + TAIL + "tables: {t: {key: a, file: ../t.csv}}\n", "7:22", "wrong-value"),
}
"""Name to text, place of the first fault, its code."""

TABLE = HEAD + TAIL + "tables: {t: {key: a, file: tables/t.csv}}\n"
TABLES = {
    "a quote that is never closed": ('a,b\n"x,' + "y\n" * 1000, "bad-table"),
    "one cell of the whole file": ("a,b\n" + "x" * 900_000 + ",y\n", "bad-table"),
    "nothing but columns": ("," * 900_000, "bad-table"),
    "more rows than a table may have": ("a\n" + "".join(f"{n}\n" for n in range(25_000)), "file-too-large"),
    "cells that no column has": ("a,b\nx,y,z\n", "bad-table"),
    "a key twice": ("a,b\nx,y\nx,z\n", "bad-table"),
    "nothing": ("", "bad-table"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_bad_text_is_refused_at_its_place(name: str) -> None:
    text, place, code = TEXTS[name]
    with pytest.raises(InputFault) as caught:
        load_text(text, "s.yaml")
    assert (str(caught.value).split(": ")[0], caught.value.code) == (f"s.yaml:{place}", code), caught.value
    assert of_faults(caught.value)


@pytest.mark.parametrize("name", TABLES)
def test_a_bad_table_is_refused(name: str) -> None:
    text, code = TABLES[name]
    with pytest.raises(InputFault) as caught:
        load_text(TABLE, "dialogs/s.yaml", {"tables/t.csv": text})
    assert str(caught.value).startswith("dialogs/tables/t.csv:")
    assert caught.value.code == code, caught.value


def test_flows_in_a_circle_are_refused() -> None:
    parts = {f"flows/{one}.yaml": FLOW % (one, other) for one, other in (("a", "b"), ("b", "c"), ("c", "a"))}
    text = HEAD + TAIL.replace("{hang_up: ROBOT_END}", "{go: x}") + "  x: {flow: a, exits: {end: bye}}\n"
    with pytest.raises(InputFault) as caught:
        load_text(text, "s.yaml", parts)
    circle = [one for one in (caught.value, *caught.value.more) if one.code == "flow-circle"]
    assert str(circle[0]).startswith("flows/c.yaml:5:9: ")
    assert "a -> b -> c -> a" in str(circle[0])


def test_more_parts_than_a_script_may_have() -> None:
    names = [f"k{n}" for n in range(MAX_PARTS + 1)]
    parts = {f"knowledge/{name}.yaml": f"knowledge: {name}\nanswers: []\n" for name in names}
    with pytest.raises(InputFault, match=f"more than {MAX_PARTS} files"):
        load_text(f"{HEAD}{TAIL}knowledge: [{', '.join(names)}]\n", "s.yaml", parts)


def test_a_pattern_cannot_stop_a_call() -> None:
    assert find_pattern("a" * 50_000 + "!", "(a+)+$") == ""
    assert find_pattern("a" * 5_000, "(a|aa)+b|(a*)*c") == ""


# --- what only a disk has -----------------------------------------------------------------------------
def of_bytes(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


FILES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "not there": (lambda path: None, "1:1", "unreadable-file"),
    "a directory": (lambda path: path.mkdir(), "1:1", "unreadable-file"),
    "a pipe that nobody writes to": (os.mkfifo, "1:1", "unreadable-file"),
    "a device without end": (lambda path: path.symlink_to("/dev/zero"), "1:1", "unreadable-file"),
    "a link to itself": (lambda path: path.symlink_to(path), "1:1", "unreadable-file"),
    "ten megabytes": (of_bytes(b"#" * (10 * MAX_BYTES)), "1:1", "file-too-large"),
    "not UTF-8": (of_bytes(b"script: x\ntitle: \xd5\xc5\n"), "2:8", "not-utf-8"),
    "UTF-16": (of_bytes("script: x\n".encode("utf-16")), "1:1", "not-utf-8"),
    "half a character": (of_bytes(b"script: x\n\xf0\x9f\x98"), "2:1", "not-utf-8"),
    "a surrogate": (of_bytes(b"script: \xed\xa0\x80\n"), "1:9", "not-utf-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused(name: str, tmp_path: Path) -> None:
    make, place, code = FILES[name]
    path = tmp_path / "s.yaml"
    make(path)
    with pytest.raises(InputFault) as caught:
        load_script(path)
    assert str(caught.value).startswith(f"{path}:{place}: ")
    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["flows", "knowledge", "tables"])
def test_links_out_of_the_directory_are_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret: 1\n", encoding="utf-8")
    directory = tmp_path / "dialogs"
    (directory / kind).mkdir(parents=True)
    suffix = "csv" if kind == "tables" else "yaml"
    (directory / kind / f"x.{suffix}").symlink_to(tmp_path / "secret")
    uses = {
        "flows": f"{HEAD}{TAIL}  x: {{flow: x}}\n",
        "knowledge": f"{HEAD}{TAIL}knowledge: x\n",
        "tables": TABLE.replace("tables/t.csv", "tables/x.csv"),
    }
    (directory / "s.yaml").write_text(uses[kind], encoding="utf-8")
    with pytest.raises(InputFault) as caught:
        load_script(directory / "s.yaml")
    assert "outside-file" in {one.code for one in (caught.value, *caught.value.more)}
    assert not re.search("secret: 1", str(caught.value))


# --- whatever is done to a script ---------------------------------------------------------------------
ODD = ("", "x", "好", "5", "{a}", "= 1 +", "bye", "tag('x')", 5, -1, True, None, [], {}, ["好"], {"a": "b"})


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every mapping and list with each of its keys."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from places(tree[key])


@given(st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_damaged_script_has_faults_or_findings_and_nothing_else(random: Random) -> None:
    tree = plain(EVERYTHING)
    for _ in range(random.randint(1, 4)):
        holder, key = random.choice(list(places(tree)))
        match random.choice(("drop", "odd", "copy")):
            case "drop":
                del holder[key]
            case "odd":
                holder[key] = deepcopy(random.choice(ODD))
            case "copy":
                other, place = random.choice(list(places(tree)))
                other[place] = deepcopy(holder[key])
    try:
        findings = check(load_text(json.dumps(tree, ensure_ascii=False, indent=0), "all.yaml", PARTS))
    except InputFault as fault:
        findings = of_faults(fault)
        assert findings
    assert all(one.line >= 1 and one.column >= 1 for one in findings)

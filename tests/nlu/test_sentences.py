"""Labelled sentences: three formats, a map with its faults, parts and splits that are always the same."""

from pathlib import Path

import pytest

from voicebot.errors import InputFault, UsageError
from voicebot.nlu.sentences import Sentence, mapped, part_of, read_map, read_rows, split, training_of

FORMATS = {
    "a.jsonl": '{"text": "好的！", "label": "yes"}\n\n{"text": "？", "label": "-"}\n{"text": "不行", "intent": "no"}\n',
    "a.csv": "text,intent\n好的！,yes\n？,none\n不行,no\n",
    "a.yml": "nlu:\n- intent: yes\n  examples: |\n    - 好的！\n- intent: no\n  examples: |\n    - 不行\n",
}
MAP = "labels:\n  yes: affirm\n  no: [deny, not_interested]\nleft_out: [other]\n"
INTENTS = ("affirm", "deny", "not_interested")


def write(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    rows = read_rows(write(tmp_path, name, FORMATS[name]))
    assert [(row.text, row.label) for row in rows] == [("好的", "yes"), ("不行", "no")]
    meaning = read_map(write(tmp_path, "m.yaml", MAP), INTENTS)
    assert mapped(rows, meaning)[1] == Sentence("不行", ("deny", "not_interested"), "no")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.jsonl", '{"text": "好"}\n', r"a\.jsonl:1:1: a sentence needs 'text' and one of label, intent"),
        ("a.jsonl", "\nnonsense\n", r"a\.jsonl:2:1: not JSON"),
        ("a.jsonl", "[1]\n", r"a\.jsonl:1:1: not a JSON object"),
        ("a.csv", "words,intent\n好,yes\n", r"a\.csv:2:1: a sentence needs 'text'"),
        ("a.csv", "text,intent\n", "no sentence here"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(InputFault, match=says):
        read_rows(write(tmp_path, name, text))


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("text,intent\n好,yes\n".encode("gbk"))
    with pytest.raises(InputFault, match="not UTF-8"):
        read_rows(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "says"),
    [("labels: {yes: afirm}\n", "did you mean 'affirm'"), ("left_out: [other]\n", "needs 'labels'")],
)
def test_a_map_names_intents_that_exist(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputFault, match=says):
        read_map(write(tmp_path, "m.yaml", text), INTENTS)


def test_labels_are_mapped_or_left_out_but_never_forgotten(tmp_path: Path) -> None:
    meaning = read_map(write(tmp_path, "m.yaml", MAP), INTENTS)
    rows = read_rows(write(tmp_path, "b.csv", "text,label\n好,other\n行,yes\n"))
    assert [one.text for one in mapped(rows, meaning)] == ["行"]
    strange = read_rows(write(tmp_path, "c.csv", "text,label\n好,strange\n"))
    with pytest.raises(InputFault, match=r"c\.csv:2:1: the map does not name the label 'strange'"):
        mapped(strange, meaning)


def test_parts_and_fifths_go_by_the_text(tmp_path: Path) -> None:
    lines = "".join(f"第{number}句,x\n" for number in range(500))
    rows = read_rows(write(tmp_path, "many.csv", "text,label\n" + lines + lines))
    trained, held = split(rows)
    assert not {row.text for row in trained} & {row.text for row in held}
    assert 140 < len(held) < 260
    first, rest = part_of(rows, "0-40"), part_of(rows, "40-100")
    assert not {row.text for row in first} & {row.text for row in rest}
    assert len(first) + len(rest) == len(rows)
    assert training_of(trained).digest != training_of(held).digest
    for wrong in ("40", "60-40", "a-b", "0-101"):
        with pytest.raises(UsageError, match="give FROM-TO"):
            part_of(rows, wrong)

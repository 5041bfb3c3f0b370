"""Labelled sentences from files: JSON lines, CSV or Rasa NLU YAML; and the map from foreign labels to our intents.

What an engine makes of them is measure.py's.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicebot.errors import InputFault, UsageError
from voicebot.understanding.classifier import OUT_OF_SCOPE
from voicebot.understanding.nlu_yaml import Example, Training, load_training
from voicebot.understanding.normalise import normalise
from voicebot.understanding.training import FOLDS, fold_of
from voicebot.understanding.yaml_reader import Reader, suggestion, text_of
from voicebot.understanding.yaml_source import Items, Place, parse, read_source

LABEL_NAMES = ("label", "intent")
"""Columns or fields that may hold the label."""
HUNDRED = 100


@dataclass(frozen=True)
class Row:
    """A sentence as a file has it: normalised, with the file's own label."""

    text: str
    label: str
    place: Place


@dataclass(frozen=True)
class Sentence:
    """A sentence and every intent that is right for it; `out_of_scope` stands for none."""

    text: str
    right: tuple[str, ...]
    label: str


def read_rows(path: Path) -> tuple[Row, ...]:
    """All rows of a file that have a letter in them. Raises InputFault (file:line:column)."""
    if path.suffix in (".yml", ".yaml"):
        return tuple(Row(one.text, one.intent, one.place) for one in load_training([path]).examples)
    rows = tuple(row for row in _rows(path) if row.text)
    if not rows:
        raise InputFault(f"{path}:1:1: no sentence here; JSON lines or CSV with the fields text and label are wanted")
    return rows


def _rows(path: Path) -> Iterator[Row]:
    text, shown = _read(path)
    fields = _csv_fields(text) if path.suffix == ".csv" else _json_fields(text, shown)
    for number, found in fields:
        place = Place(shown, number, 1)
        label = next((found[name] for name in LABEL_NAMES if found.get(name)), None)
        if label is None or found.get("text") is None:
            place.fault(
                f"a sentence needs 'text' and one of {', '.join(LABEL_NAMES)}; found {', '.join(found) or 'none'}"
            )
        yield Row(normalise(str(found["text"])), str(label), place)


def _read(path: Path) -> tuple[str, str]:
    try:
        return path.read_text(encoding="utf-8-sig"), str(path)
    except UnicodeDecodeError:
        raise InputFault(f"{path}:1:1: not UTF-8; save the file as UTF-8") from None


def _csv_fields(text: str) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    reader = csv.DictReader(io.StringIO(text))
    for found in reader:
        yield reader.line_num, {name: value for name, value in found.items() if name is not None}


def _json_fields(text: str, shown: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            Place(shown, number, 1).fault(f"not JSON: {error}")
        if not isinstance(found, dict):
            Place(shown, number, 1).fault("not a JSON object with the fields text and label")
        yield number, found


def read_map(path: Path, intents: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """From foreign labels to the intents that are right for them; labels that stand under `left_out` have none.

    Raises InputFault, for an intent that does not exist too.
    """
    text, shown = read_source(path)
    reader = Reader(parse(text, shown), "the map")
    known = {*intents, OUT_OF_SCOPE}
    found: dict[str, tuple[str, ...]] = {}
    left_out = reader.texts("left_out")
    labels = reader.mapping("labels")
    if not labels:
        reader.place.fault("the map needs 'labels': each foreign label with one intent of ours or a list of them")
    for label, tree in labels.items():
        many = tree.values if isinstance(tree, Items) else (tree,)
        found[label] = tuple(text_of(one, f"label {label!r}") for one in many)
        for intent, one in zip(found[label], many, strict=True):
            if intent not in known:
                one.place.fault(f"{intent!r} is no intent of intents/{suggestion(intent, known)}")
    reader.done()
    return found | dict.fromkeys(left_out, ())


def mapped(rows: Iterable[Row], meaning: Mapping[str, tuple[str, ...]] | None) -> tuple[Sentence, ...]:
    """The rows that count, with what is right for them. Without a map a label is the intent itself.

    Raises InputFault for a label that the map does not name.
    """
    if meaning is None:
        return tuple(Sentence(row.text, (row.label,), row.label) for row in rows)
    sentences = []
    for row in rows:
        if row.label not in meaning:
            row.place.fault(f"the map does not name the label {row.label!r}; give it intents or put it under left_out")
        if meaning[row.label]:
            sentences.append(Sentence(row.text, meaning[row.label], row.label))
    return tuple(sentences)


def part_of(rows: Iterable[Row], part: str) -> tuple[Row, ...]:
    """The rows whose text's hash falls into `part`, `FROM-TO` in hundredths: the same ones always.

    Raises UsageError for anything else.
    """
    begin, _, end = part.partition("-")
    if not (begin.isdecimal() and end.isdecimal() and int(begin) < int(end) <= HUNDRED):
        raise UsageError(f"{part!r} is no part; give FROM-TO in hundredths, such as 40-100")
    return tuple(row for row in rows if int(begin) <= _hundredth(row.text) < int(end))


def _hundredth(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[1:5]) * HUNDRED >> 32


def training_of(rows: Sequence[Row]) -> Training:
    """Training data from rows: their labels are its intents. No entities."""
    examples = tuple(Example(row.text, row.label, row.place) for row in rows)
    content = "\n".join(f"{row.label}\t{row.text}" for row in rows)
    return Training(examples, {}, {}, {}, hashlib.sha256(content.encode()).hexdigest())


def split(rows: Iterable[Row]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Four fifths to train on and the last fifth, by the hash of the text: the same text is never in both."""
    rows = tuple(rows)
    return (
        tuple(row for row in rows if fold_of(row.text) != FOLDS - 1),
        tuple(row for row in rows if fold_of(row.text) == FOLDS - 1),
    )

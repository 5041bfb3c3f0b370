"""Training data in Rasa's NLU YAML (version 3.1): intents, synonyms, lookups, regexes, entity marks.

Reading only; what an engine makes of it is the engine's. Rasa reads the same files.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from voicebot.errors import InputFault
from voicebot.understanding.normalise import normalise
from voicebot.understanding.patterns import compile_pattern
from voicebot.understanding.yaml_reader import Reader, text_of
from voicebot.understanding.yaml_source import Fields, Items, Place, Scalar, Tree, parse, read_source

VERSION = "3.1"
KINDS = ("intent", "synonym", "lookup", "regex")
_MARK = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\((?P<entity>[^()]+)\)|(?P<json>\{[^{}]*\}))")
RASA_CONFIG_DIR = "rasa"
"""Under intents/: the configuration of a Rasa server, not training data."""
ANSWERING_DIR = "answering"
"""Under intents/: what the network and machines say, no intents."""
_NOT_TRAINING = frozenset({RASA_CONFIG_DIR, ANSWERING_DIR})


@dataclass(frozen=True)
class Mark:
    """The part of an example's text from `begin` to `end` that names `value` of `entity`."""

    begin: int
    end: int
    entity: str
    value: str


@dataclass(frozen=True)
class Example:
    """One sentence of an intent, normalised, with its marked entity values in order."""

    text: str
    intent: str
    place: Place
    marks: tuple[Mark, ...] = ()

    @property
    def entities(self) -> Mapping[str, str]:
        """The marked values by name, the last one of a name."""
        return {mark.entity: mark.value for mark in self.marks}


@dataclass(frozen=True)
class Training:
    """All files together. `synonyms`: what is said to what is meant. `digest`: SHA-256 of the sources."""

    examples: tuple[Example, ...]
    synonyms: Mapping[str, str]
    lookups: Mapping[str, tuple[str, ...]]
    regexes: Mapping[str, tuple[str, ...]]
    digest: str

    @property
    def intents(self) -> tuple[str, ...]:
        """The names of all intents, sorted."""
        return tuple(sorted({example.intent for example in self.examples}))


class _Collected:
    """What was read so far."""

    def __init__(self) -> None:
        self.examples: list[Example] = []
        self.synonyms: dict[str, str] = {}
        self.lookups: dict[str, list[str]] = {}
        self.regexes: dict[str, list[str]] = {}


def training_files(directory: Path) -> tuple[Path, ...]:
    """The training files under a directory, sorted. Raises InputFault when there are none."""
    files = [
        path
        for path in sorted((*directory.rglob("*.yml"), *directory.rglob("*.yaml")))
        if not _NOT_TRAINING & set(path.relative_to(directory).parts)
    ]
    if not files:
        raise InputFault(f"{directory}:1:1: no intents here; put Rasa NLU files (*.yml) into it")
    return tuple(files)


def load_training(paths: Iterable[Path]) -> Training:
    """The training data of several files. Raises InputFault (file:line:column) at the first fault."""
    found = _Collected()
    digest = hashlib.sha256()
    for path in paths:
        text, shown = read_source(path)
        digest.update(text.encode())
        reader = Reader(parse(text, shown), "the file")
        version = reader.text("version", VERSION)
        if version != VERSION:
            reader.at("version").fault(f"version {version!r}; this product reads {VERSION!r}")
        for item in reader.items("nlu"):
            _entry(item, text.splitlines(), found)
        reader.done()
    return Training(
        tuple(found.examples),
        found.synonyms,
        {name: tuple(values) for name, values in found.lookups.items()},
        {name: tuple(values) for name, values in found.regexes.items()},
        digest.hexdigest(),
    )


def _entry(item: Tree, source: list[str], found: _Collected) -> None:
    reader = Reader(item, "an entry of 'nlu'")
    kinds = [kind for kind in KINDS if reader.has(kind)]
    if len(kinds) != 1:
        reader.place.fault(f"an entry needs one of {', '.join(KINDS)}; found {' and '.join(kinds) or 'none'}")
    kind, name = kinds[0], reader.text(kinds[0])
    reader.what = f"{kind} {name!r}"
    examples = reader.take("examples")
    if examples is None:
        reader.place.fault(f"{reader.what} needs 'examples'")
    reader.done()
    for text, place in _lines(examples, reader.what, source):
        if kind == "intent":
            found.examples.append(_example(text, name, place))
        elif kind == "synonym":
            found.synonyms[normalise(text)] = name
        elif kind == "lookup":
            found.lookups.setdefault(name, []).append(text)
        else:
            found.regexes.setdefault(name, []).append(_regex(text, place))


def _lines(examples: Tree, what: str, source: list[str]) -> list[tuple[str, Place]]:
    """The `- ` lines of a block, or the items of a list, each with its place."""
    if isinstance(examples, Items):
        return [(text_of(one, f"an example of {what}"), one.place) for one in examples.values]
    if isinstance(examples, Fields) or not examples.block:
        examples.place.fault(f"the examples of {what} must be a block after '|', one '- ' line each")
    return [line for line in _block(examples, what, source) if line[0]]


def _block(block: Scalar, what: str, source: list[str]) -> Iterable[tuple[str, Place]]:
    for number, line in enumerate(block.text.splitlines(), block.place.line + 1):
        indent = len(source[number - 1]) - len(line) if number <= len(source) else 0
        place = Place(block.place.file, number, indent + 3)
        if line.strip() and not line.startswith("- "):
            place.fault(f"an example of {what} must begin with '- '; found {line.strip()!r}")
        if line.strip() == "-" or (line.startswith("- ") and not line[2:].strip()):
            place.fault(f"an empty example of {what}; remove the line")
        yield line[2:].strip(), place


def _example(text: str, intent: str, place: Place) -> Example:
    plain = normalise(_MARK.sub(lambda mark: mark["text"], text))
    if not plain:
        place.fault(f"the example {text!r} of intent {intent!r} has no letter in it")
    marks: list[Mark] = []
    for found in _MARK.finditer(text):
        said = normalise(found["text"])
        begin = plain.find(said, marks[-1].end if marks else 0)
        if not said or begin < 0:
            place.fault(f"the marked {found['text']!r} has no letter that stays in {plain!r}; mark a word")
        marks.append(Mark(begin, begin + len(said), *_marked(found, said, place)))
    return Example(plain, intent, place, tuple(marks))


def _marked(found: re.Match[str], said: str, place: Place) -> tuple[str, str]:
    """Entity and value of one mark."""
    if found["json"] is None:
        return found["entity"], said
    try:
        fields = json.loads(found["json"])
        return str(fields["entity"]), str(fields.get("value") or said)
    except (ValueError, KeyError, TypeError):
        place.fault(f'{found["json"]} must be JSON with "entity", for example {{"entity": "city"}}')


def _regex(text: str, place: Place) -> str:
    try:
        compile_pattern(text)
    except ValueError as error:
        place.fault(f"{text!r} is not a regular expression: {error}", "bad-pattern")
    return text

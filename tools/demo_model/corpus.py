"""All text of the model: expanded templates, dialogs/ and intents/, split into trained and held out.
Words, pronunciation and sound belong elsewhere."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.answer_corpus.settings import HELD_OUT, TUNING
from tools.answer_corpus.texts import texts as answering_texts
from tools.demo_model import readings, templates
from tools.demo_model.settings import DIALOGS_DIR, INTENTS_DIR, TEXT_DIR
from voicebot.answering.likeness import EXAMPLES

TEMPLATE_FILES = ("answers", "questions", "situations", "everyday", "numbers", "network", "robot")
SENTENCES_PER_TEMPLATE = 400
HELD_OUT_FROM = 20  # a template with fewer expansions is trained whole
HELD_OUT_SHARE = 10  # one sentence in so many
ROBOT_WEIGHT = 0.3
CUSTOMER_WEIGHT = 2.0
ANSWERING_WEIGHT = 1.0
ANSWERING = "answering"
"""Below intents/: what the network and machines say."""
SHORT = 6  # characters; a shorter clause of the answering corpus is what everybody says
VARIABLE_FILLINGS = 3
SEED = 20

_CUSTOMER_KEYS = frozenset({"keywords", "examples", "answers", "phrases", "synonyms"})
_VARIABLE = re.compile(r"\{(\w+)\}")
_VARIABLE_CLASSES = {"city": "capital", "shop": "channel", "surname": "surname", "title": "title",
                     "channel": "channel", "product": "product"}  # fmt: skip
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
SCRIPT_FOLDERS = (".", "flows", "knowledge")
"""Where texts of scripts are, below dialogs/."""
_NOT_SPOKEN_KEYS = frozenset({"title", "script", "version", "pattern", "regex", "if", "code"})


@dataclass(frozen=True)
class Sentence:
    """Chinese characters of one clause, where they came from, and how much they count."""

    text: str
    source: str
    weight: float
    held_out: bool


def collect(
    text_dir: Path = TEXT_DIR, dialogs_dir: Path = DIALOGS_DIR, intents_dir: Path = INTENTS_DIR
) -> list[Sentence]:
    """Every sentence once, in an order and with a split that depend on the text alone."""
    classes = templates.read_classes(text_dir / "classes.txt")
    lines = templates.read_templates([text_dir / f"{name}.txt" for name in TEMPLATE_FILES])
    reserved = set(measuring_text("heldout", text_dir)) | set(measuring_text("unknown", text_dir))
    reserved |= {
        clause for text in answering_texts(HELD_OUT) for clause in readings.clauses(text) if len(clause) > SHORT
    }
    found: dict[str, Sentence] = {}
    for template in lines:
        texts = templates.expand(template, classes, random.Random(f"{SEED} {template.source}"), SENTENCES_PER_TEMPLATE)
        weight = template.weight * 10 / len(texts) ** 0.5
        splits = templates.size(template, classes) >= HELD_OUT_FROM
        for text in texts:
            if text not in found and text not in reserved:
                found[text] = Sentence(text, template.source, weight, splits and _drawn(text))
    for text, source, weight in [
        *script_clauses(dialogs_dir, classes),
        *intent_clauses(intents_dir),
        *answering_clauses(intents_dir / ANSWERING),
    ]:
        if text not in reserved:
            known = found.get(text)
            total = weight + (known.weight if known and not known.held_out else 0.0)
            found[text] = Sentence(text, source, total, held_out=False)
    return list(found.values())


def measuring_text(name: str, text_dir: Path = TEXT_DIR) -> list[str]:
    """`heldout` or `unknown`: sentences that no stage of training sees."""
    return [line for _, line in templates.read_lines(text_dir / f"{name}.txt")]


def script_clauses(folder: Path, classes: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str, float]]:
    """(clause, source, weight) of every text in scripts and their parts, variables filled from the classes."""
    for path in sorted(path for part in SCRIPT_FOLDERS for path in folder.glob(f"{part}/*.yaml")):
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for text, by_customer in _strings(document, by_customer=False):
            rng = random.Random(f"{SEED} {text}")
            for _ in range(VARIABLE_FILLINGS if _VARIABLE.search(text) else 1):
                filled = _VARIABLE.sub(lambda name: _variable(name[1], classes, rng), text)  # noqa: B023
                weight = CUSTOMER_WEIGHT if by_customer else ROBOT_WEIGHT
                for clause in readings.clauses(filled):
                    yield clause, path.name, weight


def intent_clauses(folder: Path) -> Iterator[tuple[str, str, float]]:
    """(clause, source, weight) of the examples, synonyms and look-up entries in Rasa NLU files."""
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
        for entry in document.get("nlu", ()):
            if "regex" in entry:
                continue
            for line in str(entry.get("examples", "")).splitlines():
                example = _ENTITY.sub(r"\1", line.strip().removeprefix("-"))
                for clause in readings.clauses(example):
                    yield clause, path.name, CUSTOMER_WEIGHT


def answering_clauses(folder: Path) -> Iterator[tuple[str, str, float]]:
    """(clause, source, weight) of what the network, machines and people say when a call is taken: the phrases of the
    tables, and the whole sentences that those were tuned on."""
    for text in answering_texts(TUNING):
        for clause in readings.clauses(text):
            yield clause, ANSWERING, ANSWERING_WEIGHT
    for path in sorted({*folder.glob("*.yml")} - {folder / EXAMPLES}):
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for text, _ in _strings(document, by_customer=False):
            for clause in readings.clauses(text):
                yield clause, path.name, ANSWERING_WEIGHT


def save(sentences: list[Sentence], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(sentence) for sentence in sentences], ensure_ascii=False), encoding="utf-8")


def load(path: Path) -> list[Sentence]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Sentence(**row) for row in rows]


def _drawn(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % HELD_OUT_SHARE == 0


def _variable(name: str, classes: Mapping[str, tuple[str, ...]], rng: random.Random) -> str:
    """A value for a script variable; an unknown one ends the clause there."""
    return rng.choice(classes[_VARIABLE_CLASSES[name]]) if name in _VARIABLE_CLASSES else "，"


def _strings(node: Any, by_customer: bool) -> Iterator[tuple[str, bool]]:
    """Texts of a script with who says them: customers' words stand under keys such as `keywords`."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in _NOT_SPOKEN_KEYS:
                yield from _strings(value, by_customer or key in _CUSTOMER_KEYS)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value, by_customer)
    elif isinstance(node, str):
        yield node, by_customer

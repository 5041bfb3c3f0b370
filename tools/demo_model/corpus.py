"""All text of the model: expanded templates, dialogs/ and intents/, split into trained and held out.
Words, pronunciation and sound belong elsewhere."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.answer_corpus.settings import HELD_OUT, TUNING
from tools.answer_corpus.texts import texts as answering_texts
from tools.demo_model import templates
from tools.demo_model.profiles import Profile
from tools.demo_model.settings import DIALOGS_DIR, INTENTS_DIR
from voicebot.answering.likeness import EXAMPLES

TEMPLATE_FILES = ("answers", "questions", "situations", "everyday", "numbers", "network", "robot")
SENTENCES_PER_TEMPLATE = 400
HELD_OUT_FROM = 20  # a template with fewer expansions is trained whole
HELD_OUT_SHARE = 10  # one sentence in so many
ROBOT_WEIGHT = 0.3
CUSTOMER_WEIGHT = 2.0
ANSWERING_WEIGHT = 1.0
WORD_WEIGHT = 0.05
ANSWERING = "answering"
"""Below intents/: what the network and machines say."""
VARIABLE_FILLINGS = 3
SEED = 20

_CUSTOMER_KEYS = frozenset({"keywords", "examples", "answers", "phrases", "synonyms"})
_VARIABLE = re.compile(r"\{(\w+)\}")
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
DEFAULT_LANGUAGE = "zh"
"""Of a script that names none, and of parts of scripts."""
SCRIPT_FOLDERS = (".", "flows", "knowledge")
"""Where texts of scripts are, below dialogs/."""
_NOT_SPOKEN_KEYS = frozenset({"title", "script", "version", "pattern", "regex", "if", "code"})


@dataclass(frozen=True)
class Sentence:
    """One clause as it is spoken, where it came from, and how much it counts."""

    text: str
    source: str
    weight: float
    held_out: bool


def collect(profile: Profile, dialogs_dir: Path = DIALOGS_DIR, intents_dir: Path = INTENTS_DIR) -> list[Sentence]:
    """Every sentence once, in an order and with a split that depend on the text alone."""
    classes = classes_of(profile)
    lines = templates.read_templates([profile.text / f"{name}.txt" for name in TEMPLATE_FILES])
    reserved = set(measuring_text(profile, "heldout")) | set(measuring_text(profile, "unknown"))
    reserved |= {
        clause
        for text in answering_texts(HELD_OUT, profile.language)
        for clause in profile.clauses(text)
        if len(profile.tokens(clause)) > profile.short
    }
    found: dict[str, Sentence] = {}
    for template in lines:
        drawn = templates.expand(template, classes, random.Random(f"{SEED} {template.source}"), SENTENCES_PER_TEMPLATE)
        texts = [_spelt(profile, text) for text in drawn]
        weight = template.weight * 10 / len(texts) ** 0.5
        splits = templates.size(template, classes) >= HELD_OUT_FROM
        for text in texts:
            if text not in found and text not in reserved:
                found[text] = Sentence(text, template.source, weight, splits and _drawn(text))
    for text, source, weight in [
        *word_list(profile),
        *script_clauses(profile, dialogs_dir),
        *intent_clauses(profile, intents_dir),
        *answering_clauses(profile, intents_dir / ANSWERING),
    ]:
        if text not in reserved:
            known = found.get(text)
            total = weight + (known.weight if known and not known.held_out else 0.0)
            found[text] = Sentence(text, source, total, held_out=False)
    return list(found.values())


def classes_of(profile: Profile) -> templates.Classes:
    """The classes of the profile's templates: listed ones, and those that code makes."""
    return {**templates.read_classes(profile.text / "classes.txt"), **profile.spoken_classes}


def measuring_text(profile: Profile, name: str) -> list[str]:
    """`heldout` or `unknown`: sentences that no stage of training sees."""
    return [_spelt(profile, line) for _, line in templates.read_lines(profile.text / f"{name}.txt")]


def word_list(profile: Profile) -> Iterator[tuple[str, str, float]]:
    """(word, source, weight) of single words that the profile adds to those of its templates."""
    for word in profile.more_words():
        for clause in profile.clauses(word):
            yield clause, "words", WORD_WEIGHT


def script_clauses(profile: Profile, folder: Path) -> Iterator[tuple[str, str, float]]:
    """(clause, source, weight) of every text in the language's scripts and their parts, variables filled from the
    classes."""
    classes = classes_of(profile)
    for path in sorted(path for part in SCRIPT_FOLDERS for path in folder.glob(f"{part}/*.yaml")):
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        if document.get("language", DEFAULT_LANGUAGE) != profile.language:
            continue
        for text, by_customer in _strings(document, by_customer=False):
            rng = random.Random(f"{SEED} {text}")
            for _ in range(VARIABLE_FILLINGS if _VARIABLE.search(text) else 1):
                filled = _VARIABLE.sub(lambda name: _variable(profile, name[1], classes, rng), text)  # noqa: B023
                weight = CUSTOMER_WEIGHT if by_customer else ROBOT_WEIGHT
                for clause in profile.clauses(filled):
                    yield clause, path.name, weight


def intent_clauses(profile: Profile, folder: Path) -> Iterator[tuple[str, str, float]]:
    """(clause, source, weight) of the examples, synonyms and look-up entries in Rasa NLU files: those that every
    language shares, and the language's own in a folder of its name."""
    own = folder / profile.language
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml"), *own.glob("*.yml")]):
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
        for entry in document.get("nlu", ()):
            if "regex" in entry:
                continue
            for line in str(entry.get("examples", "")).splitlines():
                example = _ENTITY.sub(r"\1", line.strip().removeprefix("-"))
                for clause in profile.clauses(example):
                    yield clause, path.name, CUSTOMER_WEIGHT


def answering_clauses(profile: Profile, folder: Path) -> Iterator[tuple[str, str, float]]:
    """(clause, source, weight) of what the network, machines and people say when a call is taken: the phrases of the
    tables, and the whole sentences that those were tuned on."""
    for text in answering_texts(TUNING, profile.language):
        for clause in profile.clauses(text):
            yield clause, ANSWERING, ANSWERING_WEIGHT
    for path in sorted({*folder.glob("*.yml")} - {folder / EXAMPLES}):
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for text, _ in _strings(document, by_customer=False):
            for clause in profile.clauses(text):
                yield clause, path.name, ANSWERING_WEIGHT


def save(sentences: list[Sentence], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(sentence) for sentence in sentences], ensure_ascii=False), encoding="utf-8")


def load(path: Path) -> list[Sentence]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Sentence(**row) for row in rows]


def _spelt(profile: Profile, text: str) -> str:
    """A text without punctuation in the spelling of the model."""
    return profile.between_words.join(profile.clauses(text))


def _drawn(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % HELD_OUT_SHARE == 0


def _variable(profile: Profile, name: str, classes: templates.Classes, rng: random.Random) -> str:
    """A value for a script variable; an unknown one ends the clause there."""
    known = profile.variable_classes.get(name)
    return templates.fill(f"<{known}>", classes, rng) if known else "，"


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

"""What is said in the clips: the examples the product learns from, and wordings.yml. How it is said is clips.py's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.answer_corpus.settings import HELD_OUT, TUNING
from tools.demo_model.settings import INTENTS_DIR
from voicebot.answering.likeness import EXAMPLES
from voicebot.answering.tables import EARLY_CODES
from voicebot.understanding.classifier import OUT_OF_SCOPE

WORDINGS = Path(__file__).resolve().parent / "wordings.yml"
WORDINGS_EN = WORDINGS.with_name("wordings_en.yml")
LEARNT = INTENTS_DIR / "answering" / EXAMPLES
Wordings = dict[str, Any]


def wordings() -> Wordings:
    """What is said, by kind and part. Of announcements the tuning part is what the product's likeness learns from."""
    read: Wordings = _read(WORDINGS)
    learnt = examples()
    for code in EARLY_CODES:
        chinese = [text for text in learnt[code] if not text.isascii()]
        read["announcements"][code] = {TUNING: chinese, HELD_OUT: read["announcements"][code]}
    chinese = [text for text in learnt[OUT_OF_SCOPE] if not text.isascii()]
    read["no_verdict"] = {TUNING: chinese, HELD_OUT: read["no_verdict"]}
    read["english"] = english_wordings()["announcements"]
    return read


def english_wordings() -> Wordings:
    """As `wordings`, of the English clips."""
    read: Wordings = _read(WORDINGS_EN)
    learnt = examples()
    for code in EARLY_CODES:
        english = [text for text in learnt[code] if text.isascii()]
        read["announcements"][code] = {TUNING: english, HELD_OUT: read["announcements"][code]}
    english = [text for text in learnt[OUT_OF_SCOPE] if text.isascii()]
    read["no_verdict"] = {TUNING: english, HELD_OUT: read["no_verdict"]}
    return read


def examples() -> dict[str, list[str]]:
    """The sentences of `EXAMPLES` as written, with their commas, by code."""
    entries = _read(LEARNT)["nlu"]
    return {entry["intent"]: [line.removeprefix("- ") for line in entry["examples"].splitlines()] for entry in entries}


def texts(part: str, language: str = "zh") -> list[str]:
    """All of one part in a language. What is held out only measures: no table and no text of a model may hold it."""
    read = wordings() if language == "zh" else english_wordings()
    found = [text for one in read["announcements"].values() for text in one[part]]
    found += [text for kind in ("VOICEMAIL", "ASSISTANT", "IVR", "no_verdict") for text in read[kind][part]]
    return [*found, *(piece for said in read["people"][part] for piece in said)]


def _read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))

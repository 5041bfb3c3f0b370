"""What is said in the clips: wordings.yml as it stands. How it is said is clips.py's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

WORDINGS = Path(__file__).resolve().parent / "wordings.yml"
Wordings = dict[str, Any]


def wordings() -> Wordings:
    """What is said."""
    read: Wordings = YAML(typ="safe").load(WORDINGS.read_text(encoding="utf-8"))
    return read


def texts(part: str) -> list[str]:
    """All Mandarin of one part. What is held out only measures: no table and no text of a model may hold it."""
    read = wordings()
    found = [text for one in read["announcements"].values() for text in one[part]]
    found += [text for kind in ("VOICEMAIL", "ASSISTANT", "IVR", "no_verdict") for text in read[kind][part]]
    return [*found, *(piece for said in read["people"][part] for piece in said)]

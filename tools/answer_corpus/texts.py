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


def held_out_texts() -> list[str]:
    """Everything that only measures: no table and no text of a model may hold it."""
    read = wordings()
    found = [text for texts in read["announcements"].values() for text in texts["held_out"]]
    found += [text for kind in ("VOICEMAIL", "ASSISTANT", "IVR", "no_verdict") for text in read[kind]["held_out"]]
    return [*found, *(piece for said in read["people"]["held_out"] for piece in said)]

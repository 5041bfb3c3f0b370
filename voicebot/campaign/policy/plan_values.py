"""Values that a plan writes in more than one of its parts: numbers and shares. Places of faults are the reader's."""

import re

from voicebot.understanding.yaml_reader import text_of
from voicebot.understanding.yaml_source import Tree


def number(tree: Tree, what: str) -> float:
    """A number, or a share in percent as 0 to 1. Raises InputFault at its place."""
    text = text_of(tree, what)
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?%?", text):
        tree.place.fault(f"{what} is {text!r}, not a number")
    return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)

"""What a service's answer holds for the talk: the wanted fields of a JSON object, as short clean texts. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicebot.dialog.events import FetchOutcome
from voicebot.dialog.wording import clean

YES, NO = "yes", "no"
"""What true and false are in a slot."""


@dataclass(frozen=True)
class ServiceAnswer:
    """As in the event Fetched: `values` by the field's path; `why` when it failed."""

    outcome: FetchOutcome
    values: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


MISSING = ServiceAnswer("missing")


def failed(why: str) -> ServiceAnswer:
    """Nothing that the talk can use, and why, for people."""
    return ServiceAnswer("failed", {}, " ".join(why.split())[:200])


def answer_of(body: bytes, fields: Sequence[str]) -> ServiceAnswer:
    """The fields of a JSON object in UTF-8; `missing` when it has none of them. Never raises."""
    try:
        # Numbers stay as they are written: a customer's number of twenty digits is no number to reckon with.
        data = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        return failed(f"no JSON: {error}")
    if not isinstance(data, dict):
        return failed("no JSON object")
    values = {path: text for path in fields if (text := _text(_at(data, path)))}
    return ServiceAnswer("found", values) if values else MISSING


def _at(data: Any, path: str) -> Any:
    """What stands at a path of names and of positions in lists; None where it leads nowhere."""
    for name in path.split("."):
        if isinstance(data, dict):
            data = data.get(name)
        elif isinstance(data, list) and name.isascii() and name.isdigit() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def _text(value: Any) -> str:
    """A plain value as a slot holds it; empty for objects and lists, which are none."""
    if isinstance(value, bool):
        return YES if value else NO
    return clean(value) if isinstance(value, str) else ""

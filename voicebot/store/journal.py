"""Records as lines of JSON and back: how they wait on disk while the database does not take them.

Pure text; the files are kept in spill.py.
"""

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from voicebot.store.records import (
    AgentDialled,
    AttemptResult,
    AttemptStarted,
    CallResult,
    EventRecord,
    FollowUpAsked,
    PickUpHeard,
    Record,
    RecordingMade,
    StopAsked,
)

KINDS: dict[str, type[Record]] = {
    "attempt_started": AttemptStarted,
    "attempt_ended": AttemptResult,
    "event": EventRecord,
    "call_ended": CallResult,
    "recording": RecordingMade,
    "pick_up": PickUpHeard,
    "follow_up": FollowUpAsked,
    "stop": StopAsked,
    "agent_dialled": AgentDialled,
}
_NAMES = {kind: name for name, kind in KINDS.items()}


def to_line(record: Record) -> str:
    """One line of JSON without its line end. Raises TypeError or ValueError for what JSON cannot hold."""
    return json.dumps({"record": _NAMES[type(record)], **_fields(record)}, default=_plain)


def from_line(line: str) -> Record:
    """The record that `to_line` wrote. Raises ValueError naming what is wrong with the line."""
    try:
        fields = json.loads(line)
        kind = KINDS[fields.pop("record")]
        return _build(kind, fields)  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"not a record: {line[:80]!r}: {fault!r}") from fault


def _fields(value: Any) -> dict[str, Any]:
    return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} does not fit into JSON")


def _build(kind: Any, value: Any) -> Any:
    """`value` as read from JSON, as the annotated type `kind`."""
    if value is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _build(next(arm for arm in get_args(kind) if arm is not type(None)), value)
    if origin is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in value)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _build(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    if kind is datetime:
        return datetime.fromisoformat(value)
    if origin in (Literal, Mapping):
        return value
    return kind(value)

"""Events as plain dictionaries and back, for the store, replay and resumption of a call.

The spelling is fixed by tests: what was stored once must be readable for ever. No file is opened here.
"""

import re
from typing import Any, get_args

import msgspec

from voicebot.dialog.events import Event

_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {name: msgspec.json.Decoder(kind) for name, kind in _KINDS.items()}
KIND = "event"
"""The key that names an event's kind."""
_NAMED = re.compile(rf'"{KIND}": ?"(\w+)"')
"""The kind in an event's JSON; quotes of what a customer said are escaped there, so no words look like it."""


def to_dict(event: Event) -> dict[str, Any]:
    """An event as JSON-ready values, its kind under `event`."""
    return {KIND: type(event).__name__, **msgspec.to_builtins(event)}


def from_dict(data: dict[str, Any]) -> Event:
    """The event that `to_dict` wrote. Raises ValueError naming what is wrong."""
    kind = _KINDS.get(data.get(KIND, ""))
    if kind is None:
        raise ValueError(f"{data.get(KIND)!r} is no kind of event; known: {', '.join(_KINDS)}")
    fields = {name: value for name, value in data.items() if name != KIND}
    try:
        event: Event = msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"not a stored {kind.__name__}: {error}") from None
    return event


def from_json(text: str) -> Event:
    """The event that `to_dict` wrote, from its JSON, in a third of the time. Raises ValueError naming what is wrong."""
    found = _NAMED.search(text)
    decoder = _DECODERS.get(found[1]) if found else None
    if decoder is None:
        raise ValueError(f"{text[:80]!r} is no event; known: {', '.join(_KINDS)}")
    try:
        event: Event = decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a stored event: {error}: {text[:80]!r}") from None
    return event

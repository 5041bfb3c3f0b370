"""Events and states as plain dictionaries and back, for the store, replay and resumption of a call.

The spelling is fixed by tests: what was stored once must be readable for ever. No file is opened here.
"""

from typing import Any, get_args

import msgspec

from voicebot.dialog.events import Event
from voicebot.dialog.state import State

_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}
KIND = "event"
"""The key that names an event's kind."""


def to_dict(event: Event) -> dict[str, Any]:
    """An event as JSON-ready values, its kind under `event`."""
    return {KIND: type(event).__name__, **msgspec.to_builtins(event)}


def from_dict(data: dict[str, Any]) -> Event:
    """The event that `to_dict` wrote. Raises ValueError naming what is wrong."""
    kind = _KINDS.get(data.get(KIND, ""))
    if kind is None:
        raise ValueError(f"{data.get(KIND)!r} is no kind of event; known: {', '.join(_KINDS)}")
    fields = {name: value for name, value in data.items() if name != KIND}
    event: Event = _convert(fields, kind)
    return event


def state_to_dict(state: State) -> dict[str, Any]:
    """A state as JSON-ready values."""
    values: dict[str, Any] = msgspec.to_builtins(state)
    return values


def state_from_dict(data: dict[str, Any]) -> State:
    """The state that `state_to_dict` wrote. Raises ValueError naming what is wrong."""
    state: State = _convert(data, State)
    return state


def _convert(data: Any, kind: type) -> Any:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"not a stored {kind.__name__}: {error}") from None

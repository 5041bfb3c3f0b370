"""Frozen parts of a script made anew with other names of nodes in them. Which names, the caller says."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from voicebot.dialog.expression import NODE_FUNCTIONS, Call, Literal
from voicebot.dialog.lookups import Lookup
from voicebot.dialog.script import Condition, Go, HandoffPlan, Script
from voicebot.understanding.yaml_source import Place

T = TypeVar("T")


def rebuilt(value: T, change: Callable[[Any], Any]) -> T:
    """`value` with every record in it replaced by what `change` makes of it, the innermost first.

    What does not change stays the same object.
    """
    return _rebuilt(value, change)  # type: ignore[no-any-return]


def _rebuilt(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, tuple):
        items = tuple(_rebuilt(one, change) for one in value)
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if isinstance(value, Mapping):
        pairs = {name: _rebuilt(one, change) for name, one in value.items()}
        return value if all(pairs[name] is one for name, one in value.items()) else pairs
    if not dataclasses.is_dataclass(value) or isinstance(value, type | Place):
        return value
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    other = {name: new for name, old in fields.items() if (new := _rebuilt(old, change)) is not old}
    return change(dataclasses.replace(value, **other) if other else value)


def renamed(part: T, name_of: Callable[[str], str]) -> T:
    """A part of a script, or a whole one, in which every node is called as `name_of` says."""

    def change(one: Any) -> Any:
        match one:
            case Go(node):
                return Go(name_of(node))
            case Lookup():
                return dataclasses.replace(one, otherwise=name_of(one.otherwise))
            case HandoffPlan() if one.on_fail is not None:
                return dataclasses.replace(one, on_fail=name_of(one.on_fail))
            case Condition() if one.reached:
                return dataclasses.replace(one, reached=tuple(map(name_of, one.reached)))
            case Call(function, Literal(str(node))) if function in NODE_FUNCTIONS:
                return Call(function, Literal(name_of(node)))
            case Script():
                return dataclasses.replace(one, start=name_of(one.start))
        return one

    return rebuilt(part, change)

"""Which parts of two versions of a script are the same wherever they stand in the file. Pure.

How a difference is told is version_diff.py's; what it does to recorded calls replay.py's.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from voicebot.dialog.script import Exit, Node, Script
from voicebot.dialog.walk import anywhere_exits, node_exits, targets, within
from voicebot.understanding.yaml_source import Place

NAMES = ("version", "title", "digest", "parts", "place")
"""What a script is known by; no talk depends on it."""
OWN = (*NAMES, "nodes", "grading")


def content(value: Any) -> Any:
    """A part of a script as plain values that can be compared, without the places in the file."""
    if isinstance(value, Place):
        return None
    if dataclasses.is_dataclass(value):
        return type(value).__name__, *(content(getattr(value, item.name)) for item in dataclasses.fields(value))
    if isinstance(value, Mapping):
        return {name: content(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return tuple(map(content, value))
    return value


def settings_alike(old: Script, new: Script) -> bool:
    """Whether everything but nodes and grading is the same: answers of everywhere, tables, limits, voice, ..."""
    names = (item.name for item in dataclasses.fields(Script) if item.name not in OWN)
    return all(content(getattr(old, name)) == content(getattr(new, name)) for name in names)


def nodes_equal(old: Script, new: Script) -> frozenset[str]:
    """Nodes that are the same in both versions; none when something that concerns every node is not."""
    if not settings_alike(old, new):
        return frozenset()
    both = old.nodes.keys() & new.nodes.keys()
    return frozenset(name for name in both if content(old.nodes[name]) == content(new.nodes[name]))


def nodes_alike(old: Script, new: Script) -> frozenset[str]:
    """Nodes in which any event does the same in both versions: they, and all that one event can enter from them."""
    equal = nodes_equal(old, new)
    return frozenset(name for name in equal if equal.issuperset(_entered(old, old.nodes[name])))


def _entered(script: Script, node: Node) -> set[str]:
    """Every node that one event can enter from this one: by an exit, and on through nodes that do not stop."""
    seen: set[str] = set()
    todo = [*_targets(script, node_exits(node)), *_targets(script, anywhere_exits(script)), *_missed(node)]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            passed = script.nodes[name]
            todo += _targets(script, (*within(passed.then), *within(passed.too_often)))
            todo += _missed(passed)
    return seen


def _targets(script: Script, leaves: Iterator[Exit] | tuple[Exit, ...]) -> list[str]:
    return [name for leave in leaves for name in targets(script, leave)]


def _missed(node: Node) -> tuple[str, ...]:
    return (node.lookup.otherwise,) if node.lookup else ()

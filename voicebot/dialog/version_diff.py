"""What is different in two versions of a script, told by node and edge: added, removed, and how each changed. Pure."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from voicebot.dialog.alike import NAMES
from voicebot.dialog.expression import Expression
from voicebot.dialog.script import Answer, Exit, GradeRule, Node, Prompt, Rung, Script
from voicebot.understanding.yaml_source import Place

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Detail:
    """One thing that differs inside a part: `what` names it; `old`, `new`: its content as text, empty for none."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Part:
    """One part of a script that differs. `about`: node, edge, anywhere, grading, handoff, table, needs or setting.

    `name`: the node, `NODE answer ID`, the rule's name, ...; `old_line`, `new_line`: FILE:LINE, empty where there is
    none.
    """

    kind: Kind
    about: str
    name: str
    old_line: str
    new_line: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Difference:
    """All that differs, in the order of the new version; what was removed comes last of its kind."""

    old: str
    new: str
    parts: tuple[Part, ...]

    def of(self, about: str, kind: Kind | None = None) -> tuple[Part, ...]:
        """The parts about one thing."""
        return tuple(one for one in self.parts if one.about == about and kind in (None, one.kind))


def difference(old: Script, new: Script) -> Difference:
    """What one has to read to know what changed. Order and place in the file, comments and `version` are no change."""
    parts = (
        *_settings(old, new),
        *_nodes(old, new),
        *_compared("anywhere", _by_id(old.anywhere), _by_id(new.anywhere), _answer),
        *_compared("handoff", old.handoffs, new.handoffs, _fields),
        *_compared("table", old.tables, new.tables, _fields),
        *_compared("needs", old.needs, new.needs, _fields),
        *_compared("slot", old.slots, new.slots, _fields),
        *_grading(old, new),
    )
    return Difference(old.digest, new.digest, parts)


NAMED = ("nodes", "anywhere", "handoffs", "tables", "needs", "slots", "grading")
"""Fields of a script that have parts with names; all others are settings."""


def _settings(old: Script, new: Script) -> Iterator[Part]:
    for item in dataclasses.fields(Script):
        if item.name not in (*NAMED, *(name for name in NAMES if name != "title")):
            yield from _one("setting", item.name, getattr(old, item.name), getattr(new, item.name), _whole)


def _nodes(old: Script, new: Script) -> Iterator[Part]:
    yield from _compared("node", old.nodes, new.nodes, _node)
    for name, node in new.nodes.items():
        if name in old.nodes:
            yield from _edges(old.nodes[name], node)


def _edges(old: Node, new: Node) -> Iterator[Part]:
    """Answers, ladders and exits of a node that is in both."""
    yield from _compared("edge", _ways(old), _ways(new), _way)


def _ways(node: Node) -> Mapping[str, Any]:
    ways: dict[str, Any] = {f"{node.id} answer {answer.id}": answer for answer in node.answers}
    for name, ladder in (("no_input", node.no_input), ("no_match", node.no_match)):
        ways |= {f"{node.id} {name} {step}": rung for step, rung in enumerate(ladder, 1)}
    single = (("then", node.then), ("too_often", node.too_often), ("lookup", node.lookup))
    ways |= {f"{node.id} {name}": way for name, way in single if way}
    return ways


WAYS = ("answers", "no_input", "no_match", "then", "too_often", "lookup", "id")
"""Fields of a node that are told as edges."""


def _node(node: Node) -> Mapping[str, str]:
    return {item.name: _text(getattr(node, item.name)) for item in dataclasses.fields(node) if item.name not in WAYS}


def _way(way: Any) -> dict[str, str]:
    return _answer(way) if isinstance(way, Answer) else _exit(way) if isinstance(way, Exit) else _fields(way)


def _answer(answer: Answer) -> dict[str, str]:
    return {name: text for name, text in _fields(answer).items() if name not in ("id", "exit")} | _exit(answer.exit)


def _exit(leave: Exit) -> dict[str, str]:
    return {"leads": _text(leave.action), **_fields(leave.effects)}


def _fields(value: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in dataclasses.fields(value):
        inner = getattr(value, item.name)
        if isinstance(value, Rung) and isinstance(inner, Exit):
            found |= _exit(inner)
        else:
            found[item.name] = _text(inner)
    return found


def _grading(old: Script, new: Script) -> Iterator[Part]:
    yield from _compared("grading", _rules(old), _rules(new), _fields)
    order = [[name for name in _rules(each) if name in _rules(other)] for each, other in ((old, new), (new, old))]
    if order[0] != order[1]:
        detail = Detail("order", ", ".join(order[0]), ", ".join(order[1]))
        yield Part("changed", "grading", "order of the rules", "", "", (detail,))


def _rules(script: Script) -> dict[str, GradeRule]:
    return {f"{rule.grade} {rule.name}": rule for rule in script.grading}


def _by_id(answers: tuple[Answer, ...]) -> dict[str, Answer]:
    return {answer.id: answer for answer in answers}


def _compared(about: str, old: Mapping[str, Any], new: Mapping[str, Any], told: Any) -> Iterator[Part]:
    """Parts by name: those of the new version first, then those that are gone."""
    for name in (*new, *(name for name in old if name not in new)):
        yield from _one(about, name, old.get(name), new.get(name), told)


def _one(about: str, name: str, old: Any, new: Any, told: Any) -> Iterator[Part]:
    before, after = ({} if each is None else dict(told(each)) for each in (old, new))
    if before == after and (old is None) == (new is None):
        return
    kind: Kind = "added" if old is None else "removed" if new is None else "changed"
    details = tuple(
        Detail(what, before.get(what, ""), after.get(what, ""))
        for what in (*after, *(what for what in before if what not in after))
        if before.get(what, "") != after.get(what, "")
    )
    yield Part(kind, about, name, _line(old), _line(new), details)


def _line(part: Any) -> str:
    place = getattr(part, "place", None)
    return f"{place.file}:{place.line}" if isinstance(place, Place) else ""


def _whole(value: Any) -> Mapping[str, str]:
    return {"value": _text(value)}


def _text(value: Any) -> str:
    """A part as people read it; empty for what says nothing."""
    if value is None or value is False or isinstance(value, Place):
        return ""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, Prompt):
        rest = {name: text for name, text in _fields(value).items() if name != "text" and text}
        return f"{value.text} ({', '.join(f'{name} {text}' for name, text in rest.items())})" if rest else value.text
    if dataclasses.is_dataclass(value):
        inner = {name: text for name, text in _fields(value).items() if text}
        pairs = (f"{name} {text}" for name, text in inner.items())
        plain = "".join(inner.values()) if len(inner) == 1 else ", ".join(pairs)
        return f"{_NAMES.get(type(value).__name__, '')} {plain}".strip()
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(one)}".strip() for name, one in value.items())
    if isinstance(value, tuple | list):
        return " | ".join(filter(None, map(_text, value)))
    return str(value)


_NAMES = {"Go": "go", "Return": "return", "End": "hang_up", "Transfer": "hand_off", "Choose": "choose"}

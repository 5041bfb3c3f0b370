"""A script as a picture's plan: boxes and arrows with their labels, and what calls did on them.

Drawing is elsewhere; traffic comes as plain counts.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from voicebot.dialog.edges import ANYWHERE, DEFAULTS, HANDOFF, Edge, edges
from voicebot.dialog.script import Script

SAY_CHARS, SAY_LINES = 16, 2
"""So much of a prompt stands in its box."""
_PIECES = re.compile(r"\{[^{}]*\}|[\x21-\x7e]+|.[，。！？、：；]?", re.DOTALL)
MAX_LABELS = 4
"""An arrow names so many answers; of more it says how many."""
CONDITION_CHARS = 28
"""So much of a branch's condition stands beside its arrow."""
FULL_RED, DEPTH = 0.5, 0.6
"""Hang-up rate of the deepest red, and how deep that is, so that text on it can be read."""
HANG_UP = "hang_up"
BoxKind = Literal["start", "node", "closing", "anywhere", "defaults", "handoff", "hang_up"]


@dataclass(frozen=True)
class Box:
    """A node, or one of what is not a node but leads to nodes. `hangup`: share of its visits that ended in a hang-up,
    None without traffic."""

    id: str
    kind: BoxKind
    title: str
    text: tuple[str, ...] = ()
    visits: int | None = None
    hangup: float | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in the box."""
        if self.visits is None:
            return (self.title, *self.text)
        rate = "" if self.hangup is None else f", {self.hangup:.0%} hung up"
        return (self.title, *self.text, f"{self.visits} visits{rate}")


@dataclass(frozen=True)
class Arrow:
    """All ways from one box to another. `traffic`: how often calls went there, None without a campaign; `shared`: by
    this arrow and others that cannot be told apart."""

    source: str
    target: str
    labels: tuple[str, ...]
    traffic: int | None = None
    shared: bool = False

    @property
    def label(self) -> str:
        """What stands beside the arrow."""
        names = list(self.labels[:MAX_LABELS])
        if len(self.labels) > MAX_LABELS:
            names.append(f"… {len(self.labels)} in all")
        if self.traffic is not None:
            names.append(f"{'up to ' if self.shared else ''}{self.traffic} calls" if self.traffic else "no calls")
        return "\n".join(names)


@dataclass(frozen=True)
class Graph:
    """Boxes by id, arrows in the order of the script."""

    title: str
    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class Traffic:
    """What calls did: visits and hang-ups by node, moves by (from, to)."""

    visits: Mapping[str, int] = field(default_factory=dict)
    hangups: Mapping[str, int] = field(default_factory=dict)
    moves: Mapping[tuple[str, str], int] = field(default_factory=dict)


def shade(rate: float) -> str:
    """The colour of a hang-up rate, 0 to 1, as #rrggbb: white to red, the deepest from one half on."""
    paler = round(255 * (1 - min(rate, FULL_RED) / FULL_RED * DEPTH))
    return f"#ff{paler:02x}{paler:02x}"


def graph(script: Script, traffic: Traffic | None = None) -> Graph:
    """The plan of the script's picture. Ways that lead to no other box (return, listen again) are left out."""
    ways = [(edge, target) for edge in edges(script) if (target := _target(script, edge)) is not None]
    labels: dict[tuple[str, str], list[str]] = {}
    for edge, target in ways:
        labels.setdefault((edge.source, target), []).append(_label(script, edge))
    arrows = tuple(Arrow(*pair, tuple(dict.fromkeys(names))) for pair, names in labels.items())
    boxes = _boxes(script, {end for pair in labels for end in pair})
    found = Graph(f"{script.title} ({script.name}, version {script.version})", boxes, arrows)
    return _with_traffic(found, script, traffic) if traffic is not None else found


def _target(script: Script, edge: Edge) -> str | None:
    """The box that a way leads to. A closing node hangs up by its nature: its box says so."""
    closing = edge.source in script.nodes and script.nodes[edge.source].closing
    return HANG_UP if edge.ends and not closing else edge.target


def _label(script: Script, edge: Edge) -> str:
    """The way's name, with the beginning of what its branch asks for."""
    if edge.kind == "lookup":
        lookup = script.nodes[edge.source].lookup
        assert lookup is not None
        return f"{lookup.service}: nothing found, or no answer" if lookup.service else f"no row in {lookup.table}"
    if len(edge.condition) > CONDITION_CHARS:
        return f"{_name(edge)}: {edge.condition[: CONDITION_CHARS - 1]}…"
    return f"{_name(edge)}: {edge.condition}" if edge.condition else _name(edge)


def _name(edge: Edge) -> str:
    if edge.kind in ("answer", "handoff"):
        return edge.name
    return {"then": "then", "too_often": "too often", "no_input": "silence", "no_match": "not understood"}[edge.kind]


def _boxes(script: Script, ends: set[str]) -> dict[str, Box]:
    found: dict[str, Box] = {}
    for node in script.nodes.values():
        kind: BoxKind = "start" if node.id == script.start else "closing" if node.closing else "node"
        title = node.id if node.role in (node.id, "closing") else f"{node.id} · {node.role}"
        found[node.id] = Box(node.id, kind, title, _lines(next(prompt.text for prompt in node.say if not prompt.when)))
    if ANYWHERE in ends:
        found[ANYWHERE] = Box(ANYWHERE, "anywhere", "anywhere", ("at any moment",))
    if DEFAULTS in ends:
        found[DEFAULTS] = Box(DEFAULTS, "defaults", "defaults", ("of every node",))
    for plan in script.handoffs.values():
        found[HANDOFF + plan.name] = Box(HANDOFF + plan.name, "handoff", plan.name, (f"rings {plan.target}",))
    if HANG_UP in ends:
        found[HANG_UP] = Box(HANG_UP, "hang_up", "hangs up")
    return found


def _lines(text: str) -> tuple[str, ...]:
    """The beginning of a prompt in two lines; a variable is not broken."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and len(lines[-1]) + len(piece) > SAY_CHARS:
            if len(lines) == SAY_LINES:
                return (*lines[:-1], lines[-1] + "…")
            lines.append("")
        lines[-1] += piece
    return tuple(lines)


# --- traffic ----------------------------------------------------------------------------------------
def _with_traffic(plan: Graph, script: Script, traffic: Traffic) -> Graph:
    """Visits and hang-ups in the boxes, counts at the arrows.

    A move that no way of the node itself explains came by `anywhere`, `defaults` or a failed hand-off. Where several of
    these lead to the node, each arrow has the sum of them all and is `shared`.
    """
    boxes = {name: _counted(box, traffic) for name, box in plan.boxes.items()}
    drawn = {(arrow.source, arrow.target) for arrow in plan.arrows}
    unexplained: dict[str, int] = {}
    for (source, target), count in traffic.moves.items():
        if (source, target) not in drawn:
            unexplained[target] = unexplained.get(target, 0) + count
    others = Counter(arrow.target for arrow in plan.arrows if arrow.source not in script.nodes)

    def counted(arrow: Arrow) -> Arrow:
        if arrow.target not in script.nodes:
            return arrow
        if arrow.source in script.nodes:
            return replace(arrow, traffic=traffic.moves.get((arrow.source, arrow.target), 0))
        return replace(arrow, traffic=unexplained.get(arrow.target, 0), shared=others[arrow.target] > 1)

    return Graph(plan.title, boxes, tuple(map(counted, plan.arrows)))


def _counted(box: Box, traffic: Traffic) -> Box:
    if box.kind not in ("start", "node", "closing"):
        return box
    visits = traffic.visits.get(box.id, 0)
    return replace(box, visits=visits, hangup=traffic.hangups.get(box.id, 0) / visits if visits else None)

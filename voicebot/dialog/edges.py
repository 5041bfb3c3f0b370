"""The ways through a script as one list: answers, ladders, limits, look-ups, hand-offs.

Which of them a talk took is coverage.py's, how they are drawn graph.py's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voicebot.dialog.script import End, Exit, Go, Node, Rung, Script, Transfer
from voicebot.understanding.yaml_source import Place

ANYWHERE = "anywhere"
DEFAULTS = "defaults"
HANDOFF = "handoff/"
"""Before a hand-off's name, so that it differs from a node's."""
Kind = Literal["answer", "then", "too_often", "lookup", "handoff", "no_input", "no_match"]


@dataclass(frozen=True)
class Edge:
    """One way. `source`, `target`: a node, `anywhere`, `defaults` (what several nodes inherit) or `handoff/NAME`.

    `target` is None when the way leads nowhere else: it ends the call (`ends`), returns, or listens again. `name`: the
    answer's id, a ladder's step from 0, `answered` or `on_fail` of a hand-off.
    """

    source: str
    kind: Kind
    name: str
    target: str | None
    place: Place
    ends: bool = False

    @property
    def ladder(self) -> bool:
        """Whether it is a step of a ladder."""
        return self.kind in ("no_input", "no_match")

    def __str__(self) -> str:
        if self.ladder:
            return f"step {int(self.name) + 1} of {self.kind} of {self.source!r}"
        named = f"{self.kind} {self.name!r}" if self.name else self.kind
        return f"{named} of {self.source.removeprefix(HANDOFF)!r}"


def edges(script: Script) -> tuple[Edge, ...]:
    """Every way of the script, in the order of its nodes; what nodes inherit comes once."""
    shared = _shared(script)
    found: dict[Edge, None] = {}
    for node in script.nodes.values():
        found |= dict.fromkeys(_of_node(node, shared))
    for answer in script.anywhere:
        found[_way(ANYWHERE, "answer", answer.id, answer.exit, answer.place)] = None
    for plan in script.handoffs.values():
        source = HANDOFF + plan.name
        found[Edge(source, "handoff", "answered", None, plan.place)] = None
        found[Edge(source, "handoff", "on_fail", plan.on_fail, plan.place, ends=plan.on_fail is None)] = None
    return tuple(found)


def target(leave: Exit | None) -> str | None:
    """Where an exit leads, None when it leads to no other node."""
    match leave and leave.action:
        case Go(node):
            return node
        case Transfer(plan):
            return HANDOFF + plan
    return None


def _way(source: str, kind: Kind, name: str, leave: Exit | None, place: Place) -> Edge:
    return Edge(source, kind, name, target(leave), place, leave is not None and isinstance(leave.action, End))


def _of_node(node: Node, shared: set[Place]) -> Iterator[Edge]:
    def source(place: Place) -> str:
        return DEFAULTS if place in shared else node.id

    for answer in node.answers:
        yield _way(node.id, "answer", answer.id, answer.exit, answer.place)
    if node.then is not None:
        yield _way(node.id, "then", "", node.then, node.then.place)
    if node.lookup is not None:
        yield Edge(node.id, "lookup", "else", node.lookup.otherwise, node.lookup.place)
    if node.answers:
        for kind, step, rung in rungs(node):
            yield _way(source(rung.place), kind, str(step), rung.exit, rung.place)
    if node.too_often is not None and not node.closing:
        yield _way(source(node.too_often.place), "too_often", "", node.too_often, node.too_often.place)


def rungs(node: Node) -> Iterator[tuple[Literal["no_input", "no_match"], int, Rung]]:
    """The steps of both ladders of a node, counted from 0."""
    yield from (("no_input", step, rung) for step, rung in enumerate(node.no_input))
    yield from (("no_match", step, rung) for step, rung in enumerate(node.no_match))


def _shared(script: Script) -> set[Place]:
    """Places of rungs and limits that more than one node has."""
    uses: Counter[Place] = Counter()
    for node in script.nodes.values():
        places = {rung.place for _, _, rung in rungs(node)}
        uses.update(places | ({node.too_often.place} if node.too_often else set()))
    return {place for place, count in uses.items() if count > 1}

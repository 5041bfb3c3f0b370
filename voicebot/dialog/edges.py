"""The ways through a script as one list: answers, ladders, limits, look-ups, hand-offs.

Which of them a talk took is coverage.py's, how they are drawn graph.py's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voicebot.dialog.script import Choose, End, Exit, Go, Node, Rung, Script, Transfer
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
    answer's id, a ladder's step from 0, `answered` or `on_fail` of a hand-off. An exit that chooses is one edge for
    each leaf: `branch` counts them from 0, `chooser` is the exit's place, `condition` what is asked for.
    """

    source: str
    kind: Kind
    name: str
    target: str | None
    place: Place
    ends: bool = False
    branch: int | None = None
    chooser: Place | None = None
    condition: str = ""

    @property
    def ladder(self) -> bool:
        """Whether it is a step of a ladder."""
        return self.kind in ("no_input", "no_match")

    def __str__(self) -> str:
        named = f"{self.kind} {self.name!r}" if self.name else self.kind
        if self.ladder:
            named = f"step {int(self.name) + 1} of {self.kind}"
        branch = f"branch {self.branch + 1} ({self.condition}) of " if self.branch is not None else ""
        return f"{branch}{named} of {self.source.removeprefix(HANDOFF)!r}"


def edges(script: Script) -> tuple[Edge, ...]:
    """Every way of the script, in the order of its nodes; what nodes inherit comes once."""
    shared = shared_places(script)
    found: dict[Edge, None] = {}
    for node in script.nodes.values():
        found |= dict.fromkeys(_of_node(node, shared))
    for answer in script.anywhere:
        found |= dict.fromkeys(_ways(ANYWHERE, "answer", answer.id, answer.exit, answer.place))
    for plan in script.handoffs.values():
        source = HANDOFF + plan.name
        found[Edge(source, "handoff", "answered", None, plan.place)] = None
        found[Edge(source, "handoff", "on_fail", plan.on_fail, plan.place, ends=plan.on_fail is None)] = None
    return tuple(found)


def target(leave: Exit | None) -> str | None:
    """Where a plain exit leads, None when it leads to no other node."""
    match leave and leave.action:
        case Go(node):
            return node
        case Transfer(plan):
            return HANDOFF + plan
    return None


def _ways(source: str, kind: Kind, name: str, leave: Exit | None, place: Place) -> Iterator[Edge]:
    if leave is None or not isinstance(leave.action, Choose):
        yield Edge(source, kind, name, target(leave), place, leave is not None and isinstance(leave.action, End))
        return
    for number, (leaf, condition) in enumerate(_leaves(leave.action)):
        ends = isinstance(leaf.action, End)
        yield Edge(source, kind, name, target(leaf), leaf.place, ends, number, leave.place, condition)


def _leaves(chooses: Choose) -> Iterator[tuple[Exit, str]]:
    """Every leaf, in the order of Exit.leaves, with what must hold for it."""
    for branch in chooses.branches:
        asks = branch.condition.text if branch.condition else "else"
        if isinstance(branch.exit.action, Choose):
            yield from ((leaf, f"{asks}, {inner}") for leaf, inner in _leaves(branch.exit.action))
        else:
            yield branch.exit, asks


def _of_node(node: Node, shared: set[Place]) -> Iterator[Edge]:
    for answer in node.answers:
        yield from _ways(node.id, "answer", answer.id, answer.exit, answer.place)
    if node.then is not None:
        yield from _ways(node.id, "then", "", node.then, node.then.place)
    if node.lookup is not None:
        yield Edge(node.id, "lookup", "else", node.lookup.otherwise, node.lookup.place)
    if node.answers:
        for kind, step, rung in rungs(node):
            yield from _ways(source(node, rung.place, shared), kind, str(step), rung.exit, rung.place)
    if node.too_often is not None and not node.closing:
        place = node.too_often.place
        yield from _ways(source(node, place, shared), "too_often", "", node.too_often, place)


def source(node: Node, place: Place, shared: set[Place]) -> str:
    """Whose a rung or limit of a node is: the node's own, or that of `defaults`."""
    return DEFAULTS if place in shared else node.id


def rungs(node: Node) -> Iterator[tuple[Literal["no_input", "no_match"], int, Rung]]:
    """The steps of both ladders of a node, counted from 0."""
    yield from (("no_input", step, rung) for step, rung in enumerate(node.no_input))
    yield from (("no_match", step, rung) for step, rung in enumerate(node.no_match))


def shared_places(script: Script) -> set[Place]:
    """Places of rungs and limits that nodes have from `defaults`: of the script's own file, in more than one node."""
    uses: Counter[Place] = Counter()
    for node in script.nodes.values():
        places = {rung.place for _, _, rung in rungs(node)}
        uses.update(places | ({node.too_often.place} if node.too_often else set()))
    return {place for place, count in uses.items() if count > 1 and place.file == script.place.file}

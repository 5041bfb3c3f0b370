"""What talks went through of a script: nodes, edges, steps of ladders; and what none of them did, with its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from voicebot.dialog.edges import ANYWHERE, HANDOFF, Edge, edges, rungs, shared_places, source, target
from voicebot.dialog.script import Choose, Exit, Node, Return, Script
from voicebot.dialog.state import State, Visit
from voicebot.dialog.talk import MAX_HOPS
from voicebot.dialog.turns import ANYWHERE as ANYWHERE_CHOICE
from voicebot.understanding.yaml_source import Place


@dataclass(frozen=True)
class Part:
    """One kind of things: how many of `total` were gone through, and the others with their places."""

    covered: int
    total: int
    missing: tuple[tuple[Place, str], ...] = ()

    @property
    def fraction(self) -> float:
        """0 to 1; of nothing, all is covered."""
        return self.covered / self.total if self.total else 1.0

    def __add__(self, other: "Part") -> "Part":
        return Part(self.covered + other.covered, self.total + other.total, self.missing + other.missing)


@dataclass(frozen=True)
class Coverage:
    """Of one script or of several. A ladder counts by its steps; what nodes inherit from `defaults` counts once."""

    nodes: Part = Part(0, 0)
    edges: Part = Part(0, 0)
    ladders: Part = Part(0, 0)

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(self.nodes + other.nodes, self.edges + other.edges, self.ladders + other.ladders)


Key = tuple[object, ...]


def coverage(script: Script, talks: Iterable[State]) -> Coverage:
    """What the talks with this script, as far as they got, went through."""
    visited: set[str] = set()
    taken: set[Key] = set()
    shared = shared_places(script)
    for state in talks:
        visited |= {visit.node for visit in state.visits}
        taken |= set(_Walk(script, state, shared).keys())
    ways, main = edges(script), script.place.file
    return Coverage(
        _part(main, [(node.place, f"node {node.id!r}", node.id in visited) for node in script.nodes.values()]),
        _part(main, [(way.place, str(way), _key(way, script) in taken) for way in ways if not way.ladder]),
        _part(main, [(way.place, str(way), _key(way, script) in taken) for way in ways if way.ladder]),
    )


def _part(main: str, things: list[tuple[Place, str, bool]]) -> Part:
    """What is missing in the order of the main file, then of its parts."""
    lacking = ((place, what) for place, what, covered in things if not covered)
    missing = sorted(lacking, key=lambda one: (one[0].file != main, one[0].file, one[0].line))
    return Part(len(things) - len(missing), len(things), tuple(missing))


def _key(edge: Edge, script: Script) -> Key:
    """What inherited edges have in common is their place; answers may share a line."""
    if edge.chooser is not None:
        owner = edge.source if edge.source in script.nodes else None
        return "branch", owner, script.local(edge.chooser), edge.branch
    if edge.ladder or edge.kind == "too_often":
        return edge.kind, edge.source, edge.name, edge.place
    return edge.kind, edge.source, edge.name


class _Walk:
    """One talk's way, read from its visits and turns."""

    def __init__(self, script: Script, state: State, shared: set[Place]) -> None:
        self._script = script
        self._state = state
        self._shared = shared
        self._turns = [turn for turn in state.turns if not turn.aside][: script.max_turns]

    def keys(self) -> Iterator[Key]:
        """The keys of the edges that the talk took."""
        for turn in self._turns:
            if turn.choice is not None:
                everywhere = turn.choice.startswith(ANYWHERE_CHOICE)
                yield "answer", ANYWHERE if everywhere else turn.node, turn.choice.removeprefix(ANYWHERE_CHOICE)
        for one in self._state.chosen:
            yield "branch", one.node, one.exit, one.branch
            yield "branch", None, one.exit, one.branch
        for record in self._state.handoffs:
            if record.reason == "answered":
                yield "handoff", HANDOFF + record.plan, "answered"
            elif record.reason not in (None, "customer_left"):
                yield "handoff", HANDOFF + record.plan, "on_fail"
        for visit, following in pairwise((*self._state.visits, None)):
            assert visit is not None
            yield from self._of_visit(visit, following)

    def _of_visit(self, visit: Visit, following: Visit | None) -> Iterator[Key]:
        node = self._script.nodes[visit.node]
        climbed = {"no_input": visit.no_inputs, "no_match": visit.no_matches}
        for kind, step, rung in rungs(node):
            if step < climbed[kind]:
                yield kind, source(node, rung.place, self._shared), str(step), rung.place
        if visit.ended_by == "finished" and node.then is not None:
            yield "then", node.id, ""
        if visit.ended_by == "lookup":
            yield "lookup", node.id, "else"
        if visit.ended_by == "turns" and node.too_often is not None:
            yield self._too_often(node, node.too_often)
        if following is not None or visit.ended_by == "too_often":
            yield from self._redirected(visit, following)

    def _redirected(self, visit: Visit, following: Visit | None) -> Iterator[Key]:
        """Nodes that were to be entered, but sent the talk on."""
        name = self._aim(visit)
        for _ in range(MAX_HOPS):
            if name is None or name not in self._script.nodes or (following is not None and name == following.node):
                return
            node = self._script.nodes[name]
            visits = sum(one.node == name for one in self._state.visits[: visit.seq])
            if visits >= node.max_visits and node.too_often is not None:
                yield self._too_often(node, node.too_often)
                name = target(self._leaf(node.too_often, visit, name))
            elif node.lookup is not None and node.lookup.table:
                yield "lookup", name, "else"
                name = node.lookup.otherwise
            else:
                return

    def _aim(self, visit: Visit) -> str | None:
        """The node that the visit's last exit leads to; None when it leads to none."""
        lookup = self._script.nodes[visit.node].lookup
        if visit.ended_by == "lookup" and lookup is not None:
            return lookup.otherwise
        leave = self._leaf(self._last_exit(visit), visit, visit.node)
        if leave is not None and isinstance(leave.action, Return):
            return self._interrupted(visit)
        name = target(leave)
        if name is not None and name.startswith(HANDOFF):
            return self._script.handoffs[name.removeprefix(HANDOFF)].on_fail
        return name

    def _too_often(self, node: Node, leave: Exit) -> Key:
        return "too_often", source(node, leave.place, self._shared), "", leave.place

    def _leaf(self, leave: Exit | None, visit: Visit, owner: str) -> Exit | None:
        """What an exit of the node `owner` came to during a visit; None when it was not taken."""
        if leave is None or not isinstance(leave.action, Choose):
            return leave
        place = self._script.local(leave.place)
        taken = (one for one in reversed(self._state.chosen) if (one.visit, one.node) == (visit.seq, owner))
        return next((leave.leaves[one.branch] for one in taken if one.exit == place), None)

    def _interrupted(self, visit: Visit) -> str | None:
        """The node before this visit that an answer of everywhere led away from."""
        for earlier in reversed(self._state.visits[: visit.seq - 1]):
            choice = self._last_choice(earlier)
            if choice is not None and choice.startswith(ANYWHERE_CHOICE):
                return earlier.node
        return None

    def _last_exit(self, visit: Visit) -> Exit | None:
        node = self._script.nodes[visit.node]
        ladder = {"no_input": (node.no_input, visit.no_inputs), "no_match": (node.no_match, visit.no_matches)}
        if visit.ended_by in ladder:
            steps, climbed = ladder[visit.ended_by]
            return steps[climbed - 1].exit if 0 < climbed <= len(steps) else None
        if visit.ended_by == "turns":
            return node.too_often
        if visit.ended_by == "finished":
            return node.then
        choice = self._last_choice(visit) or ""
        everywhere = choice.startswith(ANYWHERE_CHOICE)
        answers = self._script.anywhere if everywhere else node.answers
        name = choice.removeprefix(ANYWHERE_CHOICE)
        return next((answer.exit for answer in answers if answer.id == name), None)

    def _last_choice(self, visit: Visit) -> str | None:
        """What the customer's last turn of the visit was taken for."""
        here = (turn for turn in self._turns if turn.node == visit.node)
        turn = next((turn for turn in reversed([*here]) if visit.left is None or turn.ended <= visit.left), None)
        return turn.choice if turn else None

"""Linter rules about ways: nodes that nothing leads to, paths without an end, loops, ladders, hand-offs."""

from collections.abc import Callable, Iterable, Iterator

from voicebot.dialog.findings import Finding, finding
from voicebot.dialog.script import End, Exit, Go, Node, Return, Script, Transfer
from voicebot.dialog.walk import anywhere_exits, exits, node_exits, planned_exits, targets

LONG_LOOP_VISITS = 10
"""Who hears a question so often has hung up."""


def check_graph(script: Script) -> Iterator[Finding]:
    """Every finding of these rules."""
    yield from _unreachable(script)
    yield from _endless(script)
    yield from _circles(script, "robot-loop", _next_by_itself)
    yield from _circles(script, "unbounded-loop", _next_when_too_often)
    yield from _long_loops(script)
    yield from _ladders(script)
    yield from _handoffs(script)
    yield from _returns(script)


def reachable(script: Script) -> set[str]:
    """The nodes that a talk can come to."""
    return _from(script, {script.start} | _anywhere_targets(script))


def _from(script: Script, begin: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    todo = list(begin)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo.extend(_own_targets(script, script.nodes[name]))
    return seen


def _own_targets(script: Script, node: Node) -> set[str]:
    found = {name for leave in node_exits(node) for name in targets(script, leave)}
    return found | ({node.lookup.otherwise} if node.lookup else set())


def _anywhere_targets(script: Script) -> set[str]:
    return {name for leave in anywhere_exits(script) for name in targets(script, leave)}


def _unreachable(script: Script) -> Iterator[Finding]:
    seen = reachable(script)
    for node in script.nodes.values():
        if node.id not in seen:
            yield finding("unreachable-node", node.place, f"nothing leads to {node.id!r}", node.id)


def _ends(leave: Exit) -> bool:
    return isinstance(leave.action, End | Transfer)


def _endless(script: Script) -> Iterator[Finding]:
    """Nodes from which no chain of their own exits comes to an end; `max_visits` and `anywhere` are no plan."""
    planned = {node.id: list(planned_exits(node)) for node in script.nodes.values()}
    ending = {name for name, leaves in planned.items() if any(map(_ends, leaves))}
    grown = True
    while grown:
        more = {
            name
            for name, leaves in planned.items()
            if name not in ending and any(ending & set(targets(script, leave)) for leave in leaves)
        }
        ending |= more
        grown = bool(more)
    for node in script.nodes.values():
        if node.id not in ending and not any(isinstance(leave.action, Return) for leave in planned[node.id]):
            yield finding("endless-path", node.place, f"no way from {node.id!r} ends the call", node.id)


def _circles(script: Script, code: str, following: Callable[[Node], str | None]) -> Iterator[Finding]:
    """Circles of nodes, each of which has only one that can follow; told once, at the first name."""
    for node in script.nodes.values():
        path, here = [node.id], following(node)
        while here is not None and here not in path:
            path.append(here)
            here = following(script.nodes[here])
        if here == node.id == min(path):
            yield finding(code, node.place, " -> ".join([*path, here]), node.id)


def _next_by_itself(node: Node) -> str | None:
    """The node that follows without the customer, whatever is chosen; None when it may be another or none."""
    return _only_target(node.then)


def _next_when_too_often(node: Node) -> str | None:
    return None if node.closing else _only_target(node.too_often)


def _only_target(leave: Exit | None) -> str | None:
    leaves = leave.leaves if leave is not None else ()
    following = {leaf.action.node if isinstance(leaf.action, Go) else None for leaf in leaves}
    return following.pop() if len(following) == 1 else None


def _long_loops(script: Script) -> Iterator[Finding]:
    for node in script.nodes.values():
        if node.max_visits > LONG_LOOP_VISITS and node.id in _from(script, _own_targets(script, node)):
            message = f"{node.id!r} leads back to itself up to {node.max_visits} times, better at most"
            yield finding("long-loop", node.place, f"{message} {LONG_LOOP_VISITS}", node.id)


def _ladders(script: Script) -> Iterator[Finding]:
    for node in script.nodes.values():
        for code, name, ladder in (
            ("silence-without-exit", "no_input", node.no_input),
            ("no-match-without-exit", "no_match", node.no_match),
        ):
            if not node.answers or (ladder and ladder[-1].exit is not None):
                continue
            place = ladder[-1].place if ladder else node.place
            yield finding(code, place, f"{name} of {node.id!r} ends in a bare hang-up", node.id)


def _handoffs(script: Script) -> Iterator[Finding]:
    taken = {leave.action.plan for leave in exits(script) if isinstance(leave.action, Transfer)}
    for plan in script.handoffs.values():
        if plan.on_fail is None:
            yield finding("handoff-without-fallback", plan.place, f"hand-off {plan.name!r} has no on_fail")
        if plan.name not in taken:
            yield finding("handoff-unused", plan.place, f"nothing hands over by {plan.name!r}")


def _returns(script: Script) -> Iterator[Finding]:
    """`then: {return: ...}` makes sense only below an answer of everywhere."""
    below = _from(script, _anywhere_targets(script))
    for node in script.nodes.values():
        returns = node.then is not None and any(isinstance(leaf.action, Return) for leaf in node.then.leaves)
        if node.then is not None and returns and node.id not in below:
            yield finding("return-to-nothing", node.then.place, f"{node.id!r} has nothing to return to", node.id)

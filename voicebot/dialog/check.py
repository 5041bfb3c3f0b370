"""The linter: faults of a conversation in a script that is well formed. `check` runs every rule.

Rules about words are in check_words.py; schema and names are the loader's.
"""

from collections.abc import Collection, Iterable, Iterator

from voicebot.dialog.check_words import check_words
from voicebot.dialog.findings import Finding, finding
from voicebot.dialog.script import Condition, End, Exit, Go, Node, Return, Script, Transfer
from voicebot.dialog.walk import all_answers, anywhere_exits, exits, node_exits, planned_exits, targets
from voicebot.understanding.nlu_yaml import Training

STOP_INTENT = "stop_calling"


def check(
    script: Script, training: Training | None = None, columns: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """Every finding, in the file's order. `training`: the intents it will run with; `columns`: of the lead file."""
    found = [
        *_unreachable(script),
        *_endless(script),
        *_robot_loops(script),
        *_ladders(script),
        *_handoffs(script),
        *_grading(script),
        *_stop(script),
        *_columns(script, columns),
        *_returns(script),
        *check_words(script, training),
    ]
    return tuple(sorted(found, key=lambda one: (one.line, one.column, one.code)))


def _own_targets(script: Script, node: Node) -> set[str]:
    found = {name for leave in node_exits(node) for name in targets(script, leave)}
    return found | ({node.lookup.otherwise} if node.lookup else set())


def _anywhere_targets(script: Script) -> set[str]:
    return {name for leave in anywhere_exits(script) for name in targets(script, leave)}


def _reachable(script: Script, begin: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    todo = list(begin)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo.extend(_own_targets(script, script.nodes[name]))
    return seen


def _unreachable(script: Script) -> Iterator[Finding]:
    seen = _reachable(script, {script.start} | _anywhere_targets(script))
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


def _robot_loops(script: Script) -> Iterator[Finding]:
    for node in script.nodes.values():
        path, here = [node.id], _next_by_itself(node)
        while here is not None and here not in path:
            path.append(here)
            here = _next_by_itself(script.nodes[here])
        if here == node.id == min(path):  # once a circle
            yield finding("robot-loop", node.place, " -> ".join([*path, here]), node.id)


def _next_by_itself(node: Node) -> str | None:
    """The node that follows without the customer, whatever is chosen; None when it may be another or none."""
    leaves = node.then.leaves if node.then is not None else ()
    following = {leaf.action.node if isinstance(leaf.action, Go) else None for leaf in leaves}
    return following.pop() if len(following) == 1 else None


def _ladders(script: Script) -> Iterator[Finding]:
    for node in script.nodes.values():
        for name, ladder in (("no_input", node.no_input), ("no_match", node.no_match)):
            if not node.answers or (ladder and ladder[-1].exit is not None):
                continue
            place = ladder[-1].place if ladder else node.place
            yield finding("ladder-without-end", place, f"{name} of {node.id!r} ends in a bare hang-up", node.id)


def _handoffs(script: Script) -> Iterator[Finding]:
    for plan in script.handoffs.values():
        if plan.on_fail is None:
            yield finding("handoff-without-fallback", plan.place, f"hand-off {plan.name!r} has no on_fail")


def _stop(script: Script) -> Iterator[Finding]:
    if not any(STOP_INTENT in answer.intents for answer in script.anywhere):
        yield finding("no-stop", script.place, f"nothing in 'anywhere' takes the intent {STOP_INTENT!r}")


def _columns(script: Script, columns: Collection[str] | None) -> Iterator[Finding]:
    for need in script.needs.values():
        if columns is not None and need.default is None and need.name not in columns:
            yield finding("missing-column", need.place, f"no column {need.name!r}; it has {', '.join(sorted(columns))}")


def _returns(script: Script) -> Iterator[Finding]:
    """`then: {return: ...}` makes sense only below an answer of everywhere."""
    below = _reachable(script, _anywhere_targets(script))
    for node in script.nodes.values():
        returns = node.then is not None and any(isinstance(leaf.action, Return) for leaf in node.then.leaves)
        if node.then is not None and returns and node.id not in below:
            yield finding("return-to-nothing", node.then.place, f"{node.id!r} has nothing to return to", node.id)


# --- grading ----------------------------------------------------------------------------------------
def _grading(script: Script) -> Iterator[Finding]:
    always = None
    for rule in script.grading:
        reason = f"rule {always.name!r} before it always holds" if always else _never(script, rule.when)
        if reason:
            yield finding("grade-never", rule.place, f"rule {rule.name!r} can never hold: {reason}")
        if rule.when == Condition():
            always = always or rule
    if always is None:
        place = script.grading[-1].place if script.grading else script.place
        yield finding("no-last-grade", place, "a call for which no rule holds gets D, or E without a talk")


def _never(script: Script, when: Condition) -> str:
    """Why the condition can never hold, empty when it can."""
    seen = _reachable(script, {script.start} | _anywhere_targets(script))
    answers = list(all_answers(script))
    known = {
        "reached": (when.reached, seen),
        "intent": (when.intent, {intent for answer in answers for intent in answer.intents}),
        "tag": (when.tag, set(_tags(script))),
    }
    for name, (wanted, possible) in known.items():
        if wanted and not possible & set(wanted):
            return f"{name} {', '.join(wanted)} never comes"
    if when.handed_off and not script.handoffs:
        return "the script hands nothing over"
    for name in when.least.keys() & when.most.keys():
        if when.least[name] > when.most[name]:
            return f"{name} from {when.least[name]} to {when.most[name]}"
    inner = [_never(script, one) for one in when.any_of]
    return inner[0] if inner and all(inner) else ""


def _tags(script: Script) -> Iterator[str]:
    yield from (tag for leave in exits(script) for tag in leave.effects.tags)

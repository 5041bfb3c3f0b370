"""Walks over a whole script: every exit, answer, prompt and slot name, for loader, linter and wording.

Nothing is judged here.
"""

from collections.abc import Iterator

from voicebot.dialog.expression import Expression
from voicebot.dialog.script import Answer, Choose, Condition, Exit, Go, Node, Prompt, Script, Transfer


def within(leave: Exit | None) -> Iterator[Exit]:
    """An exit and those of its branches, theirs too."""
    if leave is not None:
        yield leave
        if isinstance(leave.action, Choose):
            for branch in leave.action.branches:
                yield from within(branch.exit)


def planned_exits(node: Node) -> Iterator[Exit]:
    """Every exit of a node but `too_often`, each with those of its branches."""
    for leave in (*(answer.exit for answer in node.answers), node.then):
        yield from within(leave)
    for rung in (*node.no_input, *node.no_match):
        yield from within(rung.exit)


def node_exits(node: Node) -> Iterator[Exit]:
    """Every exit of a node, `then` and `too_often` among them, each with those of its branches."""
    yield from planned_exits(node)
    yield from within(node.too_often)


def anywhere_exits(script: Script) -> Iterator[Exit]:
    """Every exit of everywhere, with those of its branches."""
    for answer in script.anywhere:
        yield from within(answer.exit)


def exits(script: Script) -> Iterator[Exit]:
    """Every exit of the script, those of everywhere last."""
    for node in script.nodes.values():
        yield from node_exits(node)
    yield from anywhere_exits(script)


def expressions(script: Script) -> Iterator[Expression]:
    """Every expression of the script."""
    conditions = (*(one.condition for one in every_prompt(script)), *(one.condition for one in all_answers(script)))
    yield from (condition for condition in conditions if condition is not None)
    for leave in exits(script):
        yield from (value for value in leave.effects.set.values() if isinstance(value, Expression))
        if isinstance(leave.action, Choose):
            yield from (branch.condition for branch in leave.action.branches if branch.condition is not None)
    for rule in script.grading:
        yield from _of_condition(rule.when)


def _of_condition(when: Condition) -> Iterator[Expression]:
    if when.expression is not None:
        yield when.expression
    for inner in (*when.any_of, *when.none_of):
        yield from _of_condition(inner)


def all_answers(script: Script) -> Iterator[Answer]:
    """Answers of every node, then those of everywhere."""
    for node in script.nodes.values():
        yield from node.answers
    yield from script.anywhere


def slot_names(script: Script) -> set[str]:
    """Every slot that the talk can fill."""
    names = {name for answer in all_answers(script) for name in answer.slots} | set(script.slots)
    names |= {name for leave in exits(script) for name in leave.effects.set}
    names |= {slot for service in script.services.values() for slot in service.fill}
    return names | {column for table in script.tables.values() for column in table.rows[0]}


def node_prompts(node: Node) -> Iterator[Prompt]:
    """Everything that can be said while in a node, the script's own answers of everywhere apart."""
    yield from (*node.say, *node.ask)
    yield from (prompt for answer in node.answers for prompt in answer.say)
    yield from (prompt for rung in (*node.no_input, *node.no_match) for prompt in rung.say)


def every_prompt(script: Script) -> Iterator[Prompt]:
    """Every wording of the script. Default ladders come once for each node that has them."""
    for node in script.nodes.values():
        yield from node_prompts(node)
    yield from (prompt for answer in script.anywhere for prompt in answer.say)
    yield from (prompt for plan in script.handoffs.values() for prompt in plan.hold)
    yield from (prompt for service in script.services.values() for prompt in service.wait)


def targets(script: Script, leave: Exit) -> tuple[str, ...]:
    """The nodes that a plain exit leads to by itself: `go`, or where a failed hand-off goes."""
    if isinstance(leave.action, Go):
        return (leave.action.node,)
    if isinstance(leave.action, Transfer):
        failed = script.handoffs[leave.action.plan].on_fail
        return (failed,) if failed else ()
    return ()

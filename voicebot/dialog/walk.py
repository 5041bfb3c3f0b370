"""Walks over a whole script: every exit, answer, prompt and slot name, for loader, linter and wording.

Nothing is judged here.
"""

from collections.abc import Iterator

from voicebot.dialog.script import Answer, Exit, Go, Node, Prompt, Script, Transfer


def node_exits(node: Node) -> Iterator[Exit]:
    """Every exit of a node, `then` and `too_often` among them."""
    yield from (answer.exit for answer in node.answers)
    yield from (leave for leave in (node.then, node.too_often) if leave)
    yield from (rung.exit for rung in (*node.no_input, *node.no_match) if rung.exit)


def exits(script: Script) -> Iterator[Exit]:
    """Every exit of the script, those of everywhere last."""
    for node in script.nodes.values():
        yield from node_exits(node)
    yield from (answer.exit for answer in script.anywhere)


def all_answers(script: Script) -> Iterator[Answer]:
    """Answers of every node, then those of everywhere."""
    for node in script.nodes.values():
        yield from node.answers
    yield from script.anywhere


def slot_names(script: Script) -> set[str]:
    """Every slot that the talk can fill."""
    names = {answer.slot for answer in all_answers(script) if answer.slot}
    names |= {name for leave in exits(script) for name in leave.effects.set}
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


def targets(script: Script, leave: Exit) -> tuple[str, ...]:
    """The nodes that an exit can lead to by itself: `go`, or where a failed hand-off goes."""
    if isinstance(leave.action, Go):
        return (leave.action.node,)
    if isinstance(leave.action, Transfer):
        failed = script.handoffs[leave.action.plan].on_fail
        return (failed,) if failed else ()
    return ()

"""Names that one part of a script uses and another must have: nodes, tables, slots, variables.

What does not exist is a fault at its place.
"""

from collections.abc import Iterable, Iterator

from voicebot.dialog.expression import MEASURES, NODE_FUNCTIONS, Call, Expression, Literal, Name, parts_of
from voicebot.dialog.lookups import Lookup
from voicebot.dialog.script import Condition, Exit, Go, Leave, Script, Transfer
from voicebot.dialog.walk import all_answers, every_prompt, exits, expressions, slot_names, within
from voicebot.dialog.wording import BUILT_IN, names_in, variables_of
from voicebot.understanding.yaml_reader import Faults, suggestion
from voicebot.understanding.yaml_source import Place


def check_names(script: Script, ways: Iterable[Exit], faults: Faults) -> None:
    """Every node, plan, table, slot, variable that is named exists; those that do not are added to `faults`.

    `ways`: exits that nobody takes as they stand there, but whose actions stand in other exits, too. When parts of the
    script could not be read, slots and answers may seem to be missing: they are left out then.
    """
    whole = not faults.lost
    with faults.kept():
        _known(script.start, script.nodes, script.place, "'start'", "node")
    for leave in (*(inner for way in ways for inner in within(way)), *exits(script)):
        with faults.kept():
            _check_exit(script, leave)
    for plan in script.handoffs.values():
        if plan.on_fail is not None:
            with faults.kept():
                _known(plan.on_fail, script.nodes, plan.place, f"'on_fail' of {plan.name!r}", "node")
    if whole:
        _check_values(script, faults)


def _check_exit(script: Script, leave: Exit) -> None:
    if isinstance(leave.action, Go):
        _known(leave.action.node, script.nodes, leave.place, "'go'", "node")
    if isinstance(leave.action, Leave):
        leave.place.fault("'exit' leads out of a flow, and this is the script itself; take go or hang_up")
    if isinstance(leave.action, Transfer):
        _known(leave.action.plan, script.handoffs, leave.place, "'hand_off'", "hand-off")


def _check_values(script: Script, faults: Faults) -> None:
    known = slot_names(script) | set(script.needs) | set(BUILT_IN)
    for node in script.nodes.values():
        if node.lookup:
            with faults.kept():
                _check_lookup(script, node.lookup, known)
    for rule in script.grading:
        with faults.kept():
            _check_condition(script, rule.when, rule.place)
    for text, place in texts(script):
        with faults.kept():
            _check_text(text, place, known)
    for expression in expressions(script):
        with faults.kept():
            _check_expression(script, expression, known)


def _check_lookup(script: Script, asked: Lookup, known: set[str]) -> None:
    _known(asked.otherwise, script.nodes, asked.place, "'else'", "node")
    if asked.service:
        _known(asked.service, script.services, asked.place, "'lookup'", "service")
    else:
        _known(asked.table, script.tables, asked.place, "'lookup'", "table")
        _known(asked.by, known, asked.place, "'by'", "slot")


def _check_condition(script: Script, when: Condition, place: Place) -> None:
    for name in when.reached:
        _known(name, script.nodes, place, "'reached'", "node")
    for name in (*when.slot, *when.slot_is):
        _known(name, slot_names(script), place, "'slot'", "slot")
    for name in when.answer:
        _known(name, {answer.id for answer in all_answers(script)}, place, "'answer'", "answer")
    for inner in (*when.any_of, *when.none_of):
        _check_condition(script, inner, place)


def _known(name: str, known: Iterable[str], place: Place, what: str, kind: str) -> None:
    _exists(name, known, place, f"{what} names the {kind} {name!r}, which does not exist")


def _exists(name: str, known: Iterable[str], place: Place, message: str) -> None:
    if name not in (known := set(known)):
        place.fault(message + suggestion(name, known), "unknown-name")


def _check_text(text: str, place: Place, known: set[str]) -> None:
    for name in names_in(text, place):
        if name not in known:
            what = f"the variable {{{name}}} is neither in 'needs' nor a slot{suggestion(name, known)}"
            place.fault(what, "unknown-variable")


def _check_expression(script: Script, expression: Expression, known: set[str]) -> None:
    for part in parts_of(expression.tree):
        if isinstance(part, Name) and part.name not in MEASURES:
            what = f"{part.name!r} is neither in 'needs' nor a slot"
            _exists(part.name, known | set(MEASURES), expression.place, what)
        if isinstance(part, Call) and isinstance(part.argument, Literal):
            name = str(part.argument.value)
            if part.function in NODE_FUNCTIONS:
                _known(name, script.nodes, expression.place, f"{part.function}()", "node")
            if part.function == "filled":
                _exists(name, known, expression.place, f"{name!r} is neither in 'needs' nor a slot")


def names_used(script: Script) -> set[str]:
    """Every name of a slot or variable that the script speaks of, asks for or decides by."""
    names = {name for text, _ in texts(script) for name in variables_of(text)}
    names |= {name for prompt in every_prompt(script) for name in prompt.when}
    names |= {node.lookup.by for node in script.nodes.values() if node.lookup is not None and node.lookup.by}
    for expression in expressions(script):
        for part in parts_of(expression.tree):
            if isinstance(part, Name):
                names.add(part.name)
            elif isinstance(part, Call) and isinstance(part.argument, Literal):
                names.add(str(part.argument.value))
    return names


def texts(script: Script) -> Iterator[tuple[str, Place]]:
    """Every text in which variables may stand, with its place."""
    for prompt in every_prompt(script):
        yield prompt.text, prompt.place
    for leave in exits(script):
        yield from ((text, leave.place) for text in leave.effects.set.values() if isinstance(text, str))
        yield from ((text, leave.place) for task in leave.effects.follow_up for text in task.texts)
        yield leave.effects.complaint, leave.place
    for node in script.nodes.values():
        if node.lookup is not None:
            yield from ((text, node.lookup.place) for text in node.lookup.params.values())
    for answer in all_answers(script):
        yield from ((keyword, answer.place) for keyword in answer.keywords)

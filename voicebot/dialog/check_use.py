"""Linter rules about slots, variables, tables and conditions: what is used but never filled, filled but never used,
and conditions that can be only one thing."""

from collections.abc import Iterator

from voicebot.dialog.expression import Call, Expression, Literal, Name, Value, parts_of
from voicebot.dialog.expression_values import holds
from voicebot.dialog.findings import Finding, finding
from voicebot.dialog.load_names import texts
from voicebot.dialog.script import Condition, Script
from voicebot.dialog.walk import all_answers, every_prompt, exits, expressions, slot_names
from voicebot.dialog.wording import variables_of
from voicebot.understanding.yaml_source import Place


def check_use(script: Script) -> Iterator[Finding]:
    """Every finding of these rules."""
    used = _uses(script)
    filled = fillable(script)
    for name in sorted(slot_names(script) - filled):
        if name in used:
            yield finding("slot-never-filled", used[name], f"nothing fills the slot {name!r}")
        elif name in script.slots:
            yield finding("slot-unused", script.slots[name].place, f"no answer fills the slot {name!r}")
    for need in script.needs.values():
        if need.name not in used:
            yield finding("variable-unused", need.place, f"nothing uses the variable {need.name!r}")
    looked_up, asked = _tables(script), _services(script)
    for table in script.tables.values():
        if table.name not in looked_up:
            yield finding("table-unused", table.place, f"nothing is looked up in {table.name!r}")
    for service in script.services.values():
        if service.name not in asked:
            yield finding("service-unused", service.place, f"nothing asks {service.name!r}")
    yield from _constant(script)


def fillable(script: Script) -> set[str]:
    """The slots that something fills: an answer, `set`, or a look-up that some node makes."""
    names = {name for answer in all_answers(script) for name in answer.slots}
    names |= {name for leave in exits(script) for name in leave.effects.set}
    names |= {slot for name in _services(script) for slot in script.services[name].fill}
    return names | {column for name in _tables(script) for column in script.tables[name].rows[0]}


def _tables(script: Script) -> set[str]:
    """The tables that some node looks something up in."""
    return {node.lookup.table for node in script.nodes.values() if node.lookup and node.lookup.table}


def _services(script: Script) -> set[str]:
    """The services that some node asks."""
    return {node.lookup.service for node in script.nodes.values() if node.lookup and node.lookup.service}


def tags(script: Script) -> set[str]:
    """The tags that a talk can get."""
    return {tag for leave in exits(script) for tag in leave.effects.tags}


def _uses(script: Script) -> dict[str, Place]:
    """Every slot and variable that is read, with its first place."""
    found: dict[str, Place] = {}
    for name, place in _used_names(script):
        found.setdefault(name, place)
    return found


def _used_names(script: Script) -> Iterator[tuple[str, Place]]:
    for text, place in texts(script):
        yield from ((name, place) for name in variables_of(text))
    for prompt in every_prompt(script):
        yield from ((name, prompt.place) for name in prompt.when)
    for node in script.nodes.values():
        if node.lookup and node.lookup.by:
            yield node.lookup.by, node.lookup.place
    for expression in expressions(script):
        yield from ((name, expression.place) for name in _names(expression))
    for rule in script.grading:
        yield from ((name, rule.place) for name in _slots(rule.when))


def _names(expression: Expression) -> Iterator[str]:
    for part in parts_of(expression.tree):
        if isinstance(part, Name):
            yield part.name
        elif isinstance(part, Call) and part.function == "filled" and isinstance(part.argument, Literal):
            yield str(part.argument.value)


def _slots(when: Condition) -> Iterator[str]:
    yield from (*when.slot, *when.slot_is)
    for inner in (*when.any_of, *when.none_of):
        yield from _slots(inner)


# --- conditions ---------------------------------------------------------------------------------------
class _Nothing:
    """A talk in which nothing happened."""

    def value(self, _name: str) -> Value:
        return None

    def tagged(self, _tag: str) -> bool:
        return False

    def visits(self, _node: str) -> int:
        return 0


def never_holds(script: Script, condition: Expression) -> str:
    """Why the condition can never hold, empty when it can or nobody sees it."""
    return "" if _varies(script, condition) or holds(condition, _Nothing()) else f"{condition.text} is never true"


def _varies(script: Script, condition: Expression) -> bool:
    """Whether it asks for anything that can differ between talks."""
    known = tags(script)
    for part in parts_of(condition.tree):
        if isinstance(part, Name):
            return True
        if isinstance(part, Call) and (part.function != "tag" or str(getattr(part.argument, "value", "")) in known):
            return True
    return False


def _constant(script: Script) -> Iterator[Finding]:
    for one in dict.fromkeys(_conditions(script)):
        if not _varies(script, one):
            outcome = "always" if holds(one, _Nothing()) else "never"
            yield finding("condition-constant", one.place, f"{one.text!r} {outcome} holds")


def _conditions(script: Script) -> Iterator[Expression]:
    """Every expression that decides something; those of grading are check_grades'."""
    worked_out = {id(value) for leave in exits(script) for value in leave.effects.set.values()}
    graded = {id(one) for rule in script.grading for one in _graded(rule.when)}
    yield from (one for one in expressions(script) if id(one) not in worked_out | graded)


def _graded(when: Condition) -> Iterator[Expression]:
    if when.expression is not None:
        yield when.expression
    for inner in (*when.any_of, *when.none_of):
        yield from _graded(inner)

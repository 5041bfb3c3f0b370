"""What an expression comes to over the facts of a talk. No Python is run and nothing raises: what cannot be worked out
is missing.

What a talk knows is facts.py's.
"""

import re
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Protocol

from voicebot.dialog.expression import Call, Compared, Expression, Literal, Logic, Member, Name, Sum, Tree, Value

MAX_DIGITS = 15
MAX_DECIMALS = 6
"""Numbers outside these are missing, or rounded: nobody says them in a call."""
_NUMBER = re.compile(rf"[+-]?[0-9]{{1,{MAX_DIGITS}}}(\.[0-9]{{1,{MAX_DIGITS}}})?")
_SUMS = Context(prec=28, traps=[])
"""Nothing raises: a division by zero comes to what is no number."""


class Facts(Protocol):
    """What expressions ask of a talk."""

    def value(self, name: str) -> Value:
        """A slot, a variable or a measure; None when it is missing or empty."""
        ...

    def tagged(self, tag: str) -> bool:
        """Whether the talk has the tag."""
        ...

    def visits(self, node: str) -> int:
        """How often the node was entered."""
        ...


def holds(expression: Expression, facts: Facts) -> bool:
    """Whether a condition holds. A missing value does not."""
    return _truth(_value(expression.tree, facts))


def worked_out(expression: Expression, facts: Facts) -> str:
    """The value as a slot keeps it: a number without needless zeros, `true`, `false`, a text; empty when missing."""
    value = _value(expression.tree, facts)
    if isinstance(value, Decimal):
        rounded = round(value, MAX_DECIMALS)
        text = f"{rounded:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) if rounded else "0"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def _truth(value: Value) -> bool:
    """Missing, 0, false and no are not true; every other value is."""
    return bool(value) and value not in ("false", "no", "0")


def as_number(value: Value) -> Decimal | None:
    """A number, or a text that is nothing else; None of everything else."""
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    return value if isinstance(value, Decimal) else None


def _value(tree: Tree, facts: Facts) -> Value:
    match tree:
        case Literal(value):
            return value
        case Name(name):
            return facts.value(name)
        case Call(function, argument):
            return _CALLS[function](_value(argument, facts), facts)
        case Logic(operator, parts):
            return _logic(operator, parts, facts)
        case Compared(operator, left, right):
            return _compared(operator, left, right, facts)
        case Member(value, among):
            found = _value(value, facts)
            return found is not None and any(_same(found, _value(one, facts)) for one in among)
        case Sum(first, rest):
            return _sum(_value(first, facts), [(sign, _value(value, facts)) for sign, value in rest])


_CALLS: dict[str, Callable[[Value, Facts], Value]] = {
    "tag": lambda name, facts: facts.tagged(str(name)),
    "visits": lambda name, facts: Decimal(facts.visits(str(name))),
    "reached": lambda name, facts: facts.visits(str(name)) > 0,
    "filled": lambda name, facts: facts.value(str(name)) is not None,
    "len": lambda value, _: Decimal(len(value)) if isinstance(value, str) else None,
    "number": lambda value, _: as_number(value),
}


def _logic(operator: str, parts: tuple[Tree, ...], facts: Facts) -> Value:
    if operator == "-":
        return _sum(Decimal(0), [("-", _value(parts[0], facts))])
    if operator == "not":
        return not _truth(_value(parts[0], facts))
    some = any if operator == "or" else all
    return some(_truth(_value(part, facts)) for part in parts)


def _compared(operator: str, left: Tree, right: Tree, facts: Facts) -> bool:
    one, other = _value(left, facts), _value(right, facts)
    if Literal(None) in (left, right) and operator in ("==", "!="):
        return (one is other) == (operator == "==")  # `x == none` asks whether x is missing
    if one is None or other is None:
        return False
    if operator in ("==", "!="):
        return _same(one, other) == (operator == "==")
    numbers = as_number(one), as_number(other)
    if numbers[0] is not None and numbers[1] is not None:
        return _ORDERS[operator]((numbers[0] > numbers[1]) - (numbers[0] < numbers[1]))
    if isinstance(one, str) and isinstance(other, str):  # dates and times in ISO spelling have the order of their texts
        return _ORDERS[operator]((one > other) - (one < other))
    return False


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _same(one: Value, other: Value) -> bool:
    """Equal, where a text may spell a number, yes or no."""
    if isinstance(one, bool) or isinstance(other, bool):
        return _flag(one) is not None and _flag(one) == _flag(other)
    numbers = as_number(one), as_number(other)
    return one == other if None in numbers else numbers[0] == numbers[1]


def _flag(value: Value) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"yes": True, "true": True, "no": False, "false": False}.get(value) if isinstance(value, str) else None


def _sum(first: Value, rest: list[tuple[str, Value]]) -> Decimal | None:
    total = as_number(first)
    for sign, value in rest:
        number = as_number(value)
        if total is None or number is None:
            return None
        total = _OPERATORS[sign](total, number)
        if not total.is_finite() or abs(total) >= 10**MAX_DIGITS:
            return None
    return total


_OPERATORS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _SUMS.add,
    "-": _SUMS.subtract,
    "*": _SUMS.multiply,
    "/": _SUMS.divide,
}

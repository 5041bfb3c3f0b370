"""The small language of `if` and of `= sums`: its grammar and its tree.

What a tree comes to is in expression_values.py; which names a script has is the loader's to check.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput

from voicebot.understanding.yaml_reader import suggestion
from voicebot.understanding.yaml_source import Place

Value = None | bool | Decimal | str
"""None is a missing value: what is unknown, empty, or cannot be worked out."""
MAX_CHARS = 300
MAX_DEPTH = 20
"""Longest text of an expression, and how deep it may be nested."""
CODE = "bad-expression"
"""What the linter calls faults of these."""
NODE_FUNCTIONS = ("visits", "reached")
"""Functions of a node's name."""
TEXT_FUNCTIONS = (*NODE_FUNCTIONS, "tag", "filled")
"""Functions of a name that stands there as a text, so that it can be checked."""
FUNCTIONS = (*TEXT_FUNCTIONS, "len", "number")
MEASURES = ("score", "turns", "talk_s")
"""Names that always have a value."""
GRAMMAR = r"""
?start: or_
?or_: and_ ("or" and_)*
?and_: not_ ("and" not_)*
?not_: "not" not_ -> negated
     | comparison
?comparison: sum
     | sum COMPARE sum -> compared
     | sum "in" "[" sum ("," sum)* "]" -> member
?sum: product ((PLUS | MINUS) product)*
?product: signed ((TIMES | OVER) signed)*
?signed: "-" signed -> negative
     | atom
?atom: NUMBER -> number
     | STRING -> text
     | "true" -> true
     | "false" -> false
     | "none" -> none
     | NAME "(" or_ ")" -> call
     | NAME -> name
     | "(" or_ ")"
COMPARE: "==" | "!=" | "<=" | ">=" | "<" | ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
NUMBER: /[0-9]{1,15}(\.[0-9]{1,15})?/
STRING: /'[^']*'/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
%ignore /[ \t\r\n]+/
"""


@dataclass(frozen=True)
class Literal:
    """A value as written."""

    value: Value


@dataclass(frozen=True)
class Name:
    """A slot, a variable of the lead, or one of MEASURES."""

    name: str


@dataclass(frozen=True)
class Call:
    """One of FUNCTIONS over its argument."""

    function: str
    argument: "Tree"


@dataclass(frozen=True)
class Logic:
    """`and` or `or` of all parts; `not` and `-` of the one part."""

    operator: str
    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class Compared:
    """Two values compared."""

    operator: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True)
class Member:
    """Whether a value is one of several."""

    value: "Tree"
    among: tuple["Tree", ...]


@dataclass(frozen=True)
class Sum:
    """`first`, then each operator (+ - * /) with its value, from left to right."""

    first: "Tree"
    rest: tuple[tuple[str, "Tree"], ...]


Tree = Literal | Name | Call | Logic | Compared | Member | Sum


@dataclass(frozen=True)
class Expression:
    """One expression of a script. `text` as written, for people."""

    text: str
    tree: Tree
    place: Place = field(compare=False)


# --- text to tree -----------------------------------------------------------------------------------
class _Builder(Transformer[Token, Tree]):
    """Called by the parser for each rule, innermost first."""

    def number(self, items: list[Token]) -> Tree:
        return Literal(Decimal(items[0]))

    def text(self, items: list[Token]) -> Tree:
        return Literal(str(items[0][1:-1]))

    def true(self, _: list[Token]) -> Tree:
        return Literal(True)

    def false(self, _: list[Token]) -> Tree:
        return Literal(False)

    def none(self, _: list[Token]) -> Tree:
        return Literal(None)

    def name(self, items: list[Token]) -> Tree:
        return Name(str(items[0]))

    def call(self, items: list[Tree]) -> Tree:
        return Call(str(items[0]), items[1])

    def or_(self, items: list[Tree]) -> Tree:
        return Logic("or", tuple(items))

    def and_(self, items: list[Tree]) -> Tree:
        return Logic("and", tuple(items))

    def negated(self, items: list[Tree]) -> Tree:
        return Logic("not", tuple(items))

    def negative(self, items: list[Tree]) -> Tree:
        return Logic("-", tuple(items))

    def compared(self, items: list[Tree]) -> Tree:
        return Compared(str(items[1]), items[0], items[2])

    def member(self, items: list[Tree]) -> Tree:
        return Member(items[0], tuple(items[1:]))

    def sum(self, items: list[Tree]) -> Tree:
        return Sum(items[0], tuple((str(sign), value) for sign, value in zip(items[1::2], items[2::2], strict=True)))

    product = sum


@functools.cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", transformer=_Builder())


def parse_expression(text: str, place: Place) -> Expression:
    """The expression in `text`, which stands at `place`. Raises InputFault: no expression, too long, no such function.

    Whether its names exist is not looked at.
    """
    if len(text) > MAX_CHARS:
        place.fault(
            f"an expression of {len(text)} characters, the limit is {MAX_CHARS}; do it in steps, with 'set'", CODE
        )
    try:
        tree: Tree = _parser().parse(text)  # type: ignore[assignment]  # the transformer's outcome
    except UnexpectedInput as error:
        what = text[error.pos_in_stream or 0 :] if isinstance(error, UnexpectedCharacters) else _rest(error, text)
        place.fault(
            f"{text!r} is not an expression: {f'{what[:10]!r} cannot stand there' if what else 'its end is missing'}",
            CODE,
        )
    if _depth(tree) > MAX_DEPTH:
        place.fault(
            f"an expression nested {_depth(tree)} deep, the limit is {MAX_DEPTH}; do it in steps, with 'set'", CODE
        )
    for part in parts_of(tree):
        if isinstance(part, Call):
            _check_call(part, place)
    return Expression(text, tree, place)


def _rest(error: UnexpectedInput, text: str) -> str:
    """What stands where the parser stopped, empty at the end of the text."""
    token = getattr(error, "token", None)
    return "" if token is None or token.type == "$END" else text[token.start_pos :]


def _check_call(call: Call, place: Place) -> None:
    if call.function not in FUNCTIONS:
        place.fault(f"there is no function {call.function!r}{suggestion(call.function, FUNCTIONS)}", CODE)
    named = isinstance(call.argument, Literal) and isinstance(call.argument.value, str)
    if call.function in TEXT_FUNCTIONS and not named:
        place.fault(f"{call.function}() needs a name in single quotes, as {call.function}('x')", CODE)


def _inner(tree: Tree) -> tuple[Tree, ...]:
    match tree:
        case Call(_, argument):
            return (argument,)
        case Logic(_, parts):
            return parts
        case Compared(_, left, right):
            return (left, right)
        case Member(value, among):
            return (value, *among)
        case Sum(first, rest):
            return (first, *(value for _, value in rest))
    return ()


def parts_of(tree: Tree) -> Iterator[Tree]:
    """The tree and all that is in it."""
    todo = [tree]
    while todo:
        one = todo.pop()
        yield one
        todo.extend(reversed(_inner(one)))


def _depth(tree: Tree) -> int:
    """Counted without recursion, since a hostile tree may be deeper than Python's stack."""
    deepest, todo = 0, [(tree, 1)]
    while todo:
        one, depth = todo.pop()
        deepest = max(deepest, depth)
        todo.extend((inner, depth + 1) for inner in _inner(one))
    return deepest

"""Readers for the rules of `grading` and their conditions. Names of other parts are checked by the loader."""

from voicebot.dialog.expression import MEASURES
from voicebot.dialog.load_parts import condition_of
from voicebot.dialog.script import END_REASONS, Condition, GradeRule
from voicebot.understanding.yaml_reader import Reader, integer_of, text_of
from voicebot.understanding.yaml_source import Fields, Items, Tree

GRADES = ("A", "B", "C", "D", "E")
HANDED_OFF = ("answered", "busy", "no_answer", "declined", "unreachable", "customer_left", "not_configured")
ENDINGS = ("CUSTOMER_HANGUP", "MAX_TIME", "TRANSFERRED", *END_REASONS)


def grade_rule(reader: Reader) -> GradeRule:
    """One rule of `grading`; without `when` it always holds."""
    if not reader.has("grade"):
        reader.needs(("grade",), f"{reader.what} needs 'grade', one of {', '.join(GRADES)}")
    grade = reader.word("grade", GRADES, "E")
    when = reader.sub("when")
    return GradeRule(
        grade=grade,
        name=reader.text("name", grade),
        when=condition(when) if when is not None else Condition(),
        place=reader.place,
    )


def condition(reader: Reader) -> Condition:
    """A condition of grading, read to its last field."""
    slots = reader.take("slot")
    limits = {name: reader.sub(name) for name in MEASURES}
    least, most = _bounds(limits, "min"), _bounds(limits, "max")
    for bound in limits.values():
        if bound is not None:
            bound.done()
    found = Condition(
        reached=reader.texts("reached"),
        intent=reader.texts("intent"),
        answer=reader.texts("answer"),
        slot=_slot_names(slots),
        slot_is={k: text_of(v, "a slot's value") for k, v in slots.values.items()} if isinstance(slots, Fields) else {},
        tag=reader.texts("tag"),
        said=reader.texts("said"),
        handed_off=_among(reader, "handed_off", HANDED_OFF),
        ended=_among(reader, "ended", ENDINGS),
        stop_requested=optional_flag(reader, "stop_requested"),
        least=least,
        most=most,
        expression=condition_of(reader),
        any_of=tuple(condition(Reader(tree, "a condition")) for tree in reader.items("any")),
        none_of=tuple(condition(Reader(tree, "a condition")) for tree in reader.items("none")),
    )
    reader.done()
    return found


def optional_flag(reader: Reader, key: str) -> bool | None:
    """true or false; None when absent."""
    value = reader.flag(key, False)
    return value if reader.has(key) else None


def _slot_names(tree: Tree | None) -> tuple[str, ...]:
    if tree is None or isinstance(tree, Fields):
        return ()
    many = tree.values if isinstance(tree, Items) else (tree,)
    return tuple(text_of(one, "a slot's name") for one in many)


def _among(reader: Reader, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = reader.texts(key)
    for name in found:
        if name not in known:
            reader.at(key).fault(f"{key!r} of {reader.what} is {name!r}; known: {', '.join(known)}")
    return found


def _bounds(limits: dict[str, Reader | None], key: str) -> dict[str, int]:
    return {
        name: integer_of(tree, f"{key!r} of {name!r}", -1000, 100_000)
        for name, reader in limits.items()
        if reader is not None and (tree := reader.take(key)) is not None
    }

"""Readers for the parts of a script: prompts, actions, answers, ladders, limits.

Each takes a Reader (fields with places) and returns a frozen part; names of other parts are checked by the loader.
"""

import dataclasses
import re
from pathlib import PurePosixPath

from voicebot.dialog.expression import Expression, parse_expression
from voicebot.dialog.load_tasks import tasks
from voicebot.dialog.script import (
    END_REASONS,
    Action,
    Answer,
    BargeIn,
    Branch,
    Choose,
    Effects,
    End,
    Exit,
    Go,
    Leave,
    ListenLimits,
    Prompt,
    Return,
    Rung,
    Transfer,
)
from voicebot.understanding.normalise import normalise
from voicebot.understanding.patterns import compile_pattern
from voicebot.understanding.yaml_reader import Reader, read_all, text_of
from voicebot.understanding.yaml_source import Fields, Items, Place, Tree

ACTIONS = ("go", "return", "hang_up", "hand_off", "choose", "exit")
DIGITS = re.compile(r"[0-9*#A-D]{1,20}")
MAX_BRANCHES = 50
"""Of one `choose`, those of its branches among them."""
WORKED_OUT = "="
"""Before a value of `set` that is an expression."""


def prompts(reader: Reader, key: str) -> tuple[Prompt, ...]:
    """One wording or a list of variants; empty when absent."""
    tree = reader.take(key)
    if tree is None:
        return ()
    many = tree.values if isinstance(tree, Items) else (tree,)
    found = tuple(_prompt(one, f"{key!r} of {reader.what}") for one in many)
    if not any(prompt.always for prompt in found):
        reader.at(key).fault(f"{key!r} of {reader.what} needs a variant without 'when' and 'if', for all other leads")
    return found


def _prompt(tree: Tree, what: str) -> Prompt:
    if not isinstance(tree, Fields):
        return Prompt(text_of(tree, what), tree.place)
    return read_all(
        tree,
        what,
        lambda r: Prompt(
            r.text("text"),
            r.place,
            file=_recording(r),
            when=texts_by_name(r, "when"),
            condition=condition_of(r),
        ),
    )


def _recording(reader: Reader) -> str | None:
    """`file`: a name below the directory of scripts."""
    name = reader.text("file", "")
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
        reader.at("file").fault(f"{name!r} leads out of the directory of scripts; name a file below it", "outside-file")
    return name or None


def condition_of(reader: Reader) -> Expression | None:
    """The expression under `if`; None when absent."""
    tree = reader.take("if")
    return None if tree is None else parse_expression(text_of(tree, f"'if' of {reader.what}"), tree.place)


def texts_by_name(reader: Reader, key: str) -> dict[str, str]:
    """A mapping of names to texts."""
    return {name: text_of(tree, f"{name!r} of {reader.what}") for name, tree in reader.mapping(key).items()}


def has_action(reader: Reader) -> bool:
    """Whether the mapping names an action."""
    return any(reader.has(key) for key in ACTIONS)


def exit_of(reader: Reader) -> Exit:
    """The one action of a mapping, with its effects."""
    place, action = action_of(reader)
    return Exit(action, place, effects(reader))


def action_of(reader: Reader) -> tuple[Place, Action]:
    """The one action of a mapping, and where it stands."""
    named = [key for key in ACTIONS if reader.has(key)]
    if len(named) != 1:
        message = f"{reader.what} needs one action of {', '.join(ACTIONS)}; found {' and '.join(named) or 'none'}"
        reader.needs(() if named else ACTIONS, message)
    return reader.at(named[0]), _action(reader, named[0])


def _action(reader: Reader, key: str) -> Action:
    if key == "go":
        return Go(reader.text(key))
    if key == "exit":
        return Leave(reader.text(key))
    if key == "choose":
        return _choose(reader)
    if key == "hand_off":
        return Transfer(reader.text(key))
    if key == "hang_up":
        return End(reader.word(key, END_REASONS, "ROBOT_END"))
    to = reader.word(key, ("ask", "say", "listen"), "ask")
    return Return("say" if to == "say" else "listen" if to == "listen" else "ask")


def _choose(reader: Reader) -> Choose:
    place, what = reader.at("choose"), f"a branch of 'choose' of {reader.what}"
    branches: tuple[Branch, ...] = reader.each("choose", lambda r: Branch(exit_of(r), condition_of(r)), what)
    if not branches or branches[-1].condition is not None:
        place.fault(f"'choose' of {reader.what} needs a last branch without 'if', for all other cases")
    for branch in branches[:-1]:
        if branch.condition is None:
            branch.exit.place.fault(f"{what} without 'if' hides those after it; only the last may have none")
    few_branches(Exit(Choose(branches), place))
    return Choose(branches)


def few_branches(leave: Exit) -> Exit:
    """The same exit. Raises InputFault when it can come to too many others, those of branches of branches counted."""
    if len(leave.leaves) > MAX_BRANCHES:
        leave.place.fault(f"{len(leave.leaves)} branches in all, the limit is {MAX_BRANCHES}; use a node in between")
    return leave


def effects(reader: Reader) -> Effects:
    """What a mapping notes besides its action."""
    return Effects(
        set=_set(reader),
        score=reader.integer("score", 0, -100, 100),
        tags=reader.texts("tag"),
        follow_up=tasks(reader),
        stop_request=reader.flag("stop_request", False),
        complaint=reader.text("complaint", ""),
    )


def _set(reader: Reader) -> dict[str, str | Expression]:
    """Texts with variables, or expressions behind a `=`."""
    found: dict[str, str | Expression] = {}
    for name, tree in reader.mapping("set").items():
        text = text_of(tree, f"{name!r} of {reader.what}")
        worked_out = text.startswith(WORKED_OUT)
        found[name] = parse_expression(text.removeprefix(WORKED_OUT).strip(), tree.place) if worked_out else text
    return found


def answer(reader: Reader) -> Answer:
    """One answer of a node or of `anywhere`."""
    intents = reader.texts("intent")
    slots, some = reader.texts("slot"), reader.texts("slot_any")
    if slots and some:
        reader.at("slot_any").fault(f"{reader.what} has 'slot' and 'slot_any'; all are needed, or one is enough")
    slots, any_slot = slots or some, bool(some)
    name = reader.text("id", next(iter((*intents, *slots)), ""))
    keywords, patterns, digits = reader.texts("keywords"), reader.texts("patterns"), reader.text("digits", "")
    if not (intents or slots or keywords or patterns or digits):
        known = ("intent", "keywords", "patterns", "slot", "digits")
        reader.needs(known, f"{reader.what} can never be given: it needs intent, keywords, patterns, slot or digits")
    if not name:
        reader.needs(("id",), f"{reader.what} needs an 'id', since it has neither intent nor slot")
    if digits and not DIGITS.fullmatch(digits):
        reader.at("digits").fault(f"digits {digits!r} are not keys of a telephone (0-9 * # A-D)")
    for keyword in keywords:
        if "{" not in keyword and not normalise(keyword):
            reader.at("keywords").fault(f"the keyword {keyword!r} has no letter in it")
    for pattern in patterns:
        _compile(reader.at("patterns"), pattern)
    return Answer(
        id=name,
        intents=intents,
        keywords=keywords,
        patterns=patterns,
        slots=slots,
        any_slot=any_slot,
        digits=digits,
        say=prompts(reader, "say"),
        exit=exit_of(reader),
        condition=condition_of(reader),
        place=reader.place,
    )


def _compile(place: Place, pattern: str) -> None:
    try:
        matches_nothing = compile_pattern(pattern).search("") is not None
    except ValueError as error:
        place.fault(f"the pattern {pattern!r} is not a regular expression: {error}", "bad-pattern")
    if matches_nothing:
        place.fault(f"the pattern {pattern!r} also matches nothing at all; make it need a word", "bad-pattern")


def answers(reader: Reader, key: str) -> tuple[Answer, ...]:
    """A list of answers with ids of their own."""
    found: tuple[Answer, ...] = reader.each(key, answer, f"an answer of {reader.what}")
    return without_twins(found, reader.what)


def without_twins(found: tuple[Answer, ...], what: str) -> tuple[Answer, ...]:
    """The same answers. Raises InputFault when two have one id."""
    seen: dict[str, Place] = {}
    for one in found:
        if one.id in seen:
            first = seen[one.id]
            where = f"line {first.line}" if first.file == one.place.file else str(first)
            one.place.fault(f"{what} has two answers {one.id!r}, first in {where}; give ids")
        seen[one.id] = one.place
    return found


def rung(reader: Reader) -> Rung:
    """One step of a ladder."""
    say = prompts(reader, "say")
    ask = reader.flag("ask", False)
    leave = exit_of(reader) if has_action(reader) else None
    if not say and not ask and leave is None:
        reader.place.fault(f"{reader.what} does nothing; it needs say, ask or an action")
    return Rung(reader.place, say, ask, leave)


def ladder(reader: Reader, key: str, default: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """The ladder under `key`, or the default."""
    if not reader.has(key):
        return default
    found: tuple[Rung, ...] = reader.each(key, rung, f"a step of {key!r} of {reader.what}")
    return found


def barge_in(reader: Reader | None, base: BargeIn) -> BargeIn:
    """The policy: `base` with what is given here."""
    if reader is None:
        return base
    trigger = reader.word("trigger", ("words", "speech"), base.trigger)
    after = reader.word("after", ("resume", "restart", "skip"), base.after)
    policy = dataclasses.replace(
        base,
        allow=reader.flag("allow", base.allow),
        trigger="speech" if trigger == "speech" else "words",
        protect_ms=reader.integer("protect_ms", base.protect_ms, 0, 60_000),
        min_chars=reader.integer("min_chars", base.min_chars, 1, 50),
        ignore=words(reader, "ignore", base.ignore),
        stop=words(reader, "stop", base.stop),
        after="restart" if after == "restart" else "skip" if after == "skip" else "resume",
        tail_ms=reader.integer("tail_ms", base.tail_ms, 0, 10_000),
    )
    reader.done()
    return policy


def words(reader: Reader, key: str, base: tuple[str, ...]) -> tuple[str, ...]:
    """Words in the one spelling of heard text, longest first."""
    if not reader.has(key):
        return base
    found = {normalise(word) for word in reader.texts(key)}
    return tuple(sorted(found - {""}, key=lambda word: (-len(word), word)))


def listen(reader: Reader | None, base: ListenLimits) -> ListenLimits:
    """The limits: `base` with what is given here."""
    if reader is None:
        return base
    limits = ListenLimits(
        no_input_ms=reader.integer("no_input_ms", base.no_input_ms, 500, 60_000),
        end_silence_ms=reader.integer("end_silence_ms", base.end_silence_ms, 100, 5_000),
        max_speech_ms=reader.integer("max_speech_ms", base.max_speech_ms, 1_000, 60_000),
        digits_ms=reader.integer("digits_ms", base.digits_ms, 500, 20_000),
    )
    reader.done()
    return limits

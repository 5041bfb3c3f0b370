"""A script's files to the frozen model: schema and names. All faults are told, as file:line:column.

What can go wrong in the talk although the file is well formed is the linter's (check.py).
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from voicebot.dialog.bundle import Bundle, PartsBeside, digest_of
from voicebot.dialog.flows import Inliner, same_name
from voicebot.dialog.load_grading import grade_rule
from voicebot.dialog.load_lookups import lookup, service, table
from voicebot.dialog.load_names import check_names
from voicebot.dialog.load_parts import answers, barge_in, exit_of, ladder, listen, prompts, without_twins
from voicebot.dialog.load_policy import allowance, disclose
from voicebot.dialog.load_slots import slot_plan
from voicebot.dialog.rebuild import renamed
from voicebot.dialog.script import (
    Answer,
    BargeIn,
    End,
    Exit,
    HandoffPlan,
    ListenLimits,
    Need,
    Node,
    Rung,
    Script,
)
from voicebot.understanding.yaml_reader import Faults, Reader
from voicebot.understanding.yaml_source import Place, parse, read_source

FALLBACK_RUNGS = 2
"""Without a ladder of its own anywhere, a question is asked this often again."""


class _Defaults:
    """What a node has when it does not say otherwise."""

    def __init__(self, reader: Reader | None, place: Place) -> None:
        asks = tuple(Rung(place, ask=True) for _ in range(FALLBACK_RUNGS))
        self.no_input: tuple[Rung, ...] = (*asks, Rung(place, exit=Exit(End("SILENCE"), place)))
        self.no_match: tuple[Rung, ...] = (*asks, Rung(place, exit=Exit(End("ROBOT_END"), place)))
        self.too_often, self.max_visits = Exit(End("ROBOT_END"), place), 3
        self.barge_in, self.listen = BargeIn(), ListenLimits()
        self.sound = True
        if reader is not None:
            self.no_input = ladder(reader, "no_input", self.no_input)
            self.no_match = ladder(reader, "no_match", self.no_match)
            self.too_often = _exit(reader, "too_often") or self.too_often
            self.max_visits = reader.integer("max_visits", self.max_visits, 1, 50)
            self.barge_in = barge_in(reader.sub("barge_in"), self.barge_in)
            self.listen = listen(reader.sub("listen"), self.listen)
            self.sound = reader.flag("sound", self.sound)
            reader.done()


def load_script(path: Path) -> Script:
    """The script in a file, its parts beside it. Raises InputFault (file:line:column, remedy) at the first fault."""
    text, shown = read_source(path)
    return load_text(text, shown, PartsBeside(path.parent))


def load_text(text: str, shown: str, parts: Mapping[str, str] = MappingProxyType({})) -> Script:
    """The script in `text`, of which `parts` has the flows, knowledge and tables by relative name. Raises InputFault.

    `shown` is the file's name in faults; parts are shown as files beside it. Parts that nothing names are left out.
    """
    faults = Faults(shown)
    with faults.kept():
        reader = Reader(parse(text, shown), "the script", faults)
        if not reader.has("script") and (reader.has("flow") or reader.has("answers")):
            reader.place.fault("this is a part of scripts, none itself; name a script that uses it", "missing-key")
        bundle = Bundle(shown, parts)
        script, ways = _script(reader, bundle)
        reader.done()
        check_names(script, ways, faults)
    faults.raise_found()
    return dataclasses.replace(script, parts=bundle.used, digest=digest_of(text, bundle.used))


def _script(reader: Reader, bundle: Bundle) -> tuple[Script, tuple[Exit, ...]]:
    """The script without its digest, which needs all its parts; and what it says of the exits of its flows."""
    name = reader.text("script")
    defaults = _Defaults(reader.sub("defaults"), reader.place)
    inherited = {"no_input": defaults.no_input, "no_match": defaults.no_match, "too_often": defaults.too_often}
    inliner = Inliner(bundle, lambda name, one: _node(name, one, defaults), inherited)
    inliner.put(reader.subs("nodes", "node"))
    if not inliner.nodes:
        reader.needs(("nodes",), "the script has no nodes; it needs at least the one that 'start' names")
    limits = reader.sub("limits")
    script = Script(
        name=name,
        version=reader.text("version", "1"),
        title=reader.text("title", name),
        language=reader.word("language", ("zh", "en"), "zh"),
        voice=reader.text("voice", "female"),
        start=reader.text("start"),
        nodes=inliner.nodes,
        place=reader.at("start"),
        digest="",
        needs=reader.named("needs", "variable", _need),
        slots=reader.named("slots", "slot", slot_plan),
        anywhere=_anywhere(reader, bundle),
        tables=reader.named("tables", "table", lambda name, one: table(name, one, bundle)),
        services=reader.named("services", "service", service),
        handoffs=reader.named("handoff", "hand-off", _plan, _unread_plan),
        grading=reader.each("grading", grade_rule, "a rule of 'grading'"),
        allow=reader.each("allow", allowance, "an entry of 'allow'"),
        disclose=disclose(reader.sub("policy")),
        max_call_ms=1000 * (limits.integer("max_call_s", 300, 10, 3600) if limits else 300),
        max_turns=limits.integer("max_turns", 30, 1, 200) if limits else 30,
        sound=defaults.sound,
    )
    if limits:
        limits.done()
    if not inliner.entries:
        return script, ()
    return renamed(script, inliner.entered), renamed(tuple(inliner.ways), inliner.entered)


def _anywhere(reader: Reader, bundle: Bundle) -> tuple[Answer, ...]:
    """The script's own answers of everywhere, then those of its knowledge files."""
    found = answers(reader, "anywhere")
    for stem, place in reader.placed_texts("knowledge"):
        with reader.kept():
            part = Reader(bundle.tree("knowledge", stem, place), f"knowledge {stem!r}", reader.faults)
            same_name(part, "knowledge", stem)
            found += answers(part, "answers")
            part.done()
    return without_twins(found, "'anywhere' with its knowledge")


def _node(name: str, reader: Reader, defaults: _Defaults) -> Node:
    node = Node(
        id=name,
        role=reader.text("role", name),
        say=prompts(reader, "say"),
        place=reader.place,
        ask=prompts(reader, "ask"),
        answers=answers(reader, "answers"),
        then=_exit(reader, "then"),
        no_input=ladder(reader, "no_input", defaults.no_input),
        no_match=ladder(reader, "no_match", defaults.no_match),
        barge_in=barge_in(reader.sub("barge_in"), defaults.barge_in),
        listen=listen(reader.sub("listen"), defaults.listen),
        max_visits=reader.integer("max_visits", defaults.max_visits, 1, 50),
        too_often=_exit(reader, "too_often") or defaults.too_often,
        lookup=lookup(reader.sub("lookup")),
    )
    reader.done()
    if bool(node.answers or "answers" in reader.dropped) == bool(node.then):
        message = f"node {name!r} needs either 'answers' (it listens) or 'then' (it goes on by itself)"
        reader.needs(("answers", "then"), message)
    if not node.say:
        reader.needs(("say",), f"node {name!r} says nothing: it needs 'say'")
    return node


def _unread_plan(name: str, place: Place) -> HandoffPlan:
    return HandoffPlan(name, name, place)


def _exit(reader: Reader, key: str) -> Exit | None:
    sub = reader.sub(key)
    if sub is None:
        return None
    found = exit_of(sub)
    sub.done()
    return found


def _need(name: str, reader: Reader) -> Need:
    default = reader.text("default", "") or None
    need = Need(name, reader.place, reader.text("about", ""), reader.text("example", ""), default)
    reader.done()
    return need


def _plan(name: str, reader: Reader) -> HandoffPlan:
    plan = HandoffPlan(
        name=name,
        target=reader.text("target"),
        place=reader.place,
        timeout_ms=1000 * reader.integer("timeout_s", 20, 3, 120),
        hold=prompts(reader, "hold"),
        hold_gap_ms=reader.integer("hold_gap_ms", 5000, 500, 60_000),
        on_fail=reader.text("on_fail", "") or None,
    )
    reader.done()
    return plan

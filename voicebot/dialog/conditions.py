"""What a condition of grading asks of a talk, part by part: whether each holds, what proves it, what was found instead.

Pure. Which rule gives the grade is grading.py's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from voicebot.dialog.expression import Expression, Name, parts_of
from voicebot.dialog.expression_values import holds
from voicebot.dialog.facts import TalkFacts, last_moment, measure
from voicebot.dialog.script import Answer, Condition, Script
from voicebot.dialog.state import State, Turn
from voicebot.dialog.turns import ANYWHERE
from voicebot.dialog.walk import within
from voicebot.understanding.keywords import find_keyword


@dataclass(frozen=True)
class Evidence:
    """One reason: what held, when (ms since the answer), and the customer's words or the value behind it."""

    what: str
    at: int
    text: str


@dataclass(frozen=True)
class Part:
    """One part of a condition. `asks` and `found` are for people to read; `inner`: the branches of `any` and `none`."""

    asks: str
    held: bool
    found: str
    evidence: tuple[Evidence, ...] = ()
    inner: tuple["Part", ...] = ()


def judge(when: Condition, script: Script, state: State) -> Iterator[Part]:
    """Every part that is given, one after the other; the condition holds when all do. Worked out as it is asked for."""
    talk = _Talk(script, state)
    yield from _named(when, talk)
    yield from _measured(when, state)
    if when.expression is not None:
        yield _expression(when.expression, state)
    if when.any_of:
        yield _any(when.any_of, script, state)
    if when.none_of:
        yield _none(when.none_of, script, state)


class _Talk:
    """A talk as conditions look at it."""

    def __init__(self, script: Script, state: State) -> None:
        self.state = state
        self.end = state.ending.at if state.ending else last_moment(state)
        self.turns = [turn for turn in state.turns if turn.text or turn.by == "digits"]
        self._script = script

    def answers(self) -> Iterator[tuple[Turn, Answer]]:
        """The turns that were taken for an answer, with it. A version of the script that lacks it leaves it out."""
        for turn in self.state.turns:
            choice = turn.choice or ""
            node = self._script.nodes.get(turn.node)
            offered = self._script.anywhere if choice.startswith(ANYWHERE) else node.answers if node else ()
            name = choice.removeprefix(ANYWHERE)
            yield from ((turn, answer) for answer in offered if answer.id == name)

    def since(self, what: str, value: str, brings: Callable[[Answer], bool]) -> Evidence:
        """`what`, with the last words whose answer brings it; without any such turn at the end, with the value."""
        turn = next((turn for turn, answer in reversed([*self.answers()]) if brings(answer)), None)
        return Evidence(what, self.end, value) if turn is None else Evidence(what, turn.began, turn.text)

    def slot(self, name: str) -> Evidence:
        """A filled slot with the words that filled it."""
        value = self.state.slots[name]

        def fills(answer: Answer) -> bool:
            return name in answer.slots or any(name in leave.effects.set for leave in within(answer.exit))

        return self.since(f"slot {name} = {value}", value, fills)

    def tag(self, name: str) -> Evidence:
        """A tag with the words that led to it."""

        def brings(answer: Answer) -> bool:
            return any(name in leave.effects.tags for leave in within(answer.exit))

        return self.since(f"tag {name}", name, brings)


def _named(when: Condition, talk: _Talk) -> Iterator[Part]:
    state, turns = talk.state, talk.turns
    if when.reached:
        there = [Evidence(f"reached {v.node}", v.entered, v.role) for v in state.visits if v.node in when.reached]
        yield _part("reached", when.reached, (visit.node for visit in state.visits), there)
    if when.intent:
        taken = [turn for turn in turns if turn.choice and turn.intent]
        meant = [
            Evidence(f"intent {turn.intent}", turn.began, turn.text) for turn in taken if turn.intent in when.intent
        ]
        yield _part("intent", when.intent, (turn.intent or "" for turn in taken), meant)
    if when.answer:
        given = [(turn, (turn.choice or "").rpartition("/")[2]) for turn in turns if turn.choice]
        taken_for = [Evidence(f"answer {name}", turn.began, turn.text) for turn, name in given if name in when.answer]
        yield _part("answer", when.answer, (name for _, name in given), taken_for)
    if when.slot:
        filled = [name for name in state.slots if state.slots[name]]
        yield _part("slot", when.slot, filled, [talk.slot(name) for name in when.slot if name in filled])
    if when.slot_is:
        yield _slots_equal(when.slot_is, talk)
    if when.tag:
        yield _part("tag", when.tag, state.tags, [talk.tag(tag) for tag in state.tags if tag in when.tag])
    if when.said:
        words = [Evidence(f"said {w}", t.began, t.text) for t in turns for w in when.said if find_keyword(t.text, w)]
        yield _part("said", when.said, (turn.text for turn in turns), words)
    if when.handed_off:
        tried = [Evidence(f"hand-off {h.reason}", h.asked, h.target) for h in state.handoffs]
        yield _part(
            "handed_off",
            when.handed_off,
            (handoff.reason or "still ringing" for handoff in state.handoffs),
            [one for one, h in zip(tried, state.handoffs, strict=True) if h.reason in when.handed_off],
        )
    if when.ended:
        code = state.ending.code if state.ending else ""
        over = [Evidence(f"ended {code}", talk.end, code)] if code in when.ended else []
        yield _part("ended", when.ended, [code] if code else [], over)
    if when.stop_requested is not None:
        yield _stop_requested(when.stop_requested, talk)


def _stop_requested(wanted: bool, talk: _Talk) -> Part:
    state = talk.state
    asked = [Evidence("stop requested", wish.at, wish.words or wish.complaint) for wish in state.stops]
    held = state.stop_requested is wanted
    evidence = (asked or [Evidence("no stop requested", talk.end, "")]) if held else []
    found = ", ".join(f"stop requested: {one.text}" for one in asked) or "no stop requested"
    return Part("stop requested" if wanted else "no stop requested", held, found, (*evidence,))


def _part(asks: str, wanted: Iterable[str], found: Iterable[str], evidence: list[Evidence]) -> Part:
    """A part of which one name is enough."""
    has = ", ".join(dict.fromkeys(found))
    return Part(f"{asks} {' or '.join(wanted)}", bool(evidence), f"{asks} {has}" if has else f"no {asks}", (*evidence,))


def _slots_equal(wanted: Mapping[str, str], talk: _Talk) -> Part:
    """All of these slots have these values."""
    slots = talk.state.slots
    found = ", ".join(f"{name} = {slots[name]}" if slots.get(name) else f"no {name}" for name in wanted)
    held = all(slots.get(name) == value for name, value in wanted.items())
    asks = " and ".join(f"{name} = {value}" for name, value in wanted.items())
    return Part(f"slot {asks}", held, f"slot {found}", tuple(talk.slot(name) for name in wanted) if held else ())


def _measured(when: Condition, state: State) -> Iterator[Part]:
    for name in {**when.least, **when.most}:
        value = measure(name, state)
        least, most = when.least.get(name), when.most.get(name)
        bounds = [f"at least {least}" if least is not None else "", f"at most {most}" if most is not None else ""]
        held = (least is None or value >= least) and (most is None or value <= most)
        evidence = (Evidence(f"{name} {value}", last_moment(state), str(value)),) if held else ()
        yield Part(f"{name} {', '.join(filter(None, bounds))}", held, f"{name} {value}", evidence)


def _expression(expression: Expression, state: State) -> Part:
    """An expression, with the values of its names."""
    facts = TalkFacts(state)
    names = dict.fromkeys(part.name for part in parts_of(expression.tree) if isinstance(part, Name))
    values = ((name, facts.value(name)) for name in names)
    found = ", ".join(f"no {name}" if value is None else f"{name} = {value}" for name, value in values)
    held, asks = holds(expression, facts), f"if {expression.text}"
    return Part(asks, held, found, (Evidence(asks, last_moment(state), found),) if held else ())


def _branches(conditions: Iterable[Condition], script: Script, state: State) -> tuple[Part, ...]:
    """Each condition as one part over its own."""
    branches = []
    for when in conditions:
        parts = tuple(judge(when, script, state))
        evidence = tuple(one for part in parts for one in part.evidence)
        asks = " and ".join(part.asks for part in parts)
        found = ", ".join(part.found for part in parts if not part.held)
        branches.append(Part(asks, all(part.held for part in parts), found, evidence, parts))
    return tuple(branches)


def _any(conditions: Iterable[Condition], script: Script, state: State) -> Part:
    branches = _branches(conditions, script, state)
    held = [branch for branch in branches if branch.held]
    found = "none of them holds" if not held else ""
    return Part("any of these", bool(held), found, tuple(e for branch in held for e in branch.evidence), branches)


def _none(conditions: Iterable[Condition], script: Script, state: State) -> Part:
    """Holds when no branch does; that nothing happened has no evidence."""
    branches = _branches(conditions, script, state)
    held = [branch.asks for branch in branches if branch.held]
    return Part("none of these", not held, " and ".join(held), (), branches)

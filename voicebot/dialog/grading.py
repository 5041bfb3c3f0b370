"""The grade of a talk: the first of the script's rules that holds, with the evidence that made it hold.

Pure: the same state and rules always give the same grade, so past calls can be graded anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voicebot.dialog.script import Condition, Script
from voicebot.dialog.state import State
from voicebot.understanding.keywords import find_keyword

NO_TALK = "E"


@dataclass(frozen=True)
class Evidence:
    """One reason: what held, when (ms since the answer), and the words or value behind it."""

    what: str
    at: int
    text: str


@dataclass(frozen=True)
class Grade:
    """`letter` A to E; `rule`: the name of the rule that gave it."""

    letter: str
    rule: str
    evidence: tuple[Evidence, ...] = ()


def grade(script: Script, state: State) -> Grade:
    """The grade by the script's rules; without one that holds, D for a talk and E for none."""
    for rule in script.grading:
        evidence = _holds(rule.when, state)
        if evidence is not None:
            return Grade(rule.grade, rule.name, tuple(sorted(evidence, key=lambda one: one.at)))
    spoke = [Evidence("turn", turn.began, turn.text) for turn in state.turns if not turn.aside]
    return Grade("D", "no rule holds", tuple(spoke[:1])) if spoke else Grade(NO_TALK, "no talk")


def _holds(when: Condition, state: State) -> list[Evidence] | None:
    """The evidence when every part of the condition holds, None when one does not."""
    found: list[Evidence] = []
    for part in (*_named_parts(when, state), *_measures(when, state)):
        if not part:
            return None
        found.extend(part)
    if when.any_of:
        branches = [branch for inner in when.any_of if (branch := _holds(inner, state)) is not None]
        if not branches:
            return None
        found.extend(one for branch in branches for one in branch)
    if any(_holds(inner, state) is not None for inner in when.none_of):
        return None
    return found


def _named_parts(when: Condition, state: State) -> Iterable[list[Evidence]]:
    """For each part that is given, the evidence for it; empty when it does not hold."""
    end = state.ending.at if state.ending else _last_moment(state)
    turns = [turn for turn in state.turns if turn.text or turn.by == "digits"]
    if when.reached:
        yield [Evidence(f"reached {v.node}", v.entered, v.role) for v in state.visits if v.node in when.reached]
    if when.intent:
        yield [Evidence(f"intent {t.intent}", t.began, t.text) for t in turns if t.choice and t.intent in when.intent]
    if when.answer:
        given = [(t, (t.choice or "").rpartition("/")[2]) for t in turns]
        yield [Evidence(f"answer {name}", t.began, t.text) for t, name in given if name in when.answer]
    if when.slot:
        filled = [name for name in when.slot if state.slots.get(name)]
        yield [Evidence(f"slot {name}", end, state.slots[name]) for name in filled]
    if when.slot_is:
        equal = [name for name, value in when.slot_is.items() if state.slots.get(name) == value]
        yield (
            [Evidence(f"slot {name}", end, state.slots[name]) for name in equal]
            if len(equal) == len(when.slot_is)
            else []
        )
    if when.tag:
        yield [Evidence(f"tag {tag}", end, tag) for tag in state.tags if tag in when.tag]
    if when.said:
        yield [Evidence(f"said {w}", t.began, t.text) for t in turns for w in when.said if find_keyword(t.text, w)]
    if when.handed_off:
        yield [
            Evidence(f"hand-off {h.reason}", h.asked, h.target) for h in state.handoffs if h.reason in when.handed_off
        ]
    if when.ended:
        code = state.ending.code if state.ending else ""
        yield [Evidence(f"ended {code}", end, code)] if code in when.ended else []


def _measures(when: Condition, state: State) -> Iterable[list[Evidence]]:
    for name in {**when.least, **when.most}:
        value = measure(name, state)
        within = when.least.get(name, value) <= value <= when.most.get(name, value)
        yield [Evidence(f"{name} {value}", _last_moment(state), str(value))] if within else []


def measure(name: str, state: State) -> int:
    """`score`; `turns` (asides over a prompt do not count); `talk_s`: seconds since the answer."""
    if name == "score":
        return state.score
    if name == "turns":
        return sum(not turn.aside for turn in state.turns)
    return _last_moment(state) // 1000


def _last_moment(state: State) -> int:
    moments: Sequence[int] = [
        *(turn.ended for turn in state.turns[-1:]),
        *(visit.left or visit.entered for visit in state.visits[-1:]),
        *([state.ending.at] if state.ending else []),
    ]
    return max(moments, default=0)

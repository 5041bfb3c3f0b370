"""The grade of a talk: the first of the script's rules that holds, with the evidence that made it hold.

Pure: the same state and rules always give the same grade, so past calls can be graded anew. What a condition asks of a
talk is in conditions.py.
"""

from dataclasses import dataclass

from voicebot.dialog.conditions import Evidence, Part, judge
from voicebot.dialog.facts import measure
from voicebot.dialog.script import GradeRule, Script
from voicebot.dialog.state import State

__all__ = ["Evidence", "Grade", "Judged", "explain", "grade", "measure"]

NO_TALK = "E"


@dataclass(frozen=True)
class Grade:
    """`letter` A to E; `rule`: the name of the rule that gave it."""

    letter: str
    rule: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Judged:
    """One rule over one talk: it holds when all its parts do; `decides`: it is the first that holds."""

    rule: GradeRule
    parts: tuple[Part, ...]
    held: bool
    decides: bool


def grade(script: Script, state: State) -> Grade:
    """The grade by the script's rules; without one that holds, D for a talk and E for none."""
    for rule in script.grading:
        evidence: list[Evidence] = []
        for part in judge(rule.when, script, state):
            if not part.held:
                break
            evidence += part.evidence
        else:
            return Grade(rule.grade, rule.name, tuple(sorted(evidence, key=lambda one: one.at)))
    spoke = [Evidence("turn", turn.began, turn.text) for turn in state.turns if not turn.aside]
    return Grade("D", "no rule holds", tuple(spoke[:1])) if spoke else Grade(NO_TALK, "no talk")


def explain(script: Script, state: State) -> tuple[Judged, ...]:
    """Every rule in order, those behind the deciding one too, with what each part asks and what the talk has."""
    found: list[Judged] = []
    decided = False
    for rule in script.grading:
        parts = tuple(judge(rule.when, script, state))
        held = all(part.held for part in parts)
        found.append(Judged(rule, parts, held, held and not decided))
        decided = decided or held
    return tuple(found)

"""Linter rules about grading: rules that can never hold, that an earlier one always forestalls, and the last one."""

from collections.abc import Iterator

from voicebot.dialog.check_graph import reachable
from voicebot.dialog.check_use import fillable, never_holds, tags
from voicebot.dialog.findings import Finding, finding
from voicebot.dialog.script import Answer, Condition, GradeRule, Node, Script
from voicebot.dialog.walk import exits, within

_ANY_OF = ("reached", "intent", "answer", "slot", "tag", "said", "handed_off", "ended")
"""Parts of a condition in which one of the names is enough."""


def check_grades(script: Script) -> Iterator[Finding]:
    """Every finding of these rules."""
    earlier: list[GradeRule] = []
    for rule in script.grading:
        reason = _never(script, rule.when)
        before = next((one for one in earlier if _implies(rule.when, one.when)), None)
        if reason:
            yield finding("grade-never", rule.place, f"rule {rule.name!r} can never hold: {reason}")
        elif before is not None:
            message = f"rule {rule.name!r} is never asked: {before.name!r} in line {before.place.line} holds before it"
            yield finding("grade-shadowed", rule.place, message)
        earlier.append(rule)
    if not any(rule.when == Condition() for rule in script.grading):
        place = script.grading[-1].place if script.grading else script.place
        yield finding("no-last-grade", place, "a call for which no rule holds gets D, or E without a talk")


def _implies(later: Condition, earlier: Condition) -> bool:
    """Whether `earlier` holds whenever `later` does, as far as can be seen part by part."""
    if later == earlier:
        return True
    if earlier.any_of or earlier.none_of or (earlier.expression and earlier.expression != later.expression):
        return False
    for name in _ANY_OF:
        wanted, given = set(getattr(earlier, name)), set(getattr(later, name))
        if wanted and not (given and given <= wanted):
            return False
    if earlier.stop_requested not in (None, later.stop_requested):
        return False
    return (
        earlier.slot_is.items() <= later.slot_is.items()
        and all(later.least.get(name, bound - 1) >= bound for name, bound in earlier.least.items())
        and all(later.most.get(name, bound + 1) <= bound for name, bound in earlier.most.items())
    )


# --- why a rule can never hold ------------------------------------------------------------------------
def _never(script: Script, when: Condition) -> str:
    """Why the condition can never hold, empty when it can."""
    return _never_named(script, when) or _never_measured(script, when) or _never_inner(script, when)


def _never_named(script: Script, when: Condition) -> str:
    seen = reachable(script)
    answers = [*script.anywhere, *(one for name in seen for one in script.nodes[name].answers)]
    filled = fillable(script)
    known = {
        "reached": (when.reached, seen),
        "intent": (when.intent, {intent for answer in answers for intent in answer.intents}),
        "answer": (when.answer, {answer.id for answer in answers}),
        "slot": (when.slot, filled),
        "tag": (when.tag, tags(script)),
    }
    for name, (wanted, possible) in known.items():
        if wanted and not possible & set(wanted):
            return f"{name} {', '.join(wanted)} never comes"
    if missing := sorted(set(when.slot_is) - filled):
        return f"slot {missing[0]} is never filled"
    if not script.handoffs and (when.handed_off or when.ended == ("TRANSFERRED",)):
        return "the script hands nothing over"
    return ""


def _never_measured(script: Script, when: Condition) -> str:
    least, most = when.least, when.most
    for name in sorted(least.keys() & most.keys()):
        if least[name] > most[name]:
            return f"{name} from {least[name]} to {most[name]}"
    low, high = _scores(script)
    possible = {"score": (low, high), "turns": (0, script.max_turns), "talk_s": (0, script.max_call_ms // 1000)}
    for name, (smallest, largest) in possible.items():
        if least.get(name, smallest) > largest:
            return f"{name} never comes to {least[name]}, at most to {largest}"
        if most.get(name, largest) < smallest:
            return f"{name} never falls to {most[name]}, at most to {smallest}"
    return ""


def _never_inner(script: Script, when: Condition) -> str:
    if when.expression is not None and (reason := never_holds(script, when.expression)):
        return reason
    if when.stop_requested and not any(one.effects.stop_request or one.effects.complaint for one in exits(script)):
        return "nothing is a stop request or a complaint"
    if any(inner == Condition() for inner in when.none_of):
        return "an empty condition of 'none' always holds"
    inner = [_never(script, one) for one in when.any_of]
    return inner[0] if inner and all(inner) else ""


def _scores(script: Script) -> tuple[int, int]:
    """Bounds of the score: each turn the best answer, each visit all that happens by itself."""
    answers = [_range(answer) for node in script.nodes.values() for answer in (*node.answers, *script.anywhere)]
    low = script.max_turns * min((0, *(least for least, _ in answers)))
    high = script.max_turns * max((0, *(most for _, most in answers)))
    for node in script.nodes.values():
        gains = _by_itself(node)
        low += node.max_visits * sum(gain for gain in gains if gain < 0)
        high += node.max_visits * sum(gain for gain in gains if gain > 0)
    return low, high


def _range(answer: Answer) -> tuple[int, int]:
    gains = [leave.effects.score for leave in within(answer.exit)]
    return sum(gain for gain in gains if gain < 0), sum(gain for gain in gains if gain > 0)


def _by_itself(node: Node) -> list[int]:
    leaves = (node.then, node.too_often, *(rung.exit for rung in (*node.no_input, *node.no_match)))
    return [leave.effects.score for one in leaves for leave in within(one)]

"""A talk that was held by hand, written down as a conversation test. Pure; the YAML is that of conversation.py."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from voicebot.dialog.conversation import AGENT, SERVICE, AgentDoes, HangsUp, IsSilent, Presses, Says, ServiceDoes
from voicebot.dialog.conversation_run import NO_ANSWER
from voicebot.dialog.grading import grade
from voicebot.dialog.rehearsal import ServiceAnswer
from voicebot.dialog.script import Script
from voicebot.dialog.state import State

PLAIN = re.compile(r"[A-Z_a-z一-鿿][\w一-鿿/]*")
"""Texts that need no quotes in YAML, unless they are words for true and false somewhere."""
TRUTHS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}


Doing = Says | Presses | IsSilent | HangsUp | AgentDoes | ServiceDoes
"""What a person can do in a chat, for the customer or for the world around."""


@dataclass(frozen=True)
class Did:
    """One doing of the customer, and the talk before and after it. `remark`: for people, behind the step.

    `after` None: the customer went on before the talk came to rest, so nothing is expected. `rest`: the talk when the
    robot had said what it had to say, where that was waited for.
    """

    action: Doing
    before: State
    after: State | None
    remark: str = ""
    rest: State | None = None


def as_conversation(
    script: Script, name: str, variables: Mapping[str, str], doings: Sequence[Did], end: State, now: str
) -> str:
    """A test file with one conversation that goes as this talk went at the local time `now`; typed, it passes."""
    lines = [f"script: {_text(script.name)}", "conversations:", f"  - name: {_text(name)}"]
    lines.append(f"    now: {json.dumps(now)}")
    if variables:
        lines.append(f"    variables: {_mapping(variables.items())}")
    lines += ["    steps:"] if doings else []
    joined = [*_joined(doings)]
    for did, coming in zip_longest(joined, joined[1:]):
        remark = f"  # {did.remark}" if did.remark else ""
        lines.append(f"      - {{{_action(did.action)}{_expect(did, coming)}}}{remark}")
    lines.append(f"    expect: {_outcome(script, end)}")
    return "\n".join(lines) + "\n"


def _joined(doings: Iterable[Did]) -> Iterator[Did]:
    """Silences one after the other are one."""
    last: Did | None = None
    for did in doings:
        if last and isinstance(last.action, IsSilent) and isinstance(did.action, IsSilent):
            last = replace(did, action=IsSilent(last.action.times + did.action.times), before=last.before)
            continue
        if last:
            yield last
        last = did
    if last:
        yield last


def _action(action: Doing) -> str:
    match action:
        case Says("", at_ms):
            return f"noise: true{_at(at_ms)}"
        case Says(text, at_ms):
            return f"says: {_text(text)}{_at(at_ms)}"
        case Presses(digits, at_ms):
            return f"digits: {json.dumps(digits)}{_at(at_ms)}"
        case IsSilent(times):
            return f"silence: {times}"
        case HangsUp(at_ms):
            return f"hangs_up: true{_at(at_ms)}"
        case ServiceDoes(answers):
            return f"service: {{{', '.join(f'{name}: {_service(answer)}' for name, answer in answers.items())}}}"
        case AgentDoes(reason):
            return f"agent: {next(name for name, what in AGENT.items() if what == reason)}"


def _service(answer: ServiceAnswer) -> str:
    if answer.outcome == "found":
        return _mapping(answer.values.items())
    return next(word for word, outcome in SERVICE.items() if outcome == answer.outcome)


def _at(at_ms: int | None) -> str:
    return "" if at_ms is None else f", at_ms: {at_ms}"


def _expect(did: Did, coming: Did | None) -> str:
    """The node that the step led to, and what the words were taken for.

    A test looks when the robot has said all, or before that if the next step comes at a moment of what is said.
    """
    at_once = coming is not None and getattr(coming.action, "at_ms", None) is not None
    state = did.after if at_once or did.rest is None else did.rest
    if did.after is None or state is None:
        return ""
    found = [("node", state.node)]
    if len(state.turns) > len(did.before.turns):
        found.append(("answer", state.turns[-1].choice or NO_ANSWER))
    return f", expect: {_mapping(found)}"


def _outcome(script: Script, end: State) -> str:
    verdict = grade(script, end)
    parts = [f"grade: {verdict.letter}", f"rule: {_text(verdict.rule)}", f"score: {end.score}"]
    if end.ending is not None:
        parts += [f"ending: {end.ending.code}", *([f"hung_up_by: {end.ending.by}"] if end.ending.by else [])]
    if end.tags:
        parts.append(f"tag: [{', '.join(map(_text, end.tags))}]")
    slots = {name: value for name, value in end.slots.items() if value}
    if slots:
        parts.append(f"slot: {_mapping(slots.items())}")
    parts.append(f"path: [{', '.join(_text(visit.node) for visit in end.visits)}]")
    return f"{{{', '.join(parts)}}}"


def _mapping(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{_text(name)}: {_text(value)}" for name, value in pairs) + "}"


def _text(text: str) -> str:
    """A text as YAML reads it back."""
    plain = PLAIN.fullmatch(text) and text.lower() not in TRUTHS
    return text if plain else json.dumps(text, ensure_ascii=False)

"""Plays a written conversation and tells what came out otherwise than expected. Pure; files are the caller's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from voicebot.dialog.conversation import (
    TASK_KEYS,
    AgentDoes,
    Conversation,
    Expect,
    HangsUp,
    IsSilent,
    Presses,
    Says,
    ServiceDoes,
    Step,
)
from voicebot.dialog.grading import Grade, grade
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.script import Script
from voicebot.dialog.state import FollowUp, State
from voicebot.errors import MissingVariable
from voicebot.understanding.types import Classifier
from voicebot.understanding.yaml_source import Place

NO_ANSWER = "none"
"""What an expected `answer` says for words that fit nothing."""


@dataclass(frozen=True)
class Failure:
    """One thing that was not as expected, where that is written."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True)
class Outcome:
    """What came of one conversation; without failures it passed. `state` is None when it could not begin.

    `states`: before the first step, and after each that was done. `voice`: who spoke, where it was held with audio.
    """

    conversation: Conversation
    state: State | None
    failures: tuple[Failure, ...]
    states: tuple[State, ...] = ()
    voice: str = ""

    @property
    def name(self) -> str:
        """The conversation's name, with the voice."""
        return f"{self.conversation.name} ({self.voice})" if self.voice else self.conversation.name


Say = Callable[[Rehearsal, int, Says, int | None], None]
"""How the customer's words of a step (its number, from 0) come into the talk, at this millisecond of the prompt, or
after it (None)."""


Begin = Callable[[Mapping[str, str], str], Rehearsal]
"""A new talk with a lead of these variables, at this local time. Raises MissingVariable."""


def typed(talk: Rehearsal, number: int, words: Says, at_ms: int | None) -> None:
    """Without audio: the words themselves."""
    talk.say(words.typed, at_ms)


def play(script: Script, conversation: Conversation, classifier: Classifier | None) -> Outcome:
    """Hold the conversation without audio, to its first step that fails."""
    return hold(script, conversation, lambda variables, local: Rehearsal(script, variables, classifier, local))


def hold(script: Script, conversation: Conversation, begin: Begin, say: Say = typed) -> Outcome:
    """Hold it in the talk that `begin` makes for a lead, whose variables are the script's examples, then its own."""
    examples = {need.name: need.example for need in script.needs.values() if need.example}
    try:
        talk = begin({**examples, **conversation.variables}, conversation.now)
    except MissingVariable as fault:
        return Outcome(conversation, None, (Failure(conversation.place, str(fault)),))
    for step in conversation.steps:
        if not isinstance(step.action, ServiceDoes):
            break
        talk.arrange(step.action.answers)
    talk.pick_up()
    states: list[State] = []
    failures = _hold(script, conversation, talk, say, states)
    return Outcome(conversation, talk.state, failures, tuple(states))


def _hold(
    script: Script, conversation: Conversation, talk: Rehearsal, say: Say, states: list[State]
) -> tuple[Failure, ...]:
    steps = conversation.steps
    _finish(talk, _coming(steps))
    states.append(talk.state)
    said = 0
    for number, step in enumerate(steps):
        coming = _coming(steps[number + 1 :])
        refused = _reach(step, talk)
        if not isinstance(step.action, ServiceDoes | None):
            said = len(talk.state.said)
        refused = refused or _do(number, step, talk, say)
        if refused:
            return (Failure(step.place, refused),)
        _finish(talk, coming)
        states.append(talk.state)
        failures = tuple(_differences(step.expect, script, talk.state, said))
        if failures:
            return failures
    return tuple(_differences(conversation.expect, script, talk.state, 0))


def _coming(steps: Sequence[Step]) -> Step | None:
    """The next step of the customer: to tell what a service will answer takes no time."""
    return next((step for step in steps if not isinstance(step.action, ServiceDoes)), None)


def _finish(talk: Rehearsal, coming: Step | None) -> None:
    """The robot says all that it has to say, unless the next step comes at a moment of it."""
    if coming is None or _moment(coming) is None:
        talk.finish()


def _moment(step: Step) -> int | None:
    return step.action.at_ms if isinstance(step.action, Says | Presses | HangsUp) else None


def _reach(step: Step, talk: Rehearsal) -> str:
    """Come to the step's moment; why there is none, empty when all is well."""
    if step.action is not None and talk.over:
        ending = talk.state.ending
        return f"the call is over already ({ending.code if ending else 'unknown'} in node {talk.state.node!r})"
    at_ms = _moment(step)
    if at_ms is None:
        return ""
    talk.run_to(talk.now + at_ms)
    if talk.speaking or talk.fetching or isinstance(step.action, HangsUp):
        return ""
    return f"the robot says nothing {at_ms} ms after it began to speak; make at_ms smaller or leave it out"


def _do(number: int, step: Step, talk: Rehearsal, say: Say) -> str:
    """Carry the step's action out at this moment; why it cannot be, empty when it was."""
    now = 0 if talk.speaking or talk.fetching else None
    match step.action:
        case Says() as words:
            say(talk, number, words, now)
        case Presses(digits):
            talk.press(digits, now)
        case IsSilent(times):
            for _ in range(times):
                talk.wait()
        case HangsUp():
            talk.hang_up(0)
        case ServiceDoes(answers):
            talk.arrange(answers)
        case AgentDoes(reason):
            if talk.state.phase != "waiting":
                return f"no agent is being rung here (node {talk.state.node!r})"
            talk.agent(reason)
    return ""


def _differences(expect: Expect | None, script: Script, state: State, said: int) -> Iterator[Failure]:
    """Everything that is otherwise than expected. `said`: prompts before the ones to be looked at."""
    if expect is None:
        return
    for key, wanted, found in (*_singles(expect, script, state), *_groups(expect, state, said)):
        yield Failure(expect.places[key], f"{key}: expected {wanted}, found {found}{_why(state)}")


def _singles(expect: Expect, script: Script, state: State) -> Iterator[tuple[str, str, str]]:
    """Key, expected and found of what has one value."""
    verdict = grade(script, state) if expect.grade or expect.rule else Grade("", "")
    ending = state.ending
    turn = state.turns[-1] if state.turns else None
    pairs: dict[str, tuple[object, object]] = {
        "node": (expect.node, state.node),
        "answer": (expect.answer, (turn.choice or NO_ANSWER) if turn else "no turn"),
        "score": (expect.score, state.score),
        "grade": (expect.grade, verdict.letter),
        "rule": (expect.rule, verdict.rule),
        "ending": (expect.ending, ending.code if ending else "a call that goes on"),
        "stop_requested": (expect.stop_requested, state.stop_requested),
        "hung_up_by": (expect.hung_up_by, ending.by if ending and ending.by else "nobody yet"),
    }
    for key, (wanted, found) in pairs.items():
        if wanted is not None and wanted != found:
            yield key, str(wanted), str(found)


def _groups(expect: Expect, state: State, said: int) -> Iterator[tuple[str, str, str]]:
    """Key, expected and found of what has several values."""
    path = tuple(visit.node for visit in state.visits)
    if expect.path and expect.path != path:
        yield "path", " → ".join(expect.path), " → ".join(path)
    texts = " ".join(one.text for one in state.said[said:])
    for part in expect.prompt:
        if part not in texts:
            yield "prompt", repr(part), repr(texts) if texts else "silence"
    for part in expect.no_prompt:
        if part in texts:
            yield "no_prompt", f"a prompt without {part!r}", repr(texts)
    for name, value in expect.slot.items():
        if state.slots.get(name) != value:
            yield "slot", f"{name}={value}", f"{name}={state.slots[name]}" if name in state.slots else f"no {name}"
    for task in expect.follow_up:
        if not any(all(str(getattr(one, key)) == value for key, value in task.items()) for one in state.follow_ups):
            yield "follow_up", _task(task), "; ".join(map(_content, state.follow_ups)) or "no task"
    for tag in expect.tag:
        if tag not in state.tags:
            yield "tag", tag, ", ".join(state.tags) or "none"
    for tag in expect.no_tag:
        if tag in state.tags:
            yield "no_tag", f"no {tag}", ", ".join(state.tags)


def _content(one: FollowUp) -> str:
    return _task({key: str(value) for key in TASK_KEYS if (value := getattr(one, key))})


def _task(content: Mapping[str, str]) -> str:
    return ", ".join(f"{key} {value!r}" for key, value in content.items())


def _why(state: State) -> str:
    """What was last made of the customer's words, for people to understand a difference."""
    if not state.turns:
        return ""
    turn = state.turns[-1]
    what = f"{turn.choice or 'no match'} by {turn.by}" + (f" ({turn.evidence})" if turn.evidence else "")
    return f"; last turn: {turn.text!r} in {turn.node!r} → {what}{', over the prompt' if turn.aside else ''}"

"""The engine: `start` a talk, `step` it by one event, and what can be said now (`expectation`). Pure; never raises.

Here is the frame of a call (answer, hang-up, fault); the rest is in listening, turns, timers and agent.
"""

from collections.abc import Iterable, Mapping

from voicebot.dialog.agent import change_handoff, handoff_ended
from voicebot.dialog.commands import Command, SetTimer
from voicebot.dialog.events import (
    Answered,
    Beeped,
    DigitPressed,
    Event,
    Faulted,
    Fetched,
    HandoffEnded,
    Heard,
    HungUp,
    PartialHeard,
    PickedUp,
    PromptFinished,
    Resumed,
    SpeechStarted,
    TimerFired,
)
from voicebot.dialog.fetching import fetched
from voicebot.dialog.listening import heard, partial_heard, prompt_finished, speech_started
from voicebot.dialog.machine import beeped, picked_up
from voicebot.dialog.moves import enter, hang_up
from voicebot.dialog.resume import resumed
from voicebot.dialog.script import Answer, Script
from voicebot.dialog.state import Ending, State, changed
from voicebot.dialog.talk import Talk
from voicebot.dialog.timers import timer_fired
from voicebot.dialog.turns import ANYWHERE, digit_pressed, offered
from voicebot.dialog.wording import lead_values, speak
from voicebot.understanding.types import Choice, Expectation


def start(script: Script, variables: Mapping[str, str]) -> State:
    """The state before the customer answers. Raises MissingVariable when the lead lacks what the script needs."""
    return State(script=script.name, digest=script.digest, values=lead_values(script, variables))


def step(script: Script, state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
    """What `event` makes of the talk, and what is to be done. An event that fits nothing changes nothing."""
    if state.phase == "over" or (state.phase == "new" and not isinstance(event, Answered | HungUp | Faulted)):
        return state, ()
    talk = Talk(script, state, event.at)
    _handle(talk, event)
    return talk.state, tuple(talk.commands)


def replay(script: Script, state: State, happened: Iterable[Event]) -> State:
    """The state that stored events lead to; their commands were carried out when they happened."""
    for event in happened:
        state, _ = step(script, state, event)
    return state


def _handle(talk: Talk, event: Event) -> None:
    match event:
        case Answered():
            _answered(talk, event)
        case PromptFinished():
            prompt_finished(talk, event)
        case SpeechStarted():
            speech_started(talk, event)
        case PartialHeard():
            partial_heard(talk, event)
        case Heard():
            heard(talk, event)
        case DigitPressed():
            digit_pressed(talk, event)
        case TimerFired():
            timer_fired(talk, event)
        case HandoffEnded():
            handoff_ended(talk, event)
        case Fetched():
            fetched(talk, event)
        case HungUp():
            _hung_up(talk, event)
        case Faulted():
            _faulted(talk, event)
        case Resumed():
            resumed(talk)
        case PickedUp():
            picked_up(talk, event)
        case Beeped():
            beeped(talk)


def expectation(script: Script, state: State) -> Expectation:
    """What the customer can say now: the node's answers first, then those of everywhere; of both what `if` allows."""
    own = script.nodes[state.node].answers if state.node and state.phase != "fetching" else ()
    return Expectation(
        (
            *(_choice(script, answer, answer.id, state) for answer in offered(own, state)),
            *(_choice(script, answer, ANYWHERE + answer.id, state) for answer in offered(script.anywhere, state)),
        ),
        state.now,
        script.sound,
    )


def _choice(script: Script, answer: Answer, name: str, state: State) -> Choice:
    keywords = answer.keywords
    if any("{" in keyword for keyword in keywords):
        keywords = tuple(filter(None, (speak(script, keyword, state.texts) for keyword in keywords)))
    slots = tuple(script.slot(slot) for slot in answer.slots)
    return Choice(name, answer.intents, keywords, answer.patterns, slots, answer.any_slot)


def _answered(talk: Talk, event: Answered) -> None:
    if talk.state.phase == "new":
        talk.set(local=event.local)
        talk.ask(SetTimer("max_call", talk.script.max_call_ms))
        enter(talk, talk.script.start)


def _hung_up(talk: Talk, event: HungUp) -> None:
    state = talk.state
    if state.line is not None:
        played = state.line.from_ms if event.played_ms is None else event.played_ms
        talk.note_heard(max(played, state.line.from_ms), total=None)
    code = _code_of(event)
    visit = talk.state.visit
    if visit is not None and visit.left is None:
        if event.by == "customer":
            playing = state.line is not None
            offset = visit.heard_ms if playing else max(0, event.at - state.quiet_since)
            talk.set_visit(ended_by=None, hangup_phase="playing" if playing else "listening", offset_ms=offset)
        talk.close_visit(_ENDED_BY[code])
    ending = state.ending or Ending(code, state.node, event.at)
    if state.phase == "with_agent" and state.handoffs:
        change_handoff(talk, talked_ms=max(0, event.at - ending.at))
    if state.phase == "waiting":
        change_handoff(talk, reason="customer_left", waited_ms=max(0, event.at - state.handoffs[-1].asked))
    ending = changed(ending, by=event.by, cause=event.cause)
    talk.set(phase="over", ending=ending, line=None, queue=(), cut=None, early=None, customer_speaking=False)


_ENDED_BY = {"CUSTOMER_HANGUP": "hangup", "TRANSFERRED": "hand_off", "MAX_TIME": "time", "ROBOT_FAULT": "fault"}


def _code_of(event: HungUp) -> str:
    """The result code of a talk that ended without a command of ours."""
    if event.by == "switch" and event.cause == "ALLOTTED_TIMEOUT":
        return "MAX_TIME"
    return {"customer": "CUSTOMER_HANGUP", "agent": "TRANSFERRED"}.get(event.by, "ROBOT_FAULT")


def _faulted(talk: Talk, event: Faulted) -> None:
    """The talk cannot go on, except that a person who is being fetched or is there already takes over."""
    if talk.state.phase not in ("waiting", "with_agent", "hanging_up"):
        talk.silence(event.played_ms)
        hang_up(talk, "ROBOT_FAULT", "fault")

"""One moment of a talk told for people: what a version did, whether it surely ends, what came of it. Pure."""

from collections.abc import Sequence

from voicebot.dialog import engine
from voicebot.dialog.barge import CHAR_MS
from voicebot.dialog.commands import Command, Fetch, HandOff, Say
from voicebot.dialog.events import DigitPressed, Event, Heard, HungUp, PromptFinished, TimerFired
from voicebot.dialog.grading import grade
from voicebot.dialog.replayed import Move, Outcome
from voicebot.dialog.script import End, Script
from voicebot.dialog.state import State

MAX_FAREWELLS = 20


def words_of(event: Event) -> str:
    """What was said or pressed, or the timer that ran out; empty for other events."""
    match event:
        case Heard():
            return event.text
        case DigitPressed():
            return event.digit
        case TimerFired():
            return event.name
    return ""


def move_of(script: Script, before: State, after: State, commands: Sequence[Command]) -> Move:
    """What a version did between the two states, by the commands that it gave."""
    turn = after.turns[-1] if len(after.turns) > len(before.turns) else None
    lines = (after.line, *after.queue) if any(isinstance(one, Say) for one in commands) else ()
    return Move(
        node=after.node,
        choice=(turn.choice or "") if turn is not None and not turn.aside else "",
        says="".join(line.text for line in lines if line),
        ends=_ends(script, after, commands),
        target=next((one.target for one in commands if isinstance(one, HandOff)), ""),
        service=next((one.service for one in commands if isinstance(one, Fetch)), ""),
    )


def _ends(script: Script, state: State, commands: Sequence[Command]) -> str:
    """The code with which the robot surely hangs up from here, empty when that is open."""
    if state.phase == "hanging_up" and state.ending is not None:
        return state.ending.code
    if state.hang_up_after is not None or not commands:
        return state.hang_up_after or ""
    then = script.nodes[state.node].then if state.node else None
    speaking = state.phase == "speaking"
    return then.action.reason if speaking and then is not None and isinstance(then.action, End) else ""


def said_out(script: Script, state: State, at: int) -> State | None:
    """The talk after a farewell that nobody interrupts; None when it does not end with it."""
    for _ in range(MAX_FAREWELLS):
        if state.phase == "hanging_up":
            return engine.step(script, state, HungUp(at, "robot", "NORMAL_CLEARING"))[0]
        if state.line is None:
            return None
        length = CHAR_MS * len(state.line.text)
        at += length
        state, _ = engine.step(script, state, PromptFinished(at, state.said[-1].say_id, length))
    return None


def outcome_of(script: Script, state: State) -> Outcome:
    """What the talk has come to by now."""
    verdict = grade(script, state)
    return Outcome(
        path=tuple(visit.node for visit in state.visits),
        grade=verdict.letter,
        rule=verdict.rule,
        ending=state.ending.code if state.ending else "",
        score=state.score,
        tags=state.tags,
        slots=state.slots,
        stop_requested=state.stop_requested,
    )

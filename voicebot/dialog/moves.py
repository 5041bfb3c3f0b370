"""The moves of a talk: speak, listen, enter a node, leave it, hand off, hang up.

They stand together since each leads to the next: a prompt that is over leaves its node, and a node entered speaks.
"""

from voicebot.dialog.asking import begin_asking, fetch_over
from voicebot.dialog.barge import CHAR_MS
from voicebot.dialog.commands import CancelTimer, HandOff, HangUp, Say, SetTimer
from voicebot.dialog.exits import decide
from voicebot.dialog.script import End, Exit, Go, Node, Return, ReturnTo, Transfer
from voicebot.dialog.state import Ending, HandoffRecord, Line, Said
from voicebot.dialog.talk import (
    FETCH_GRACE_MS,
    HANDOFF_GUARD_MS,
    HANG_UP_GUARD_MS,
    MAX_HOPS,
    MAX_INTERRUPTED,
    PROMPT_GUARD_MS,
    SPEECH_GUARD_MS,
    TIMERS,
    Talk,
)
from voicebot.dialog.visits import arrive, look_up, too_often


def speak(talk: Talk, lines: tuple[Line, ...]) -> None:
    """Say the lines one after the other in place of what runs, then go on as the node says."""
    talk.silence()
    if not lines:
        drained(talk)
        return
    line, said = lines[0], talk.state.said
    number = said[-1].say_id + 1 if said else 1
    talk.set(
        phase=talk.state.phase if talk.state.phase in ("waiting", "fetching") else "speaking",
        line=line,
        queue=lines[1:],
        cut=None,
        early=None,
        said=(*said, Said(number, talk.state.node, line.text, talk.at)),
    )
    talk.ask(
        CancelTimer("no_input"),
        Say(number, talk.state.node, line.text, talk.script.voice, line.file, line.from_ms),
        SetTimer("prompt", PROMPT_GUARD_MS + 2 * CHAR_MS * len(line.text)),
    )


def drained(talk: Talk) -> None:
    """All lines are said: hang up, wait for the agent, go on, or listen."""
    talk.set(quiet_since=talk.at)
    if talk.state.hang_up_after is not None:
        hang_up(talk, talk.state.hang_up_after)
    elif talk.state.phase == "fetching":
        fetch_goes_on(talk)
    elif talk.state.phase == "waiting":
        plan = talk.script.handoffs[talk.state.handoffs[-1].plan]
        talk.ask(*([SetTimer("hold", plan.hold_gap_ms)] if plan.hold else []))
    elif talk.node.then is not None:
        leave(talk, talk.node.then, "finished")
    else:
        listen(talk)


def listen(talk: Talk) -> None:
    """Wait for the customer; silence and endless speech are both bounded."""
    talk.set(phase="listening")
    if talk.state.customer_speaking:
        talk.wait_for_words()
    else:
        talk.ask(SetTimer("no_input", talk.node.listen.no_input_ms))


def fetch_goes_on(talk: Talk) -> None:
    """Nothing is being said: go on with the answer of the service, or after a while tell the customer to wait."""
    fetch, lookup = talk.state.fetches[-1], talk.node.lookup
    assert lookup is not None
    if fetch.outcome is None:
        waited = talk.state.holds
        gap_ms = talk.script.services[fetch.service].wait_gap_ms
        talk.ask(SetTimer("fetch_wait", gap_ms if waited else FETCH_GRACE_MS))
        return
    if talk.state.customer_speaking:  # nobody talks him down; that his words come is guarded
        talk.ask(SetTimer("fetch", talk.node.listen.max_speech_ms + SPEECH_GUARD_MS), CancelTimer("fetch_wait"))
        return
    fetch_over(talk)
    if fetch.outcome == "found":
        speak(talk, talk.question("say"))
    else:
        talk.close_visit("lookup")
        enter(talk, lookup.otherwise)


def enter(talk: Talk, name: str, lead: tuple[Line, ...] = (), to: ReturnTo = "say") -> None:
    """Begin a visit: `lead` first, then the node's prompt (`to`: another form of it).

    A node that was visited too often, or whose look-up finds nothing, sends the talk on.
    """
    for _ in range(MAX_HOPS):
        node = talk.script.nodes[name]
        if too_often(talk, node):
            taken = node.too_often and decide(talk, node.too_often, node.id)
            if taken is None or not isinstance(taken.action, Go):
                _turned_away(talk, taken, lead)
                return
            name = taken.action.node
        elif node.lookup is not None and node.lookup.service:
            begin_asking(talk, node)
            speak(talk, lead)  # said meanwhile
            return
        elif node.lookup is not None and not look_up(talk, node):
            name = node.lookup.otherwise
        else:
            _begin_visit(talk, node, lead, to)
            return
    end_talk(talk, "ROBOT_FAULT", "fault", lead)


def _turned_away(talk: Talk, taken: Exit | None, lead: tuple[Line, ...]) -> None:
    """A node was visited too often, and no other is to be entered. An agent is rung for that only once."""
    match taken and taken.action:
        case Transfer(plan) if all(tried.plan != plan for tried in talk.state.handoffs):
            _hand_off(talk, plan, lead, everywhere=False)
        case End(reason):
            end_talk(talk, reason, "too_often", lead)
        case _:
            end_talk(talk, "ROBOT_END", "too_often", lead)


def _begin_visit(talk: Talk, node: Node, lead: tuple[Line, ...], to: ReturnTo) -> None:
    arrive(talk, node)
    speak(talk, (*lead, *talk.question(to)))


def leave(talk: Talk, exit_: Exit, why: str, lead: tuple[Line, ...] = (), *, everywhere: bool = False) -> None:
    """Do what an exit says. `everywhere`: it belongs to an answer of everywhere, so the node may be returned to."""
    action = decide(talk, exit_).action
    if not isinstance(action, Return):
        fetch_over(talk)
    match action:
        case Go(name):
            _move(talk, name, why, lead, everywhere)
        case Return(to):
            _return(talk, to, why, lead, everywhere)
        case End(reason):
            end_talk(talk, reason, why, lead)
        case Transfer(plan):
            _hand_off(talk, plan, lead, everywhere)


def _remember(talk: Talk, everywhere: bool) -> None:
    if everywhere:
        talk.set(interrupted=(*talk.state.interrupted, talk.state.node)[-MAX_INTERRUPTED:])


def _move(talk: Talk, name: str, why: str, lead: tuple[Line, ...], everywhere: bool, to: ReturnTo = "say") -> None:
    _remember(talk, everywhere)
    talk.silence()
    talk.close_visit(why)
    enter(talk, name, lead, to)


def _return(talk: Talk, to: ReturnTo, why: str, lead: tuple[Line, ...], everywhere: bool) -> None:
    interrupted = talk.state.interrupted
    if talk.state.phase == "fetching":
        speak(talk, lead)  # a reply while the service is being asked; the question comes after
    elif interrupted and not everywhere:
        talk.set(interrupted=interrupted[:-1])
        _move(talk, interrupted[-1], why, lead, everywhere=False, to=to)
    elif why == "finished":
        end_talk(talk, "ROBOT_END", why, lead)
    else:
        speak(talk, (*lead, *talk.question(to)))


def end_talk(talk: Talk, code: str, why: str, lead: tuple[Line, ...] = ()) -> None:
    """Say `lead`, then hang up."""
    fetch_over(talk)
    talk.set_visit(ended_by=why)
    if lead:
        talk.set(hang_up_after=code)
        speak(talk, lead)
    else:
        hang_up(talk, code)


def hang_up(talk: Talk, code: str, why: str = "finished") -> None:
    """Hang up now. Who really hung up first is known when the channel is gone."""
    talk.silence()
    talk.close_visit(why)
    talk.set(phase="hanging_up", ending=Ending(code, talk.state.node, talk.at))
    talk.ask(*(CancelTimer(name) for name in TIMERS), HangUp(code), SetTimer("hang_up", HANG_UP_GUARD_MS))


def _hand_off(talk: Talk, name: str, lead: tuple[Line, ...], everywhere: bool) -> None:
    plan = talk.script.handoffs[name]
    _remember(talk, everywhere)
    record = HandoffRecord(name, plan.target, talk.state.node, talk.at)
    talk.silence()
    talk.set(phase="waiting", handoffs=(*talk.state.handoffs, record), holds=0)
    talk.ask(
        *(CancelTimer(timer) for timer in ("no_input", "digits", "speech")),
        HandOff(plan.target, plan.timeout_ms),
        SetTimer("handoff", plan.timeout_ms + HANDOFF_GUARD_MS),
    )
    speak(talk, (*lead, *talk.hold_line()))

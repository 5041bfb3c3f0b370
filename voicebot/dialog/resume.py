"""A talk goes on in another call server: what was being said is said again, what was asked is asked again.

Only what was going on is repaired here; everything else of the state holds as it is.
"""

from voicebot.dialog.agent import handoff_failed
from voicebot.dialog.barge import rest_of
from voicebot.dialog.commands import HangUp, Listen, SetTimer
from voicebot.dialog.fetching import asked_anew
from voicebot.dialog.moves import speak
from voicebot.dialog.state import Line
from voicebot.dialog.talk import BEEP_WAIT_MS, HANG_UP_GUARD_MS, Talk


def resumed(talk: Talk) -> None:
    """Take the talk up where it was lost. An agent who was rung belongs to the dead server: none comes."""
    state = talk.state
    if state.ending is not None:
        talk.set(phase="hanging_up")
        talk.ask(HangUp(state.ending.code), SetTimer("hang_up", HANG_UP_GUARD_MS))
        return
    limits = talk.node.listen
    talk.set(customer_speaking=False, early=None, digits="")
    talk.ask(
        SetTimer("max_call", max(0, talk.script.max_call_ms - talk.at)),
        Listen(limits.end_silence_ms, limits.max_speech_ms),
    )
    if state.phase == "waiting":
        handoff_failed(talk, "unreachable", talk.at - state.handoffs[-1].asked)
    elif state.phase == "beep":
        talk.ask(SetTimer("beep", BEEP_WAIT_MS))
    elif state.phase == "fetching":
        asked_anew(talk)
        speak(talk, (state.line, *state.queue) if state.line is not None else ())
    else:
        speak(talk, _lost_lines(talk))


def _lost_lines(talk: Talk) -> tuple[Line, ...]:
    """What the customer may not have heard. A running line begins anew: how much of it was heard nobody knows."""
    state = talk.state
    if state.line is not None:
        return (state.line, *state.queue)
    if state.cut is not None:
        return rest_of(talk.node.barge_in, state.cut)
    return talk.question("ask")

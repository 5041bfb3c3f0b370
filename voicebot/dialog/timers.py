"""What each timer means when it runs out. The names are those of talk.TIMERS."""

from collections.abc import Callable

from voicebot.dialog.agent import handoff_failed
from voicebot.dialog.commands import HangUp
from voicebot.dialog.events import TimerFired
from voicebot.dialog.fetching import no_answer, tell_to_wait
from voicebot.dialog.ladders import no_input
from voicebot.dialog.listening import go_on, interruptible, line_over
from voicebot.dialog.machine import no_beep
from voicebot.dialog.moves import hang_up, speak
from voicebot.dialog.talk import Talk
from voicebot.dialog.turns import hear, keys_complete


def timer_fired(talk: Talk, event: TimerFired) -> None:
    handler = _TIMERS.get(event.name)
    if handler is not None and (talk.state.phase != "hanging_up" or event.name == "hang_up"):
        handler(talk)


def _max_call(talk: Talk) -> None:
    if talk.state.phase != "with_agent":
        hang_up(talk, "MAX_TIME", "time")


def _no_input(talk: Talk) -> None:
    if talk.state.phase == "listening" and not talk.state.customer_speaking:
        no_input(talk)


def _digits(talk: Talk) -> None:
    if talk.state.phase == "listening" and talk.state.digits:
        keys_complete(talk)


def _prompt_lost(talk: Talk) -> None:
    """Nobody told us that the prompt ended: take it for said, so that the customer is not kept in silence."""
    if talk.state.line is not None:
        line_over(talk)


def _words_lost(talk: Talk) -> None:
    """The customer seemed to speak, but no utterance came."""
    talk.set(customer_speaking=False)
    if talk.state.phase == "cut":
        go_on(talk)
    elif talk.state.phase == "listening":
        no_input(talk)


def _protection_over(talk: Talk) -> None:
    early = talk.state.early
    if interruptible(talk) and early is not None:
        talk.set(cut=talk.silence())
        hear(talk, early, barge_in=True)


def _hold(talk: Talk) -> None:
    if talk.state.phase == "waiting" and talk.state.line is None:
        speak(talk, talk.hold_line())


def _handoff_lost(talk: Talk) -> None:
    if talk.state.phase == "waiting":
        handoff_failed(talk, "no_answer", talk.at - talk.state.handoffs[-1].asked)


def _hang_up_again(talk: Talk) -> None:
    if talk.state.ending is not None:
        talk.ask(HangUp(talk.state.ending.code))


_TIMERS: dict[str, Callable[[Talk], None]] = {
    "max_call": _max_call,
    "no_input": _no_input,
    "digits": _digits,
    "prompt": _prompt_lost,
    "speech": _words_lost,
    "protect": _protection_over,
    "hold": _hold,
    "handoff": _handoff_lost,
    "fetch": no_answer,
    "fetch_wait": tell_to_wait,
    "beep": no_beep,
    "hang_up": _hang_up_again,
}

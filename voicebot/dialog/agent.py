"""The hand-off's outcome: the agent took over, or the script goes on."""

from typing import Any

from voicebot.dialog.commands import CancelTimer
from voicebot.dialog.events import HandoffEnded
from voicebot.dialog.moves import enter, hang_up
from voicebot.dialog.script import HandoffPlan
from voicebot.dialog.state import Ending, changed
from voicebot.dialog.talk import Talk


def handoff_ended(talk: Talk, event: HandoffEnded) -> None:
    if talk.state.phase != "waiting":
        return
    if event.reason != "answered":
        handoff_failed(talk, event.reason, event.waited_ms)
        return
    change_handoff(talk, reason="answered", waited_ms=event.waited_ms, talked_ms=event.talked_ms)
    talk.silence()
    talk.close_visit("hand_off")
    talk.ask(*(CancelTimer(name) for name in ("hold", "handoff", "max_call", "speech")))
    talk.set(phase="with_agent", ending=Ending("TRANSFERRED", talk.state.node, talk.at))


def handoff_failed(talk: Talk, reason: str, waited_ms: int) -> None:
    """Back to the script; when the customer has left, the hang-up event follows."""
    change_handoff(talk, reason=reason, waited_ms=waited_ms)
    talk.ask(CancelTimer("hold"), CancelTimer("handoff"))
    if reason == "customer_left":
        return
    plan: HandoffPlan = talk.script.handoffs[talk.state.handoffs[-1].plan]
    talk.silence()
    talk.set(phase="speaking")
    if plan.on_fail is None:
        hang_up(talk, "TRANSFER_FAILED", "hand_off")
        return
    talk.close_visit("hand_off")
    enter(talk, plan.on_fail)


def change_handoff(talk: Talk, **changes: Any) -> None:
    *before, last = talk.state.handoffs
    talk.set(handoffs=(*before, changed(last, **changes)))

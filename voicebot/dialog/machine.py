"""What picked up is no person, and what the campaign wants then: hang up, leave a message after the beep, talk on.

What was heard, and the beep, come as events; how they are found is not the dialog's.
"""

from voicebot.dialog.asking import fetch_over
from voicebot.dialog.commands import CancelTimer, SetTimer
from voicebot.dialog.events import PickedUp
from voicebot.dialog.moves import end_talk, enter
from voicebot.dialog.state import Line, Message
from voicebot.dialog.talk import BEEP_WAIT_MS, TIMERS, Talk
from voicebot.dialog.wording import speak as worded

MACHINE = "MACHINE"
"""Tag by which a script's rules know such a talk, whether it was heard or the script found out itself."""
MESSAGE_LEFT = "MESSAGE_LEFT"


def picked_up(talk: Talk, event: PickedUp) -> None:
    """Note what picked up; unless it is to be talked to, the script's part is over."""
    talk.set(picked_up=event.code)
    if event.then == "talk_on" or talk.state.phase in ("waiting", "with_agent", "hanging_up"):
        return
    talk.silence(event.played_ms)
    talk.add_tag(MACHINE)
    node = event.node if event.node in talk.script.nodes else ""
    if event.then == "message" and (event.message or node):
        _await_beep(talk, Message(event.message, node))
    else:
        end_talk(talk, "ROBOT_END", "machine")


def _await_beep(talk: Talk, message: Message) -> None:
    fetch_over(talk)
    talk.set(phase="beep", message=message, cut=None, early=None, hang_up_after=None)
    talk.ask(
        *(CancelTimer(name) for name in TIMERS if name not in ("max_call", "hang_up")), SetTimer("beep", BEEP_WAIT_MS)
    )


def beeped(talk: Talk) -> None:
    """The machine records from now on. A beep that comes twice, or that nobody waits for, is nothing."""
    message = talk.state.message
    if talk.state.phase != "beep" or message is None:
        return
    talk.ask(CancelTimer("beep"))
    talk.add_tag(MESSAGE_LEFT)
    talk.set(customer_speaking=False)
    if message.node:
        talk.close_visit("machine")
        enter(talk, message.node)
    else:
        text = worded(talk.script, message.text, talk.state.texts)
        end_talk(talk, "ROBOT_END", "machine", (Line(text, "say"),) if text.strip() else ())


def no_beep(talk: Talk) -> None:
    """Nothing records, as far as we can hear: nothing is said."""
    if talk.state.phase == "beep":
        end_talk(talk, "ROBOT_END", "machine")

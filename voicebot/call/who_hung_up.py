"""Who ended a call: what the switch says of it, and what we know ourselves. Pure."""

from typing import Literal

from voicebot.esl.hangup import far_end_hung_up
from voicebot.esl.session import CallSession

Party = Literal["customer", "robot", "agent", "switch"]


def who_hung_up(session: CallSession, otherwise: Party) -> Party:
    """Of a channel that is gone; `otherwise`: who must have been when the far end sent no BYE and no limit struck."""
    complete = session.hangup_complete
    if complete is not None and far_end_hung_up(complete.headers):
        return "customer"
    return "switch" if session.hangup_cause == "ALLOTTED_TIMEOUT" else otherwise

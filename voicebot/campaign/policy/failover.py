"""Whether an attempt that its line refused goes on by another line, and under which id. Pure.

Which line is next is line_choice.py's; what a code means for the lead is retry.py's.
"""

from enum import Enum

from voicebot.campaign.policy.causes import DialOutcome
from voicebot.campaign.policy.codes import Code

LINE_CODES = frozenset({Code.GATEWAY_DOWN, Code.THROTTLED, Code.CONGESTION})
"""Answers of a line that takes no call now; another line may."""


class Onward(Enum):
    """How it goes on after an answer of the line."""

    ENDS = "ends"
    """The attempt has its result."""
    SAME = "same"
    """No channel was made, so its id was never used on the switch: the same attempt, by another line."""
    ANEW = "anew"
    """A channel was made, and events, records and the far end know it by its id: another attempt, with an id of its
    own."""


def onward(outcome: DialOutcome, code: Code) -> Onward:
    """What follows from how a dialling ended with `code`. Nobody whose telephone may have rung is dialled again."""
    if code not in LINE_CODES or outcome.rang or outcome.answered:
        return Onward.ENDS
    return Onward.ANEW if outcome.channel_seen else Onward.SAME

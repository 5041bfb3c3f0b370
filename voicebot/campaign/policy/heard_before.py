"""The result code of an attempt that was not answered: what was heard on the line against what the switch tells.

Pure. Carriers often send a status that is not what their announcement says; the announcement was made for people.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voicebot.campaign.policy.causes import DialOutcome, Rule, result_code
from voicebot.campaign.policy.codes import Code

Ground = Literal["words", "status", "sounds", "doubt"]
"""What decided: the announcement; the status or cause; sounds that a dead number does not have; words of a dead number
that were not sure enough."""


@dataclass(frozen=True)
class HeardBefore:
    """What was heard before an answer. `code` None: no verdict; `score`: its certainty, 0 to 1.

    `alive_ms`: ring-back, music, and words that were not understood as those of a dead number. `ended_it`: we hung up
    on the verdict, so that cause and status are ours.
    """

    code: Code | None = None
    score: float = 0.0
    alive_ms: int = 0
    ended_it: bool = False


@dataclass(frozen=True)
class Certainty:
    """From which score on the words of an announcement hold: against every status, and for a dead number.

    A number that is marked EMPTY is never called again, so this wants more than the others.
    """

    words: float = 0.6
    empty: float = 0.85
    gone: float = 0.5
    """Enough beside a status once the line is gone, whatever that status; not for a dead number."""
    alive_ms: int = 1000
    """So much ring-back, music or other words: the number may be alive, whatever the status says."""


@dataclass(frozen=True)
class Judged:
    """`code` is the attempt's; `status_code`: what the switch alone would have meant, None when it tells nothing."""

    code: Code
    ground: Ground
    status_code: Code | None

    @property
    def disagree(self) -> bool:
        """Whether words and status were both there and meant different things."""
        return self.ground == "words" and self.status_code is not None and self.status_code != self.code


NOTHING = HeardBefore()
DEAD = frozenset({Code.EMPTY, Code.SUSPENDED})
"""Numbers that are given up."""
USUAL = Certainty()


def judged(
    outcome: DialOutcome, heard: HeardBefore = NOTHING, overrides: Sequence[Rule] = (), certainty: Certainty = USUAL
) -> Judged:
    """The one code of an attempt that ended without a talk, and what decided.

    An answered call, and one that never left this machine, have nothing to be heard. Certain words come before the
    status and a gateway's `overrides` of it; less certain ones still tell more than a status that most reasons share,
    as long as they make no dead number. A dead number has to be said clearly, or meekly with a status that says
    the same; a status alone does not make one of a number that rang, or of which something else was said.
    """
    status = None if heard.ended_it else result_code(outcome, overrides)
    if status is not None and (outcome.answered or not outcome.channel_seen or outcome.rescued):
        return Judged(status, "status", status)
    if heard.code is not None and heard.score >= certainty.words:
        if status is Code.EMPTY or ends_attempt(heard.code, heard.score, certainty):
            return Judged(heard.code, "words", status)
        return Judged(Code.UNREACHABLE, "doubt", status)
    if heard.code is not None and heard.code not in DEAD and heard.score >= certainty.gone:
        return Judged(heard.code, "words", status)
    if status is None or (status is Code.EMPTY and heard.alive_ms >= certainty.alive_ms):
        return Judged(Code.UNREACHABLE, "sounds" if status else "doubt", status)
    return Judged(status, "status", status)


def ends_attempt(code: Code, score: float, certainty: Certainty = USUAL) -> bool:
    """Whether a verdict is so certain that ringing on is of no use: it would hold against every status."""
    return score >= (certainty.empty if code is Code.EMPTY else certainty.words)


def is_heard_out(number: str, share: float) -> bool:
    """Whether a number is among the `share` that rings on; by its hash, so that it can be told later."""
    return int.from_bytes(hashlib.sha256(number.encode()).digest()[:4]) < share * 2**32


CAUSES: dict[Code, str] = {
    Code.BUSY: "USER_BUSY",
    Code.REJECTED: "CALL_REJECTED",
    Code.EMPTY: "UNALLOCATED_NUMBER",
    Code.POWER_OFF: "SUBSCRIBER_ABSENT",
    Code.OUT_OF_AREA: "SUBSCRIBER_ABSENT",
    Code.SUSPENDED: "SUBSCRIBER_ABSENT",
    Code.UNREACHABLE: "NO_USER_RESPONSE",
    Code.NO_ANSWER: "NO_ANSWER",
    Code.FORWARDED: "REDIRECTION_TO_NEW_DESTINATION",
    Code.BARRED: "INCOMING_CALL_BARRED",
    Code.CARRIER_BLOCK: "OUTGOING_CALL_BARRED",
    Code.CONGESTION: "SWITCH_CONGESTION",
}
"""With which cause we hang up on a verdict, so that the switch's own records say nearly the same."""


def hang_up_cause(code: Code) -> str:
    """The cause for a verdict; NORMAL_CLEARING for one that no cause tells."""
    return CAUSES.get(code, "NORMAL_CLEARING")

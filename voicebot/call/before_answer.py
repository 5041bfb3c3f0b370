"""An attempt that rings: early media is heard, a certain announcement ends it at once, and ringing has a limit.

Only the decisions; the channel is the actor's, what was heard is pick_up.py's.
"""

from voicebot.call.brief import Brief
from voicebot.call.mailbox import TalkItem
from voicebot.call.pick_up import TakenFor
from voicebot.call.timers import RanOut, Timers
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.heard_before import Certainty, ends_attempt, hang_up_cause, is_heard_out

RINGING = "ringing"
"""The timer of a call that is not yet answered; all others are the dialog's."""


class BeforeAnswer:
    """One attempt until its answer. `limit_ms`: longest ringing once there is early media, when the switch has no
    limit of its own any more; `hear_out`: it is not ended on what is heard."""

    def __init__(self, timers: Timers, limit_ms: int, *, hear_out: bool, certainty: Certainty) -> None:
        self._timers = timers
        self._limit_ms = limit_ms
        self._hear_out = hear_out
        self._certainty = certainty
        self.saved_ms = 0
        """Ringing that was left when an announcement ended the attempt; 0 when none did."""
        self.ended_it = False

    def begin(self) -> None:
        """It rings."""
        self._timers.set(RINGING, self._limit_ms)

    def answered(self) -> None:
        """It rings no more."""
        self._timers.cancel(RINGING)

    def follow(self, item: TalkItem, at: int) -> str | None:
        """The cause to hang up with now, None to ring on. `at`: ms since the first frame."""
        if isinstance(item, RanOut) and self._timers.honour(item):
            return "NO_ANSWER"
        if not isinstance(item, TakenFor) or self._hear_out:
            return None
        code, score = Code(item.verdict.code), item.verdict.score
        if not ends_attempt(code, score, self._certainty):
            return None
        self.saved_ms, self.ended_it = max(0, self._limit_ms - at), True
        return hang_up_cause(code)


def attempt_of(brief: Brief, timers: Timers, ring_timeout_s: int, certainty: Certainty) -> BeforeAnswer:
    """The attempt as its campaign wants it: some numbers ring on, so that words and statuses can be compared."""
    hear_out = is_heard_out(brief.number, brief.before_answer.hear_out)
    return BeforeAnswer(timers, ring_timeout_s * 1000, hear_out=hear_out, certainty=certainty)

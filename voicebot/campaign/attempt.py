"""One claimed lead on its way: at its moment, by a line, after the last check; by the next line when one refuses.

Which leads, and every check, are rounds.py's; how one dialling goes is placing.py's.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from gevent.event import Event as Signal

from voicebot.campaign.line import Line, Lines, NoLine
from voicebot.campaign.placing import NotTaken, Placer, Wanted
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.failover import Onward
from voicebot.campaign.rounds import Due, Rounds
from voicebot.errors import StoreError
from voicebot.esl.off_hub import in_thread
from voicebot.store.records import AttemptResult
from voicebot.store.refusals import Refusal

log = logging.getLogger(__name__)

CHECK_HOLDS = timedelta(seconds=5)
"""How old the last check may be when the switch is told to dial. Shorter than the grace of an orphan: a lease that was
good then cannot have been taken for dead yet."""
MOST_LINES = 4
"""So many lines are tried in one go; then the lead waits as its plan says."""
LINE_WAIT_S = 30.0
"""So long a claimed lead waits for a rate at most; then it is given back."""
ENDS = "the dialer ends"


class OnItsWay:
    """A claimed lead until its result. `ending`: set when nobody else is to be dialled; `went_on`: told the old id when
    the lead has another attempt."""

    def __init__(
        self, due: Due, placer: Placer, rounds: Rounds, lines: Lines, ending: Signal, went_on: Callable[[str], None]
    ) -> None:
        self.due = due
        self.lined = False
        """Whether the lines count it."""
        self._placer, self._rounds, self._lines = placer, rounds, lines
        self._ending, self._went_on = ending, went_on
        self._tried: list[str] = []
        self._refused: NotTaken | None = None

    @property
    def attempt_id(self) -> str:
        """Of the attempt that it has now."""
        return self.due.claimed.attempt_id

    def run(self) -> Code | None:
        """Dial; the code that was seen; None when it was turned back, or nobody knows. Raises StoreError."""
        self._ending.wait(max(0.0, self.due.start - time.monotonic()))
        try:
            return self._dialled()
        except StoreError as error:
            if self._refused is None:
                raise
            return self._without_line(str(error))

    def _dialled(self) -> Code | None:
        for left in reversed(range(MOST_LINES)):
            line = NoLine(ENDS) if self._ends else self._line()
            if isinstance(line, NoLine):
                return self._without_line(line.why)
            outcome = self._by(line)
            if not isinstance(outcome, NotTaken):
                return outcome
            self._refused = outcome
            if outcome.result.code is not Code.THROTTLED:  # that was the switch's word, not the gateway's
                self._tried.append(line.gateway)
            if outcome.onward is Onward.ANEW and not (left and self._begun_anew(outcome)):
                break
        return self._without_line(f"tried {MOST_LINES} times at most; gateways {', '.join(self._tried)}")

    @property
    def _ends(self) -> bool:
        return self._ending.is_set() or self._placer.lost is not None

    def _line(self) -> Line | NoLine:
        """The next line; a rate that is full is waited for, since dialers that share it claim ahead of it."""
        self.lined = False
        until = time.monotonic() + LINE_WAIT_S
        while True:
            line = in_thread(self._lines.choose, self.due.plan, self.due.claimed, self._tried)
            if isinstance(line, Line) or not line.rest_s or time.monotonic() + line.rest_s > until:
                return line
            self._ending.wait(line.rest_s)
            if self._ends:
                return NoLine(ENDS)

    def _without_line(self, why: str) -> Code | None:
        """It ends with what the last line said; one that was on no line is given back."""
        if self._refused is None:
            self._turn_back(Refusal(Code.CANCELLED, why))
            return None
        result = self._refused.result
        log.info("attempt %s ends with %s: %s", self.attempt_id, result.code, why)
        self._placer.write(result)
        return result.code

    def _by(self, line: Line) -> Code | NotTaken | None:
        code: Code | None = None
        self.lined = True
        try:
            refusal = self._checked(line)
            if refusal is not None:
                self._turn_back(refusal)
                return None
            outcome = self._placer.place(Wanted(self.attempt_id, self.due.claimed.number, line))
            code = outcome.result.code if isinstance(outcome, NotTaken) else outcome
            return outcome
        finally:
            self._line_done(line, code)

    def _begun_anew(self, outcome: NotTaken) -> bool:
        """Whether the lead has another attempt now: only where another gateway is there to take it."""
        if not in_thread(self._lines.others, self.due.plan, self._tried):
            return False
        due = in_thread(self._rounds.hand_on, self.due, outcome.result)
        if due is None:
            return False
        before, self.due = self.attempt_id, due
        self._refused = NotTaken(AttemptResult(self.attempt_id, Code.CANCELLED, self._rounds.now()), Onward.SAME)
        log.info("attempt %s: %s; the lead goes on as attempt %s", before, outcome.result.code, self.attempt_id)
        self._went_on(before)
        return True

    def _checked(self, line: Line) -> Refusal | None:
        """The last check, no older than CHECK_HOLDS when it is acted on."""
        while True:
            asked = self._rounds.now()
            refusal = in_thread(self._rounds.check, self.due, line)
            if refusal is None and self._ends:
                return Refusal(Code.CANCELLED, ENDS)
            if refusal is not None or self._rounds.now() - asked < CHECK_HOLDS:
                return refusal

    def _line_done(self, line: Line, code: Code | None) -> None:
        try:
            in_thread(self._lines.done, self.due.claimed, line, code)
        except StoreError as error:
            log.error("gateway %s is not told that an attempt is over: %s", line.gateway, error)

    def _turn_back(self, refusal: Refusal) -> None:
        log.info("attempt %s is not dialled: %s, %s", self.attempt_id, refusal.code, refusal.why)
        in_thread(self._rounds.turn_back, self.due, refusal)

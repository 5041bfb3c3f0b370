"""Places one attempt on the switch and sees it to its result: dialled, followed by the switch's events, written down.

Whom to call and when is decided before. What is said is the call server's, which also writes the result of every
attempt whose channel reached it; if that never comes (a call server died), the attempt is closed here as NODE_LOST.
What the switch cannot be asked about any more is not guessed at: orphans.py finds out.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import gevent
from gevent.event import Event as Signal

from voicebot.campaign.line import Line
from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.failover import Onward, onward
from voicebot.errors import StoreError, SwitchRefused, UsageError, VoicebotError
from voicebot.esl.codec import Event, Headers
from voicebot.esl.control import Control, JobResult
from voicebot.esl.hangup import far_end_hung_up
from voicebot.esl.off_hub import in_thread
from voicebot.esl.originate import Originate
from voicebot.settings import Settings
from voicebot.store.attempts import code_of
from voicebot.store.records import AttemptResult
from voicebot.store.store import Store
from voicebot.store.writer import Writer

log = logging.getLogger(__name__)

EVENTS = (
    "CHANNEL_CREATE",
    "CHANNEL_PROGRESS",
    "CHANNEL_PROGRESS_MEDIA",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_HANGUP_COMPLETE",
)
JOB_GRACE_S = 10.0
"""How much later than the ringing limit the switch may tell the outcome."""
HANGUP_GRACE_S = 3.0
"""How long the hang-up event of a failed attempt may come after its job."""
RECORD_GRACE_S = 10.0
"""How long after the hang-up the call server may take to write the result."""
RECORD_POLL_S = 0.5
REFUSED = "COMMAND_REFUSED"
"""Stands for the hang-up cause where the switch, or our own check of what may travel to it, refused the command."""
STOPPED = "MANAGER_REQUEST"
"""Hang-up cause of attempts that are ended because the dialer is."""


@dataclass(frozen=True)
class Wanted:
    """One attempt to be placed. `attempt_id` becomes the channel's UUID; `number` is E.164 with +."""

    attempt_id: str
    number: str
    line: Line


@dataclass(frozen=True)
class NotTaken:
    """The line did not take the attempt, and the callee knows nothing of it. Nothing is written yet: `result` stands
    where no other line is tried."""

    result: AttemptResult
    onward: Onward


class Placed:
    """What the switch has told of one attempt so far. `over`: it will tell no more."""

    def __init__(self) -> None:
        self.created = False
        self.rang_at: datetime | None = None
        self.answered_at: datetime | None = None
        self.bridged = False
        self.complete: Event | None = None
        self.over = Signal()

    def note(self, event: Event) -> None:
        """One channel event of this attempt."""
        now = datetime.now(UTC)
        match event.name:
            case "CHANNEL_CREATE":
                self.created = True
            case "CHANNEL_PROGRESS" | "CHANNEL_PROGRESS_MEDIA":
                self.rang_at = self.rang_at or now
            case "CHANNEL_ANSWER":
                self.answered_at = self.answered_at or now
            case "CHANNEL_BRIDGE":
                self.bridged = True
            case "CHANNEL_HANGUP_COMPLETE":
                self.complete = event
                self.over.set()


class Placer:
    """Places attempts on one switch. `socket` is the call server's address as the switch reaches it.

    `answered`: who takes the customer in place of a call server, told the attempt once he has picked up. It never
    raises, and has 15 s until the switch gives the customer up; his longest call is then that with an agent.
    """

    def __init__(
        self,
        control: Control,
        writer: Writer,
        store: Store,
        settings: Settings,
        socket: tuple[str, int],
        answered: Callable[[str], None] | None = None,
    ) -> None:
        self._answered = answered
        self._control = control
        self._writer = writer
        self._store = store
        self._settings = settings
        self._socket = socket
        self._placed: dict[str, Placed] = {}
        self.lost: VoicebotError | None = None
        """Why the connection to the switch is over; None while it holds."""
        self.placed = 0
        """Attempts dialled so far."""
        control.on_event(self._on_event)
        control.on_lost(self._on_lost)
        control.subscribe(*EVENTS)

    @property
    def live(self) -> int:
        """Attempts in the air: dialled and not yet over."""
        return len(self._placed)

    def is_talking(self, attempt_id: str) -> bool:
        """Whether the attempt is in the air and was answered."""
        placed = self._placed.get(attempt_id)
        return placed is not None and placed.answered_at is not None

    def place(self, wanted: Wanted) -> Code | NotTaken | None:
        """Dial, and return when the result is in the store or with the writer; the code that was seen here.

        None: the channel may live on without us (the connection is lost, or the switch keeps silent), or the database
        does not tell whether the call server has written the result of its talk; nothing was written then, nor for
        NotTaken. Never raises for what a switch or a database does.
        """
        placed = self._placed[wanted.attempt_id] = Placed()
        self.placed += 1
        try:
            outcome, reached = self._dial(wanted, placed)
        except (UsageError, SwitchRefused) as error:
            log.error("attempt %s is not dialled: %s", wanted.attempt_id, error)
            outcome, reached = DialOutcome(REFUSED, channel_seen=False), False
        except VoicebotError as error:
            log.log(logging.INFO if self.lost else logging.ERROR, "attempt %s: %s", wanted.attempt_id, error)
            outcome, reached = None, False
        except Exception:  # the last line of defence of one attempt: the others go on
            log.exception("attempt %s is given up", wanted.attempt_id)
            outcome, reached = None, False
        finally:
            del self._placed[wanted.attempt_id]
        if outcome is None:
            self._give_up(wanted)
            return None
        code = result_code(outcome, wanted.line.causes)
        result = _result(wanted, placed, outcome, code)
        after = onward(outcome, code)
        if after is not Onward.ENDS:
            self.placed -= after is Onward.SAME
            return NotTaken(result, after)
        try:
            written = self._written_by_call_server(wanted) if reached else None
        except StoreError as error:
            # The call server's word may wait on disk: ours before it would have a customer called again who has talked.
            log.info("attempt %s: its result is looked for later: %s", wanted.attempt_id, error)
            return None
        if written is None:
            self.write(result)
        return written or code

    def write(self, result: AttemptResult) -> None:
        """Give the result of an attempt to the writer; a failure is logged, and the attempt is found later."""
        try:
            self._writer.attempt_ended(result)
        except StoreError as error:
            log.error("attempt %s: its result %s is not written: %s", result.attempt_id, result.code, error)

    def hang_up_all(self) -> None:
        """End what is in the air; each attempt then has its result as usual."""
        for attempt_id in tuple(self._placed):
            self._kill(attempt_id)

    def _on_lost(self, why: VoicebotError) -> None:
        self.lost = why
        for placed in self._placed.values():
            placed.over.set()

    def _on_event(self, event: Event) -> None:
        placed = self._placed.get(event.uuid)
        if placed is not None:
            placed.note(event)

    def _dial(self, wanted: Wanted, placed: Placed) -> tuple[DialOutcome | None, bool]:
        """What the switch told in the end, None if not all; and whether the channel has reached the call server."""
        settings, line = self._settings, wanted.line
        direct = self._answered is not None
        attempt = Originate(
            attempt_id=wanted.attempt_id,
            dial=f"sofia/gateway/{line.gateway}/{wanted.number.removeprefix('+')}",
            socket=self._socket,
            caller_number=line.caller_number,
            ring_timeout_s=settings.ring_timeout_s,
            max_call_s=settings.handoff_talk_s if direct else settings.max_call_s,
            place=settings.dial_extension,
            parked=direct,
        )
        result = self._control.originate(attempt).wait(settings.ring_timeout_s + JOB_GRACE_S)
        if result.ok:
            if self._answered is not None:
                self._answered(wanted.attempt_id)
            placed.over.wait(settings.ring_timeout_s + settings.max_call_s + JOB_GRACE_S)
            if placed.bridged and self.lost is None:
                placed.over.wait(settings.handoff_talk_s + JOB_GRACE_S)
            if placed.complete is None:
                return None, not direct
        elif placed.created:
            placed.over.wait(HANGUP_GRACE_S)
        return _outcome(placed, result), result.ok and not direct

    def _give_up(self, wanted: Wanted) -> None:
        """Nobody follows the channel any more: if it still is there, it ends."""
        if self.lost is None:
            log.error("attempt %s: the switch did not tell its end; it is looked for later", wanted.attempt_id)
            self._kill(wanted.attempt_id)

    def _kill(self, attempt_id: str) -> None:
        try:
            self._control.kill(attempt_id, STOPPED)
        except VoicebotError as error:
            log.info("attempt %s is not ended by us: %s", attempt_id, error)

    def _written_by_call_server(self, wanted: Wanted) -> Code | None:
        """The result is the call server's to write, who heard the line; None if it did not do so in time. Raises
        StoreError when the database did not tell all that time."""
        down: StoreError | None = None
        for _ in range(round(RECORD_GRACE_S / RECORD_POLL_S)):
            try:
                if (code := in_thread(code_of, self._store, wanted.attempt_id)) is not None:
                    return code
            except StoreError as error:
                down = error
            gevent.sleep(RECORD_POLL_S)
        if down is not None:
            raise down
        log.error("attempt %s: the call server wrote no result within %.0f s", wanted.attempt_id, RECORD_GRACE_S)
        return None


def _result(wanted: Wanted, placed: Placed, outcome: DialOutcome, code: Code) -> AttemptResult:
    return AttemptResult(
        attempt_id=wanted.attempt_id,
        code=code,
        ended_at=datetime.now(UTC),
        rang_at=placed.rang_at,
        answered_at=placed.answered_at,
        who_hung_up=outcome.hung_up_by,
        cause=outcome.cause,
        q850=outcome.q850,
        sip_status=outcome.sip_status,
    )


def _outcome(placed: Placed, result: JobResult) -> DialOutcome:
    told = placed.complete.headers if placed.complete else Headers()
    answered = placed.answered_at is not None
    return DialOutcome(
        cause=told.get("Hangup-Cause") or result.text,
        channel_seen=placed.created,
        rang=placed.rang_at is not None,
        answered=answered,
        sip_status=told.number("variable_sip_invite_failure_status"),
        q850=told.number("variable_hangup_cause_q850"),
        hung_up_by=("customer" if far_end_hung_up(told) else "switch") if answered else None,
        bridged=placed.bridged,
        rescued=told.get("variable_voicebot_rescued") == "true",
    )

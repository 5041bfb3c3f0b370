"""Places planned attempts through the switch, so many at once, and writes down those that never became a talk.

Whom to call and when is policy's; what is said is the call server's, which also writes the result of every attempt
whose channel reached it. If that never comes (a call server died), the attempt is closed here as NODE_LOST.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import gevent
from gevent.event import Event as Signal
from gevent.pool import Pool

from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code
from voicebot.errors import StoreError, SwitchUnreachable, VoicebotError
from voicebot.esl.codec import Event
from voicebot.esl.control import Control, JobResult
from voicebot.esl.off_hub import in_thread
from voicebot.esl.originate import Originate
from voicebot.settings import Settings
from voicebot.store.arms import assigned_version
from voicebot.store.attempts import has_code, planned_attempt
from voicebot.store.records import AttemptResult, AttemptStarted
from voicebot.store.stop_list import stopped
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
CLAIM_S = 5.0
"""Longest wait until the attempt's row is in the database; without it nobody is dialled."""
JOB_GRACE_S = 10.0
"""How much later than the ringing limit the switch may tell the outcome."""
HANGUP_GRACE_S = 3.0
"""How long the hang-up event of a failed attempt may come after its job."""
RECORD_GRACE_S = 10.0
"""How long after the hang-up the call server may take to write the result."""
RECORD_POLL_S = 0.5
CONNECTION_LOST = "CONNECTION_LOST"
"""Stands for the hang-up cause where the switch did not live to tell one."""
STOPPED = "MANAGER_REQUEST"
"""Hang-up cause of attempts that are ended because the dialer is."""


@dataclass(frozen=True)
class PlannedCall:
    """One attempt to be placed. `attempt_id` becomes the channel's UUID; `number` is E.164 with +."""

    attempt_id: str
    campaign_id: str
    lead_id: int
    number: str


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


class Dialer:
    """Places attempts on one switch. `socket` is the call server's address as the switch reaches it.

    `placed` counts the attempts dialled so far.
    """

    def __init__(
        self,
        control: Control,
        writer: Writer,
        store: Store,
        settings: Settings,
        socket: tuple[str, int],
    ) -> None:
        self._control = control
        self._writer = writer
        self._settings = settings
        self._socket = socket
        self._store = store
        self._placed: dict[str, Placed] = {}
        self._ending = Signal()
        self._lost: VoicebotError | None = None
        self.placed = 0
        control.on_event(self._on_event)
        control.on_lost(self._on_lost)
        control.subscribe(*EVENTS)

    @property
    def live(self) -> int:
        """Attempts in the air: dialled and not yet over."""
        return len(self._placed)

    def run(self, calls: Iterable[PlannedCall], concurrency: int) -> None:
        """Place `calls`, at most `concurrency` at once; returns when every one that was placed has its result.

        Raises StoreError if an attempt could not be written down before dialling, SwitchUnreachable if the switch was
        lost: then no more are placed, and those in the air are finished first.
        """
        pool, closings = Pool(concurrency), Pool()
        gap_s = 1 / self._settings.calls_per_second
        try:
            for call in calls:
                pool.wait_available()
                if self._ending.is_set():
                    break
                self._claim(call)
                pool.spawn(self._place, call, closings)
                self.placed += 1
                self._ending.wait(gap_s)
        finally:
            pool.join()
            closings.join()
        if self._lost is not None:
            raise SwitchUnreachable(
                f"the event socket of the switch was lost in mid-run ({self._lost}): attempts in the air are closed and"
                " no more were dialled; see why it ended, start it again and dial the rest"
            )

    def stop(self) -> None:
        """Place no more, and hang up what is in the air; `run` returns when that has its results."""
        self._ending.set()
        for attempt_id in tuple(self._placed):
            try:
                self._control.kill(attempt_id, STOPPED)
            except VoicebotError as error:
                log.info("attempt %s is not ended by us: %s", attempt_id, error)

    def _on_lost(self, why: VoicebotError) -> None:
        self._lost = why
        self._ending.set()
        for placed in self._placed.values():
            placed.over.set()

    def _on_event(self, event: Event) -> None:
        placed = self._placed.get(event.uuid)
        if placed is not None:
            placed.note(event)

    def _claim(self, call: PlannedCall) -> None:
        """The lead's arm and the attempt's row, in the database before any INVITE leaves."""
        in_thread(assigned_version, self._store, call.lead_id)
        self._writer.attempt_started(
            AttemptStarted(
                attempt_id=call.attempt_id,
                campaign_id=call.campaign_id,
                lead_id=call.lead_id,
                number=call.number,
                gateway=self._settings.gateway,
                started_at=datetime.now(UTC),
                caller_number=self._settings.caller_number,
            )
        )
        if not (in_thread(self._writer.flush, CLAIM_S) and self._is_in_store(planned_attempt, call.attempt_id)):
            self._write(call, Placed(), DialOutcome(STOPPED, channel_seen=False), Code.CANCELLED)
            why = self._writer.errors[-1] if self._writer.errors else f"not within {CLAIM_S} s"
            raise StoreError(f"attempt {call.attempt_id} was not written, so nobody was dialled: {why}")

    def _place(self, call: PlannedCall, closings: Pool) -> None:
        placed = self._placed[call.attempt_id] = Placed()
        try:
            self._dial(call, placed, closings)
        except VoicebotError as error:
            log.log(logging.INFO if self._lost else logging.ERROR, "attempt %s: %s", call.attempt_id, error)
            lost = DialOutcome(CONNECTION_LOST, channel_seen=placed.created)
            closings.spawn(self._close_unless_written, call, placed, lost, Code.NODE_LOST)
        except Exception:  # the last line of defence of one attempt: it gets a result, and the others go on
            log.exception("attempt %s is given up", call.attempt_id)
            self._write(call, placed, DialOutcome("", channel_seen=placed.created), Code.NODE_LOST)
        finally:
            del self._placed[call.attempt_id]

    def _refused(self, call: PlannedCall) -> Code | None:
        """Why the number must not be dialled after all: the stop list may have got it since the plan was made."""
        try:
            entry = in_thread(stopped, self._store, call.number, call.campaign_id)
        except StoreError as error:
            log.error("attempt %s is not dialled, since nobody knows the stop list: %s", call.attempt_id, error)
            return Code.CANCELLED
        return None if entry is None else Code.STOP_LIST

    def _dial(self, call: PlannedCall, placed: Placed, closings: Pool) -> None:
        if (refusal := self._refused(call)) is not None:
            self._write(call, placed, DialOutcome("", channel_seen=False), refusal)
            return
        settings = self._settings
        attempt = Originate(
            attempt_id=call.attempt_id,
            dial=f"sofia/gateway/{settings.gateway}/{call.number.removeprefix('+')}",
            socket=self._socket,
            caller_number=settings.caller_number,
            ring_timeout_s=settings.ring_timeout_s,
            max_call_s=settings.max_call_s,
            place=settings.dial_extension,
        )
        result = self._control.originate(attempt).wait(settings.ring_timeout_s + JOB_GRACE_S)
        if result.ok:
            placed.over.wait(settings.ring_timeout_s + settings.max_call_s + JOB_GRACE_S)
            if placed.bridged:
                placed.over.wait(settings.handoff_talk_s + JOB_GRACE_S)
        elif placed.created:
            placed.over.wait(HANGUP_GRACE_S)
        outcome = self._outcome(placed, result)
        code = result_code(outcome)
        if result.ok:
            closings.spawn(self._close_unless_written, call, placed, outcome, code)
        else:
            self._write(call, placed, outcome, code)

    def _close_unless_written(self, call: PlannedCall, placed: Placed, outcome: DialOutcome, code: Code) -> None:
        """The channel has reached the call server, or may have: the result is its to write."""
        grace_s = RECORD_GRACE_S
        if self._lost and placed.answered_at is not None and placed.complete is None:
            grace_s += self._settings.max_call_s  # only our connection may be gone, and the talk go on
        for _ in range(round(grace_s / RECORD_POLL_S)):
            if self._is_in_store(has_code, call.attempt_id):
                return
            gevent.sleep(RECORD_POLL_S)
        level = logging.INFO if self._lost or self._writer.stats.down else logging.ERROR
        log.log(level, "attempt %s: the call server wrote no result within %.0f s", call.attempt_id, grace_s)
        self._write(call, placed, outcome, code)

    def _is_in_store(self, asked: Callable[[Store, str], object], attempt_id: str) -> bool:
        """Whether the store says yes; a database that is down says no."""
        try:
            return bool(in_thread(asked, self._store, attempt_id))
        except StoreError as error:
            log.info("attempt %s: %s", attempt_id, error)
            return False

    def _outcome(self, placed: Placed, result: JobResult) -> DialOutcome:
        headers = placed.complete.headers if placed.complete else None
        cause = headers.get("Hangup-Cause") if headers else result.text
        disposition = headers.get("variable_sip_hangup_disposition") if headers else ""
        answered = placed.answered_at is not None
        return DialOutcome(
            cause=cause or result.text,
            channel_seen=placed.created,
            rang=placed.rang_at is not None,
            answered=answered,
            sip_status=_number(headers.get("variable_sip_invite_failure_status")) if headers else None,
            q850=_number(headers.get("variable_hangup_cause_q850")) if headers else None,
            hung_up_by=("customer" if disposition.startswith("recv") else "switch") if answered else None,
            bridged=placed.bridged,
            rescued=headers is not None and headers.get("variable_voicebot_rescued") == "true",
        )

    def _write(self, call: PlannedCall, placed: Placed, outcome: DialOutcome, code: Code) -> None:
        result = AttemptResult(
            attempt_id=call.attempt_id,
            code=code,
            ended_at=datetime.now(UTC),
            rang_at=placed.rang_at,
            answered_at=placed.answered_at,
            who_hung_up=outcome.hung_up_by,
            cause=outcome.cause,
            q850=outcome.q850,
            sip_status=outcome.sip_status,
        )
        try:
            self._writer.attempt_ended(result)
        except StoreError as error:
            log.error("attempt %s: its result %s is not written: %s", call.attempt_id, code, error)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None

"""What one call leaves behind: its events as they happen, its result once, when the channel is gone.

The only place that turns the dialog's state and the switch's facts into the store's records.
"""

import logging
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from voicebot.call.aftermath import Aftermath
from voicebot.call.before_answer import BeforeAnswer
from voicebot.call.brief import Brief, StoredScript
from voicebot.call.handoff import Rung
from voicebot.call.measures import Measures
from voicebot.call.parts import Parts
from voicebot.call.pick_up import HeardPhase, PickUp
from voicebot.call.pick_up_records import (
    answered_talk,
    heard_before,
    is_kept,
    phase_of,
    pick_up_record,
    write_sound,
)
from voicebot.call.who_hung_up import Party
from voicebot.campaign.policy.answered import answered_code, who_answered
from voicebot.campaign.policy.causes import DialOutcome
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.heard_before import judged
from voicebot.campaign.policy.plan import Keep
from voicebot.dialog.events import Event
from voicebot.dialog.grading import grade
from voicebot.dialog.journal import to_dict
from voicebot.dialog.state import State
from voicebot.errors import StoreError
from voicebot.esl.audio import AudioStats
from voicebot.esl.codec import Headers
from voicebot.esl.hangup import far_end_hung_up
from voicebot.esl.off_hub import in_thread
from voicebot.esl.session import CallSession
from voicebot.store.records import (
    AttemptResult,
    CallResult,
    EvidenceRecord,
    HandoffRecord,
    RecordingMade,
    SaidRecord,
    TurnRecord,
    VisitRecord,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AttemptFacts:
    """What the parts of a call know when it is over."""

    session: CallSession
    audio: AudioStats
    pick_up: PickUp
    before: BeforeAnswer
    rung: tuple[Rung, ...] = ()
    """By whom its last hand-offs went."""


class Recorder:
    """Writes one call down. A store that takes nothing more is logged; it never stops the talk."""

    def __init__(self, attempt_id: str, parts: Parts) -> None:
        self.measures = Measures()
        self._attempt_id = attempt_id
        self._writer = parts.writer
        self._seq = 0
        self._aftermath: Aftermath | None = None
        self._answered_at: datetime | None = None
        self._recordings = parts.settings.recordings_dir
        self._certainty = parts.answering.certainty
        self._hung_up_by: Party | None = None
        self._recording: Path | None = None

    @property
    def was_answered(self) -> bool:
        """Whether there was a talk."""
        return self._answered_at is not None

    def answered(self, ago_ms: int = 0) -> None:
        """The customer picked up now, or so long ago."""
        self._answered_at = datetime.now(UTC) - timedelta(milliseconds=ago_ms)

    def begins(self, brief: Brief) -> None:
        """Who is called; the call server that had this talk before has kept some of its events already."""
        self._aftermath = Aftermath(self._attempt_id, brief.number, self._writer)
        self._seq = len(brief.happened)

    def recording_began(self, path: Path) -> None:
        """The switch writes the call's audio there."""
        self._recording = path

    def hung_up(self, by: Party) -> None:
        """The channel is gone, and by whom."""
        self._hung_up_by = by

    def event(self, event: Event) -> None:
        """Keep one event of the talk."""
        try:
            self._writer.event(self._attempt_id, self._seq, to_dict(event))
            self._seq += 1
        except StoreError as error:
            log.error("call %s: %s", self._attempt_id, error)

    def aftermath(self, state: State) -> None:
        """Keep at once what the talk leaves to be done: tasks, and that the number is called no more."""
        if self._aftermath is None or self._answered_at is None:
            return
        try:
            self._aftermath.keep(state, self._answered_at)
        except StoreError as error:
            log.error("call %s: %s", self._attempt_id, error)

    def finish(self, brief: Brief, state: State, facts: AttemptFacts) -> None:
        """Write what came of the attempt, of the talk if there was one, and who or what picked up."""
        session = facts.session
        told = session.hangup_complete.headers if session.hangup_complete else Headers()
        cause = told.get("Hangup-Cause") or session.hangup_cause
        phases = facts.pick_up.phases()
        early = phase_of(phases, "early")
        outcome = DialOutcome(
            cause=cause,
            channel_seen=True,
            rang=True,
            answered=self.was_answered,
            sip_status=told.number("variable_sip_term_status"),
            q850=told.number("variable_hangup_cause_q850"),
            hung_up_by=("customer" if far_end_hung_up(told) else "switch") if self.was_answered else None,
        )
        talk = answered_talk(phases, state)
        who = who_answered(talk)
        if self.was_answered and state.ending is not None:
            code = answered_code(talk)
        else:
            heard = heard_before(phases, ended_it=facts.before.ended_it)
            code = judged(outcome, heard, brief.causes, self._certainty).code
        result = AttemptResult(
            attempt_id=self._attempt_id,
            code=code,
            ended_at=datetime.now(UTC),
            rang_at=_moment(told, "Caller-Channel-Progress-Time")
            or _moment(told, "Caller-Channel-Progress-Media-Time"),
            answered_at=_moment(told, "Caller-Channel-Answered-Time") or self._answered_at,
            who_hung_up=self._hung_up_by if self.was_answered else None,
            cause=cause,
            q850=outcome.q850,
            sip_status=outcome.sip_status,
            early_media_text=early.heard.text if early else "",
        )
        try:
            for phase in phases:
                path = self._early_sound(phase, brief.before_answer.keep_audio, facts.pick_up)
                saved_ms = facts.before.saved_ms
                self._writer.pick_up(pick_up_record(self._attempt_id, phase, who, saved_ms, path))
            if self.was_answered:
                result_of_talk = self._call_result(brief.stored, state, facts, who)
                self._writer.call_ended(result_of_talk)
                self._note_recording()
            self._writer.attempt_ended(result)
        except StoreError as error:
            log.error("call %s: its result is not written: %s", self._attempt_id, error)

    def _early_sound(self, phase: HeardPhase, keep: Keep, pick_up: PickUp) -> str | None:
        """Where the sound before the answer is kept; a disk that takes none costs only the file."""
        if phase.phase != "early" or not is_kept(keep, phase):
            return None
        try:
            return in_thread(write_sound, self._recordings, self._attempt_id, pick_up.sound)
        except OSError as error:
            log.warning("call %s: early media is not kept: %s", self._attempt_id, error)
            return None

    def _note_recording(self) -> None:
        """The file is complete at the hang-up, before the channel's last event."""
        if self._recording is None:
            return
        try:
            length = in_thread(_wav_ms, self._recording)
        except (OSError, EOFError, wave.Error) as error:
            log.warning("call %s: no recording at %s: %s", self._attempt_id, self._recording, error)
            return
        self._writer.recording_made(RecordingMade(self._attempt_id, self._recording.name, length))

    def _call_result(self, stored: StoredScript, state: State, facts: AttemptFacts, answered_by: Code) -> CallResult:
        verdict = grade(stored.script, state)
        ending = state.ending
        ended_at = max([ending.at if ending else 0, *(visit.left or 0 for visit in state.visits)])
        ended_at += sum(each.talked_ms for each in state.handoffs)  # only a talk's last one is talked in
        return CallResult(
            attempt_id=self._attempt_id,
            script_version_id=stored.version_id,
            ending=Code(ending.code) if ending else Code.ROBOT_FAULT,
            ended_by=self._hung_up_by or "switch",
            ended_node=ending.node if ending else state.node,
            talk_ms=ended_at,
            grade=verdict.letter,
            grade_rule=verdict.rule,
            answered_by=answered_by,
            grade_evidence=tuple(EvidenceRecord(each.what, each.at, each.text) for each in verdict.evidence),
            score=state.score,
            tags=state.tags,
            slots=state.slots,
            visits=_visits(state),
            turns=self._turns(state),
            said=_said(state),
            handoffs=_handoffs(state, facts.rung),
            frames_in=facts.audio.frames_in,
            frames_late=facts.audio.late,
            worst_gap_ms=round(facts.audio.worst_gap_ms),
        )

    def _turns(self, state: State) -> tuple[TurnRecord, ...]:
        return tuple(
            TurnRecord(
                seq=turn.seq,
                node=turn.node,
                began_ms=turn.began,
                ended_ms=turn.ended,
                text=turn.text,
                confidence=turn.confidence,
                intent=turn.intent,
                score=turn.score,
                matched_by=turn.by,
                evidence=turn.evidence,
                choice=turn.choice,
                barge_in=turn.barge_in,
                aside=turn.aside,
                latency_ms=self.measures.turn_latencies.get(turn.ended),
                barge_in_ms=self.measures.barge_ins.get(turn.began),
                engine=turn.engine,
            )
            for turn in state.turns
        )


def _visits(state: State) -> tuple[VisitRecord, ...]:
    return tuple(
        VisitRecord(
            seq=visit.seq,
            node=visit.node,
            role=visit.role,
            entered_ms=visit.entered,
            left_ms=visit.left if visit.left is not None else visit.entered,
            ended_by=visit.ended_by or "fault",
            prompt_ms=visit.prompt_ms,
            heard_ms=visit.heard_ms,
            hangup_phase=visit.hangup_phase,
            offset_ms=visit.offset_ms,
            no_inputs=visit.no_inputs,
            no_matches=visit.no_matches,
        )
        for visit in state.visits
    )


def _said(state: State) -> tuple[SaidRecord, ...]:
    return tuple(
        SaidRecord(said.say_id, said.node, said.started, said.text, said.heard_text, said.heard_ms, said.total)
        for said in state.said
    )


def _handoffs(state: State, rung: Sequence[Rung]) -> tuple[HandoffRecord, ...]:
    """Those of a call server before us are the first, and who was rung in them is not known here."""
    known = (*[Rung()] * (len(state.handoffs) - len(rung)), *rung)
    return tuple(
        HandoffRecord(
            seq=seq,
            target=each.target,
            requested_ms=each.asked,
            outcome=each.reason or "customer_left",
            waited_ms=each.waited_ms,
            talked_ms=each.talked_ms,
            agent=by.name,
            ring_ms=by.ring_ms,
            hold_ms=by.hold_ms,
        )
        for seq, (each, by) in enumerate(zip(state.handoffs, known, strict=True))
    )


def _moment(headers: Headers, name: str) -> datetime | None:
    """A channel time of the switch: microseconds since 1970, 0 for never."""
    microseconds = headers.number(name)
    return datetime.fromtimestamp(microseconds / 1e6, UTC) if microseconds else None


def _wav_ms(path: Path) -> int:
    with wave.open(str(path)) as file:
        length: int = file.getnframes() * 1000 // file.getframerate()
        return length

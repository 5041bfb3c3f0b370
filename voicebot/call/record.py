"""What one call leaves behind: its events as they happen, its result once, when the channel is gone.

The only place that turns the dialog's state and the switch's facts into the store's records.
"""

import logging
import wave
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from voicebot.call.aftermath import Aftermath
from voicebot.call.brief import StoredScript
from voicebot.call.handoff import Rung
from voicebot.call.measures import Measures
from voicebot.call.parts import Parts
from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code
from voicebot.dialog.events import Event
from voicebot.dialog.grading import grade
from voicebot.dialog.journal import to_dict
from voicebot.dialog.state import State
from voicebot.errors import StoreError
from voicebot.esl.audio import AudioStats
from voicebot.esl.codec import Headers
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

Party = Literal["customer", "robot", "agent", "switch"]


class Recorder:
    """Writes one call down. A store that takes nothing more is logged; it never stops the talk."""

    def __init__(self, attempt_id: str, parts: Parts) -> None:
        self.measures = Measures()
        self._attempt_id = attempt_id
        self._writer = parts.writer
        self._seq = 0
        self._aftermath: Aftermath | None = None
        self._answered_at: datetime | None = None
        self._early: list[str] = []
        self._early_whole = 0
        self._hung_up_by: Party | None = None
        self._recording: Path | None = None

    @property
    def was_answered(self) -> bool:
        """Whether there was a talk."""
        return self._answered_at is not None

    def answered(self, ago_ms: int = 0) -> None:
        """The customer picked up now, or so long ago."""
        self._answered_at = datetime.now(UTC) - timedelta(milliseconds=ago_ms)

    def begins(self, number: str, events: int) -> None:
        """Who is called (E.164), and how many events of this talk the call server that had it before has kept."""
        self._aftermath = Aftermath(self._attempt_id, number, self._writer)
        self._seq = events

    def early_words(self, text: str, *, whole: bool) -> None:
        """What is heard before the answer: an announcement. Not `whole`: so far; the channel may go before it ends."""
        self._early[self._early_whole :] = [text] if text else []
        if whole:
            self._early_whole = len(self._early)

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

    def finish(
        self, stored: StoredScript, state: State, session: CallSession, audio: AudioStats, rung: Sequence[Rung] = ()
    ) -> None:
        """Write what came of the attempt, and of the talk if there was one. `rung`: by whom its last hand-offs went."""
        facts = session.hangup_complete.headers if session.hangup_complete else Headers()
        cause = facts.get("Hangup-Cause") or session.hangup_cause
        sip_status, q850 = _number(facts, "variable_sip_term_status"), _number(facts, "variable_hangup_cause_q850")
        if self.was_answered and state.ending is not None:
            code = Code(state.ending.code)
        else:
            disposition = facts.get("variable_sip_hangup_disposition")
            code = result_code(
                DialOutcome(
                    cause=cause,
                    channel_seen=True,
                    rang=True,
                    answered=self.was_answered,
                    sip_status=sip_status,
                    q850=q850,
                    announcement=" ".join(self._early),
                    hung_up_by=("customer" if disposition.startswith("recv") else "switch")
                    if self.was_answered
                    else None,
                )
            )
        result = AttemptResult(
            attempt_id=self._attempt_id,
            code=code,
            ended_at=datetime.now(UTC),
            rang_at=_moment(facts, "Caller-Channel-Progress-Time")
            or _moment(facts, "Caller-Channel-Progress-Media-Time"),
            answered_at=_moment(facts, "Caller-Channel-Answered-Time") or self._answered_at,
            who_hung_up=self._hung_up_by if self.was_answered else None,
            cause=cause,
            q850=q850,
            sip_status=sip_status,
            early_media_text=" ".join(self._early),
        )
        try:
            if self.was_answered:
                self._writer.call_ended(self._call_result(stored, state, audio, rung))
                self._note_recording()
            self._writer.attempt_ended(result)
        except StoreError as error:
            log.error("call %s: its result is not written: %s", self._attempt_id, error)

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

    def _call_result(self, stored: StoredScript, state: State, audio: AudioStats, rung: Sequence[Rung]) -> CallResult:
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
            grade_evidence=tuple(EvidenceRecord(each.what, each.at, each.text) for each in verdict.evidence),
            score=state.score,
            tags=state.tags,
            slots=state.slots,
            visits=_visits(state),
            turns=self._turns(state),
            said=_said(state),
            handoffs=_handoffs(state, rung),
            frames_in=audio.frames_in,
            frames_late=audio.late,
            worst_gap_ms=round(audio.worst_gap_ms),
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


def _number(headers: Headers, name: str) -> int | None:
    text = headers.get(name)
    return int(text) if text.isascii() and text.isdigit() else None


def _moment(headers: Headers, name: str) -> datetime | None:
    """A channel time of the switch: microseconds since 1970, 0 for never."""
    microseconds = _number(headers, name)
    return datetime.fromtimestamp(microseconds / 1e6, UTC) if microseconds else None


def _wav_ms(path: Path) -> int:
    with wave.open(str(path)) as file:
        length: int = file.getnframes() * 1000 // file.getframerate()
        return length

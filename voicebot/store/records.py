"""What an attempt and its call leave behind, as plain frozen values: the arguments of the Writer.

Milliseconds count from the answer, moments are aware datetimes. How they become rows is in rows.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from voicebot.campaign.policy.codes import Code

Party = Literal["customer", "robot", "agent", "switch"]


@dataclass(frozen=True)
class AttemptStarted:
    """An attempt was claimed for dialling. `number` is E.164 with +, `attempt_id` the UUID of its channel."""

    attempt_id: str
    campaign_id: str | None
    lead_id: int | None
    number: str
    gateway: str
    started_at: datetime
    caller_number: str = ""
    try_number: int = 1


@dataclass(frozen=True)
class AttemptResult:
    """Why an attempt ended: one code and its evidence. The first one written for an attempt stays."""

    attempt_id: str
    code: Code
    ended_at: datetime
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    who_hung_up: Party | None = None
    cause: str = ""
    q850: int | None = None
    sip_status: int | None = None
    early_media_text: str = ""


@dataclass(frozen=True)
class EventRecord:
    """Event `seq` (from 0) of a call; `body` is JSON as the dialog's journal writes it."""

    attempt_id: str
    seq: int
    body: Mapping[str, Any]


@dataclass(frozen=True)
class VisitRecord:
    """One stay in a node. `offset_ms`: a customer's hang-up, into the prompt (playing) or since its end (listening)."""

    seq: int
    node: str
    role: str
    entered_ms: int
    left_ms: int
    ended_by: str
    prompt_ms: int = 0
    heard_ms: int = 0
    hangup_phase: Literal["playing", "listening"] | None = None
    offset_ms: int | None = None
    no_inputs: int = 0
    no_matches: int = 0


@dataclass(frozen=True)
class TurnRecord:
    """One thing the customer said. The two latencies are None where the robot did not answer, or nothing was barged.

    `engine`: the engine that was asked what it means and, if that was not the wanted one, why; empty where none was.
    """

    seq: int
    node: str
    began_ms: int
    ended_ms: int
    text: str
    confidence: float = 1.0
    intent: str | None = None
    score: float = 0.0
    matched_by: str = "nothing"
    evidence: str = ""
    choice: str | None = None
    barge_in: bool = False
    aside: bool = False
    latency_ms: int | None = None
    barge_in_ms: int | None = None
    engine: str = ""


@dataclass(frozen=True)
class SaidRecord:
    """One prompt: the whole `text`, and how much of it the customer heard."""

    say_id: int
    node: str
    started_ms: int
    text: str
    heard_text: str
    heard_ms: int
    total_ms: int | None = None


@dataclass(frozen=True)
class HandoffRecord:
    """One try to pass the call on; `outcome` is a reason of the dialog's HandoffEnded.

    `agent`: who took it or was rung last, None where none is known by name; `ring_ms`: how long his telephone rang.
    """

    seq: int
    target: str
    requested_ms: int
    outcome: str
    waited_ms: int
    talked_ms: int = 0
    agent: str | None = None
    ring_ms: int = 0
    hold_ms: int = 0


DIRECT = "direct"
"""Target of the hand-off row of a call that an agent dialled himself."""


@dataclass(frozen=True)
class AgentDialled:
    """An agent dialled a customer himself: `outcome` is `answered` when the two talked, else why not."""

    attempt_id: str
    agent: str
    outcome: str
    ring_ms: int
    talked_ms: int = 0
    hold_ms: int = 0


@dataclass(frozen=True)
class EvidenceRecord:
    """One proof of a grade: what was counted, when, and the words."""

    what: str
    at_ms: int
    text: str


@dataclass(frozen=True)
class CallResult:
    """A whole talk, written at its end in one transaction. The first one written for an attempt stays."""

    attempt_id: str
    script_version_id: int
    ending: Code
    ended_by: Party
    ended_node: str | None
    talk_ms: int
    grade: str
    grade_rule: str
    answered_by: Code = Code.HUMAN
    grade_evidence: tuple[EvidenceRecord, ...] = ()
    score: float = 0.0
    tags: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    visits: tuple[VisitRecord, ...] = ()
    turns: tuple[TurnRecord, ...] = ()
    said: tuple[SaidRecord, ...] = ()
    handoffs: tuple[HandoffRecord, ...] = ()
    frames_in: int = 0
    frames_late: int = 0
    worst_gap_ms: int = 0


@dataclass(frozen=True)
class RecordingMade:
    """A recording is complete. `path` is relative to the recordings directory."""

    attempt_id: str
    path: str
    length_ms: int
    channels: int = 2


@dataclass(frozen=True)
class HeardEvidence:
    """One thing that speaks for what a line was taken for; `weight` below 0 speaks against it."""

    what: str
    at_ms: int
    value: float
    weight: float


@dataclass(frozen=True)
class HeardSound:
    """One kind of sound on a line."""

    sound: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True)
class PickUpHeard:
    """What was heard before (`early`) or after the answer. `decided_ms`, `sounds` and evidence count from its begin.

    `code` None: no verdict. `saved_ms`: ringing that was left when the verdict ended the attempt, 0 if it did not.
    `path`: audio kept of it, relative to the recordings directory. The first one written for a phase stays.
    """

    attempt_id: str
    phase: Literal["early", "answer"]
    code: Code | None
    score: float
    decided_ms: int | None
    text: str
    evidence: tuple[HeardEvidence, ...] = ()
    sounds: tuple[HeardSound, ...] = ()
    saved_ms: int = 0
    path: str | None = None


@dataclass(frozen=True)
class FollowUpAsked:
    """Task `seq` (from 0) of a call, for a provider or a person. `due_at`: not before; None: at once."""

    attempt_id: str
    seq: int
    type: str
    node: str
    asked_ms: int
    text: str
    details: Mapping[str, str]
    due_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class StopAsked:
    """The customer wants no more calls, by nobody. `number` is E.164 with +; `reason`: the kind of wish and his words.

    The first entry of a number stays.
    """

    attempt_id: str
    number: str
    reason: str
    added_at: datetime


Record = (
    AttemptStarted
    | AttemptResult
    | EventRecord
    | CallResult
    | RecordingMade
    | PickUpHeard
    | FollowUpAsked
    | StopAsked
    | AgentDialled
)

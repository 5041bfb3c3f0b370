"""The state of one call's talk: small frozen records that can be stored, replayed and reported.

Only values; how they change is in engine.py, moves.py and ladders.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from voicebot.dialog.events import FetchOutcome, Heard
from voicebot.dialog.script import TaskType
from voicebot.understanding.types import MatchedBy

Phase = Literal[
    "new", "speaking", "cut", "listening", "fetching", "waiting", "with_agent", "beep", "hanging_up", "over"
]
"""`cut`: a prompt was stopped by the customer, whose words are not complete yet. `fetching`: a service is being asked
before the node says anything of its own. `waiting`: an agent is being rung. `beep`: a machine's beep is awaited."""
Party = Literal["customer", "robot", "agent", "switch"]
LineKind = Literal["say", "ask", "reply", "rung", "hold", "wait"]
_Record = TypeVar("_Record")


def changed(record: _Record, **changes: Any) -> _Record:
    """A copy of a frozen record of this file with other values: `dataclasses.replace` in a sixth of the time.

    A step makes a dozen copies of the state, so its time is theirs. No constructor runs: these records have no checks.
    """
    fields = record.__dict__ | changes
    if len(fields) > len(record.__dict__):
        raise TypeError(f"{type(record).__name__} has no field {fields.keys() - record.__dict__.keys()}")
    copy = object.__new__(type(record))
    object.__setattr__(copy, "__dict__", fields)
    return copy


@dataclass(frozen=True)
class Line:
    """One text to be said, variables in. `from_ms`: where to begin in its sound."""

    text: str
    kind: LineKind
    file: str | None = None
    from_ms: int = 0


@dataclass(frozen=True)
class Visit:
    """One stay in a node. Milliseconds since the answer; `offset_ms` of a hang-up counts from the beginning of the
    visit's prompts when they were playing, from their end when the robot listened.

    `ended_by`: `answer:<id>`, no_input, no_match, finished, lookup, hangup, hand_off, fault, time, too_often, turns,
    machine.
    `prompt_ms`: prompts that were played to their end; `heard_ms`: all that was played. `no_inputs`,
    `no_matches`: steps taken on the two ladders.
    """

    seq: int
    node: str
    role: str
    entered: int
    left: int | None = None
    ended_by: str | None = None
    prompt_ms: int = 0
    heard_ms: int = 0
    hangup_phase: Literal["playing", "listening"] | None = None
    offset_ms: int | None = None
    no_inputs: int = 0
    no_matches: int = 0


@dataclass(frozen=True)
class Turn:
    """One thing that the customer said or pressed. `aside`: words over a prompt that were not taken as an answer.

    `engine`: the engine that was asked what it means, as Match tells it; empty where none was.
    """

    seq: int
    node: str
    began: int
    ended: int
    text: str
    confidence: float
    intent: str | None
    score: float
    by: MatchedBy
    choice: str | None
    barge_in: bool
    evidence: str
    aside: bool = False
    engine: str = ""


@dataclass(frozen=True)
class Said:
    """One prompt as the customer heard it. `total`: its length, known once it was played to its end.

    `heard_text` of a cut prompt is the text in proportion to the time, an estimate.
    """

    say_id: int
    node: str
    text: str
    started: int
    heard_ms: int = 0
    total: int | None = None
    heard_text: str = ""


@dataclass(frozen=True)
class Cut:
    """Where a prompt was stopped by the customer, and what was still to come."""

    line: Line
    played_ms: int
    rest: tuple[Line, ...]


@dataclass(frozen=True)
class HandoffRecord:
    """One try to pass the call on. `reason` is None while the agent rings."""

    plan: str
    target: str
    node: str
    asked: int
    reason: str | None = None
    waited_ms: int = 0
    talked_ms: int = 0


@dataclass(frozen=True)
class Chosen:
    """One `choose` that was decided, during the visit `visit`. `node`: whose exit it was; `exit`: its place in the
    script (Script.local); `branch`: which of the exit's leaves, from 0."""

    visit: int
    node: str
    exit: str
    branch: int


@dataclass(frozen=True)
class FetchRecord:
    """One question to a service. `outcome` is None while none is known; it may come while a line is being said."""

    request: int
    service: str
    node: str
    asked: int
    outcome: FetchOutcome | None = None
    took_ms: int = 0
    why: str = ""


@dataclass(frozen=True)
class FollowUp:
    """One task that the talk leaves behind, variables in. `asked`: ms since the answer.

    `at`: not before this date, time or both, local; empty: `in_minutes` after `asked`.
    """

    type: TaskType
    node: str
    asked: int
    text: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    in_minutes: int = 0


@dataclass(frozen=True)
class StopWish:
    """The customer wants no more calls. `words`: his latest. `complaint`: what he complains of; empty: a plain wish."""

    node: str
    at: int
    words: str
    complaint: str = ""


@dataclass(frozen=True)
class Message:
    """What is left after the beep: a text, its variables in braces, or the node that says it."""

    text: str = ""
    node: str = ""


@dataclass(frozen=True)
class Ending:
    """How the talk ended (`code`: a result code of the talk) and where; `by`: who hung up, None until it is known."""

    code: str
    node: str
    at: int
    by: Party | None = None
    cause: str = ""


@dataclass(frozen=True)
class State:
    """All of a talk. `values`: the lead's variables; `slots` win over them in texts."""

    script: str
    digest: str
    values: Mapping[str, str]
    phase: Phase = "new"
    node: str = ""
    visits: tuple[Visit, ...] = ()
    turns: tuple[Turn, ...] = ()
    said: tuple[Said, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    """Canonical values; what the robot says for them is wording.py's."""
    local: str = ""
    """The customer's wall clock at the answer, ISO; empty when it is not known."""
    score: int = 0
    tags: tuple[str, ...] = ()
    handoffs: tuple[HandoffRecord, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    fetches: tuple[FetchRecord, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    stops: tuple[StopWish, ...] = ()
    picked_up: str = ""
    """What was heard to pick up, a result code; empty while that is not known."""
    ending: Ending | None = None
    # --- what is going on at this moment ---
    line: Line | None = None
    """The line being said; its number is that of the last of `said`."""
    queue: tuple[Line, ...] = ()
    hang_up_after: str | None = None
    """The robot hangs up with this code once all lines are said."""
    customer_speaking: bool = False
    quiet_since: int = 0
    """When the last prompt ended."""
    cut: Cut | None = None
    early: Heard | None = None
    """Words over the prompt that may still become its answer."""
    digits: str = ""
    no_input: int = 0
    no_match: int = 0
    noises: int = 0
    holds: int = 0
    message: Message | None = None
    interrupted: tuple[str, ...] = ()
    """Nodes that answers of everywhere led away from, the latest last."""

    @property
    def now(self) -> datetime | None:
        """The customer's wall clock at the answer; None when it is not known."""
        return datetime.fromisoformat(self.local) if self.local else None

    @property
    def texts(self) -> Mapping[str, str]:
        """What variables in a text stand for now."""
        return {**self.values, **self.slots}

    @property
    def stop_requested(self) -> bool:
        """Whether the number must not be called any more."""
        return bool(self.stops)

    @property
    def visit(self) -> Visit | None:
        """The visit that goes on, or the last one."""
        return self.visits[-1] if self.visits else None

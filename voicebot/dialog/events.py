"""Everything that can happen to a call, as the dialog sees it. With commands.py the whole vocabulary of a call.

`at` is always milliseconds since the answer, on the call's audio clock. Events are stored as they happen
(`to_dict`/`from_dict` in journal.py); a call's state is their fold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voicebot.understanding.types import Match


@dataclass(frozen=True)
class Answered:
    """The customer picked up and audio flows. First event of every call.

    `local`: the customer's wall clock then (ISO, no zone), by which 明天 is read, so that a replay needs no clock.
    `digest`: the version of the script that talks, so that whoever reads the events knows what made them.
    """

    at: int
    local: str = ""
    digest: str = ""


@dataclass(frozen=True)
class PromptFinished:
    """The prompt `say_id` was played to its end."""

    at: int
    say_id: int
    played_ms: int


@dataclass(frozen=True)
class SpeechStarted:
    """The customer began to speak. `played_ms`: how much of the running prompt was heard by then, None if none runs."""

    at: int
    played_ms: int | None = None


@dataclass(frozen=True)
class PartialHeard:
    """What was recognised so far of the utterance that goes on; `text` is normalised (no spaces in Chinese)."""

    at: int
    text: str
    played_ms: int | None = None


@dataclass(frozen=True)
class Heard:
    """A finished utterance. Empty `text`: there was sound, but no words.

    `began`, `ended`: first and last voiced millisecond. `match` was made against the expectation in force.
    """

    at: int
    text: str
    match: Match
    began: int
    ended: int
    confidence: float = 1.0
    played_ms: int | None = None


@dataclass(frozen=True)
class DigitPressed:
    """One DTMF key: 0-9 * # A-D."""

    at: int
    digit: str
    played_ms: int | None = None


@dataclass(frozen=True)
class TimerFired:
    """A timer that a SetTimer command started has run out."""

    at: int
    name: str


HandoffReason = Literal["answered", "busy", "no_answer", "declined", "unreachable", "customer_left", "not_configured"]


@dataclass(frozen=True)
class HandoffEnded:
    """A hand-off came to an end: `answered` means customer and agent were bridged.

    `waited_ms` counts from the HandOff command to the bridge or the failure; `talked_ms` is the talk with the agent.
    """

    at: int
    reason: HandoffReason
    waited_ms: int
    talked_ms: int = 0


FetchOutcome = Literal["found", "missing", "failed"]


@dataclass(frozen=True)
class Fetched:
    """What came of a Fetch. `found`: `values` by the field's path; `missing`: the service knows nothing; else `why`."""

    at: int
    request: int
    outcome: FetchOutcome
    values: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class HungUp:
    """The channel is gone. `played_ms` belongs to the prompt that was running, None if none was.

    `by`: customer, robot (our HangUp command took effect), agent (left after the talk), switch (cap, fault, kill).
    """

    at: int
    by: Literal["customer", "robot", "agent", "switch"]
    cause: str
    played_ms: int | None = None


@dataclass(frozen=True)
class Faulted:
    """Something of ours failed and the call cannot go on as scripted (recogniser dead, audio gone)."""

    at: int
    what: str
    played_ms: int | None = None


@dataclass(frozen=True)
class Resumed:
    """Another call server took the call over from one that died. Nothing is being said and no timer runs."""

    at: int


@dataclass(frozen=True)
class PickedUp:
    """What picked up, as it was heard in the first seconds, with what the campaign wants then.

    `code`: HUMAN, VOICEMAIL, ... ; `score`: its certainty, 0 to 1. `message`: what to leave after the beep, variables
    in braces, or the `node` that says it. The choice stands here so that a replay needs no campaign.
    """

    at: int
    code: str
    score: float
    then: Literal["talk_on", "hang_up", "try_later", "message"] = "talk_on"
    message: str = ""
    node: str = ""
    played_ms: int | None = None


@dataclass(frozen=True)
class Beeped:
    """The tone after which a machine records."""

    at: int


Event = (
    Answered
    | PromptFinished
    | SpeechStarted
    | PartialHeard
    | Heard
    | DigitPressed
    | TimerFired
    | HandoffEnded
    | Fetched
    | HungUp
    | Faulted
    | Resumed
    | PickedUp
    | Beeped
)

"""Everything that the dialog can ask of the world. With events.py the whole vocabulary of a call.

The engine returns these in order; the call actor carries them out and answers with events.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Say:
    """Speak `text` (variables already in) as prompt number `say_id` of this call, replacing any that runs.

    `voice`: key of the script's voice. `file`: a recording to be played instead of synthesis, or None.
    `from_ms`: where to begin (a resumed prompt). The answer is PromptFinished unless stopped.
    """

    say_id: int
    node: str
    text: str
    voice: str
    file: str | None = None
    from_ms: int = 0


@dataclass(frozen=True)
class StopSaying:
    """Be silent within one frame."""


@dataclass(frozen=True)
class Listen:
    """How the next utterances are cut: silence that ends one, its longest length, and whether barge-in is open.

    Hearing itself never stops; this sets the limits. Milliseconds of audio.
    """

    end_silence_ms: int
    max_speech_ms: int


@dataclass(frozen=True)
class SetTimer:
    """Answer TimerFired(name) after `after_ms`; replaces a timer of the same name."""

    name: str
    after_ms: int


@dataclass(frozen=True)
class CancelTimer:
    """Forget the timer; no answer. Unknown names are fine."""

    name: str


@dataclass(frozen=True)
class HandOff:
    """Pass the call to a human agent: `target` names an entry of the installation, never a dial string.

    The robot may go on talking. The answer is HandoffEnded.
    """

    target: str
    timeout_ms: int


@dataclass(frozen=True)
class Fetch:
    """Ask an outside service by HTTP; `request` counts the call's fetches from 1. The answer is Fetched.

    `fields`: paths in the answer that are wanted. After `deadline_ms` the answer is `failed`. An answer to the same
    service and parameters may be given again for `cache_s` seconds.
    """

    request: int
    service: str
    url: str
    params: Mapping[str, str]
    fields: tuple[str, ...]
    deadline_ms: int
    cache_s: int


@dataclass(frozen=True)
class HangUp:
    """End the call. `reason` is the result code of the talk (ROBOT_END, SILENCE, MAX_TIME, ROBOT_FAULT)."""

    reason: str


Command = Say | StopSaying | Listen | SetTimer | CancelTimer | HandOff | Fetch | HangUp

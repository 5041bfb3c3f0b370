"""A talk without audio or clocks: a customer says, presses, waits or hangs up; every command of the engine is kept.

Prompts last CHAR_MS a character. What is said is matched by keywords, short answers and a stand-in.
"""

from collections.abc import Mapping
from typing import TypeVar

from voicebot.dialog import engine
from voicebot.dialog.barge import CHAR_MS
from voicebot.dialog.commands import CancelTimer, Command, Say, SetTimer
from voicebot.dialog.events import (
    Answered,
    DigitPressed,
    Event,
    HandoffEnded,
    HandoffReason,
    Heard,
    HungUp,
    PartialHeard,
    PromptFinished,
    SpeechStarted,
    TimerFired,
)
from voicebot.dialog.loader import load_text
from voicebot.dialog.script import Script
from voicebot.understanding.match import match
from voicebot.understanding.types import Parse, Ranked

C = TypeVar("C", bound=Command)
SPEECH_MS = 600
"""Length of every utterance."""
DECODE_MS = 400
"""From the last voiced millisecond to the Heard event."""


class StandIn:
    """A classifier that knows a few sentences by heart."""

    def __init__(self, intents: Mapping[str, str], entities: Mapping[str, Mapping[str, str]]) -> None:
        self.intents = intents
        self.entities = entities

    def parse(self, text: str) -> Parse:
        intent = self.intents.get(text)
        return Parse((Ranked(intent, 0.9),) if intent else (), self.entities.get(text, {}))


class Playbook:
    """Plays one talk. Every method takes the talk one event on and returns the playbook."""

    def __init__(
        self,
        script: Script | str,
        variables: Mapping[str, str] | None = None,
        intents: Mapping[str, str] | None = None,
        entities: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.script = load_text(script, "test.yaml") if isinstance(script, str) else script
        self.classifier = StandIn(intents or {}, entities or {})
        self.state = engine.start(self.script, variables or {})
        self.at = 0
        self.events: list[Event] = []
        self.commands: list[Command] = []
        self.latest: tuple[Command, ...] = ()
        self.timers: dict[str, int] = {}

    # --- events -----------------------------------------------------------------------------------
    def send(self, event: Event) -> "Playbook":
        self.at = event.at
        self.events.append(event)
        self.state, self.latest = engine.step(self.script, self.state, event)
        self.commands.extend(self.latest)
        for command in self.latest:
            if isinstance(command, SetTimer):
                self.timers[command.name] = self.at + command.after_ms
            elif isinstance(command, CancelTimer):
                self.timers.pop(command.name, None)
        return self

    def answered(self) -> "Playbook":
        return self.send(Answered(self.at))

    def prompt_ends(self) -> "Playbook":
        """The running prompt comes to its end."""
        say = self.say
        total = max(len(say.text) * CHAR_MS, say.from_ms)
        started = self.state.said[-1].started
        return self.send(PromptFinished(max(self.at, started + total - say.from_ms), say.say_id, total))

    def all_prompts_end(self) -> "Playbook":
        """Every prompt up to the next silence."""
        while self.state.line is not None:
            self.prompt_ends()
        return self

    def passes(self, ms: int) -> "Playbook":
        self.at += ms
        return self

    def played(self) -> int | None:
        line = self.state.line
        return None if line is None else line.from_ms + self.at - self.state.said[-1].started

    def starts_speaking(self) -> "Playbook":
        return self.send(SpeechStarted(self.at, self.played()))

    def partial(self, text: str) -> "Playbook":
        return self.send(PartialHeard(self.at, text, self.played()))

    def says(self, text: str) -> "Playbook":
        """A whole utterance: it began SPEECH_MS + DECODE_MS before the event."""
        self.at += SPEECH_MS + DECODE_MS
        return self.hears(text)

    def hears(self, text: str) -> "Playbook":
        """The Heard event alone, at this moment."""
        found = match(text, engine.expectation(self.script, self.state), self.classifier)
        ended = self.at - DECODE_MS
        return self.send(Heard(self.at, text, found, ended - SPEECH_MS, ended, 1.0, self.played()))

    def presses(self, digits: str) -> "Playbook":
        for digit in digits:
            self.send(DigitPressed(self.at, digit, self.played()))
        return self

    def is_silent(self) -> "Playbook":
        """Nobody says anything until the no-input timer runs out."""
        return self.timer("no_input")

    def timer(self, name: str) -> "Playbook":
        """The timer runs out, at its time."""
        assert name in self.timers, f"no timer {name!r}; set: {self.timers}"
        return self.send(TimerFired(max(self.at, self.timers.pop(name)), name))

    def handoff(self, reason: HandoffReason, waited_ms: int = 4000) -> "Playbook":
        return self.send(HandoffEnded(self.at + waited_ms, reason, waited_ms))

    def hangs_up(self, by: str = "customer", cause: str = "NORMAL_CLEARING") -> "Playbook":
        return self.send(HungUp(self.at, by, cause, self.played()))  # type: ignore[arg-type]

    # --- what came of it --------------------------------------------------------------------------
    @property
    def say(self) -> Say:
        """The latest Say of all."""
        return [command for command in self.commands if isinstance(command, Say)][-1]

    @property
    def texts(self) -> list[str]:
        """Everything that the robot began to say."""
        return [command.text for command in self.commands if isinstance(command, Say)]

    def asked(self, kind: type[C]) -> list[C]:
        """The latest step's commands of a kind."""
        return [command for command in self.latest if isinstance(command, kind)]

    @property
    def path(self) -> list[str]:
        return [visit.node for visit in self.state.visits]

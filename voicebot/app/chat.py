"""A talk without audio: typed words for speech, a clock that jumps. The engine and the matching are the real ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from voicebot.dialog import commands, engine, events
from voicebot.dialog.script import Script
from voicebot.understanding.match import match
from voicebot.understanding.normalise import normalise
from voicebot.understanding.types import Classifier, Match

READ_MS = 220
"""How long one character of a prompt takes to say; an estimate, the clock here is not heard."""
SPEAK_MS = 800
REACTION_MS = 500


@dataclass(frozen=True)
class RobotSaid:
    """The robot spoke."""

    text: str


@dataclass(frozen=True)
class Understood:
    """What was made of the customer's words."""

    text: str
    match: Match


@dataclass(frozen=True)
class Passed:
    """Time went by until a timer ran out."""

    timer: str


@dataclass(frozen=True)
class HandedOff:
    """The robot rings an agent, who is said to answer or not."""

    target: str


@dataclass(frozen=True)
class Over:
    """The robot hung up with this result code."""

    reason: str


Note = RobotSaid | Understood | Passed | HandedOff | Over


class Chat:
    """One talk. Every method returns what happened, in order; `state` is the dialog's."""

    def __init__(self, script: Script, variables: Mapping[str, str], classifier: Classifier | None) -> None:
        self.state = engine.start(script, variables)
        self._script = script
        self._classifier = classifier
        self._now = 0
        self._timers: dict[str, int] = {}
        self._saying: commands.Say | None = None

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.state.phase == "over"

    def answer(self) -> list[Note]:
        """The customer picks up."""
        return self._play(events.Answered(0))

    def say(self, text: str) -> list[Note]:
        """The customer says something once the robot has finished."""
        words = normalise(text)
        began = self._now + REACTION_MS
        self._now = began + SPEAK_MS
        notes = self._play(events.SpeechStarted(began))
        found = match(words, engine.expectation(self._script, self.state), self._classifier)
        return [*notes, Understood(words, found), *self._play(events.Heard(self._now, words, found, began, self._now))]

    def press(self, digits: str) -> list[Note]:
        """The customer presses keys."""
        notes: list[Note] = []
        for digit in digits:
            self._now += REACTION_MS
            notes += self._play(events.DigitPressed(self._now, digit))
        return notes + (self._run_out("digits") if "digits" in self._timers else [])

    def wait(self) -> list[Note]:
        """The customer stays silent until the next timer."""
        return self._run_out(min(self._timers, key=lambda name: self._timers[name])) if self._timers else []

    def hang_up(self) -> list[Note]:
        """The customer leaves."""
        return self._play(events.HungUp(self._now, "customer", "NORMAL_CLEARING"))

    def agent(self, reason: events.HandoffReason) -> list[Note]:
        """What came of ringing the agent."""
        self._now += SPEAK_MS
        return self._play(events.HandoffEnded(self._now, reason, SPEAK_MS))

    def _run_out(self, name: str) -> list[Note]:
        self._now = max(self._now, self._timers.pop(name))
        return [Passed(name), *self._play(events.TimerFired(self._now, name))]

    def _play(self, event: events.Event) -> list[Note]:
        """Fold the event in, let the robot finish what it says, and tell all of it."""
        notes = list(self._step(event))
        while self._saying is not None:
            say, self._saying = self._saying, None
            length = READ_MS * len(say.text)
            self._now += length
            notes += self._step(events.PromptFinished(self._now, say.say_id, length))
        return notes

    def _step(self, event: events.Event) -> Iterator[Note]:
        self.state, wanted = engine.step(self._script, self.state, event)
        for command in wanted:
            match command:
                case commands.Say():
                    self._saying = command
                    yield RobotSaid(command.text)
                case commands.StopSaying():
                    self._saying = None
                case commands.SetTimer(name, after_ms):
                    self._timers[name] = self._now + after_ms
                case commands.CancelTimer(name):
                    self._timers.pop(name, None)
                case commands.HandOff(target):
                    yield HandedOff(target)
                case commands.HangUp(reason):
                    yield Over(reason)
                    yield from self._step(events.HungUp(self._now, "robot", "NORMAL_CLEARING"))

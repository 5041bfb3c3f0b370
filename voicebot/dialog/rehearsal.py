"""A talk without audio: typed words for speech, a clock that jumps to the next event. The engine is the real one.

So is the matching. What people see of it, and what a written conversation expects of it, belongs elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from voicebot.dialog import commands, engine, events
from voicebot.dialog.barge import CHAR_MS
from voicebot.dialog.script import Script
from voicebot.dialog.wording import clean
from voicebot.understanding.match import match
from voicebot.understanding.normalise import length, normalise
from voicebot.understanding.types import Classifier, Match

REACTION_MS = 500
"""From the end of a prompt to the customer's first word or key."""
DECODE_MS = 500
"""From the last voiced millisecond to the words."""
SERVICE_MS = 100
"""From a question to a service to its answer."""
RING_MS = 4000
"""From the hand-off to what came of it."""
LOCAL = "2026-01-05T10:00"
"""When a rehearsed call takes place if nothing is said: a Monday morning, so that 明天 always is the same day."""


@dataclass(frozen=True)
class RobotSaid:
    """The robot began to speak."""

    text: str


@dataclass(frozen=True)
class Understood:
    """What was made of the customer's words."""

    text: str
    match: Match


@dataclass(frozen=True)
class Passed:
    """A timer ran out."""

    timer: str


@dataclass(frozen=True)
class HandedOff:
    """The robot rings an agent."""

    target: str


@dataclass(frozen=True)
class Over:
    """The robot hung up with this result code."""

    reason: str


@dataclass(frozen=True)
class Asked:
    """A service was asked, and what came of it."""

    service: str
    params: Mapping[str, str]
    outcome: events.FetchOutcome
    values: Mapping[str, str]


Note = RobotSaid | Understood | Passed | HandedOff | Asked | Over


@dataclass(frozen=True)
class ServiceAnswer:
    """What a service answers in a rehearsal, and how long that takes; `values` by the field's path."""

    outcome: events.FetchOutcome = "failed"
    values: Mapping[str, str] = field(default_factory=dict)
    takes_ms: int = SERVICE_MS


Services = Callable[[commands.Fetch], ServiceAnswer]
"""Stands for the outside world: nothing is really asked."""


def no_service(_fetch: commands.Fetch) -> ServiceAnswer:
    """Where nobody said what services answer, they fail."""
    return ServiceAnswer()


class Rehearsal:
    """One talk. `state` is the dialog's, `now` the milliseconds since the answer.

    A prompt lasts CHAR_MS a character and runs until `finish`, or until something is done at a moment of it: `at_ms`
    counts from the present moment, which is when the robot began to speak. Without it the prompt is heard to its end.
    """

    def __init__(
        self,
        script: Script,
        variables: Mapping[str, str],
        classifier: Classifier | None,
        local: str = LOCAL,
        services: Services = no_service,
    ) -> None:
        """`local`: the customer's wall clock at the answer, ISO. `services` is asked in place of the script's.

        Raises MissingVariable when the lead lacks what the script needs.
        """
        self.state = engine.start(script, variables)
        self.now = 0
        self._local = local
        self._script = script
        self._classifier = classifier
        self.services = services
        self._told: dict[str, ServiceAnswer] = {}
        self._fetched: events.Fetched | None = None
        self._timers: dict[str, int] = {}
        self._saying: commands.Say | None = None
        self._notes: list[Note] = []

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.state.phase == "over"

    @property
    def speaking(self) -> bool:
        """Whether a prompt runs."""
        return self._saying is not None

    @property
    def fetching(self) -> bool:
        """Whether a service is being asked."""
        return self._fetched is not None

    def arrange(self, answers: Mapping[str, ServiceAnswer]) -> None:
        """What these services answer from now on."""
        self._told |= answers

    def notes(self) -> list[Note]:
        """What happened since this was last asked, in order."""
        taken, self._notes = self._notes, []
        return taken

    # --- what the customer does -------------------------------------------------------------------
    def pick_up(self) -> None:
        """The customer answers the call."""
        self._step(events.Answered(self.now, self._local))

    def say(self, text: str, at_ms: int | None = None) -> None:
        """The customer says something; empty text is a sound without words."""
        self._come_to(at_ms)
        words, began = normalise(text), self.now
        self._step(events.SpeechStarted(began, self._played()))
        ended = began + CHAR_MS * max(2, length(words))
        self.run_to(ended)
        if words and at_ms is not None:
            self._step(events.PartialHeard(ended, words, self._played()))
        self.run_to(ended + DECODE_MS)
        found = match(words, engine.expectation(self._script, self.state), self._classifier)
        self._notes.append(Understood(words, found))
        self._step(events.Heard(self.now, words, found, began, ended, 1.0, self._played()))

    def press(self, digits: str, at_ms: int | None = None) -> None:
        """The customer presses keys, and no more than these."""
        self._come_to(at_ms)
        for digit in digits:
            self._step(events.DigitPressed(self.now, digit, self._played()))
        if "digits" in self._timers:
            self.run_to(self._timers["digits"])

    def wait(self) -> None:
        """Nobody does anything until a timer runs out after the prompt."""
        self.finish()
        if self._timers:
            self.run_to(min(self._timers.values()))

    def hang_up(self, at_ms: int | None = None) -> None:
        """The customer leaves; `at_ms` may lie behind the prompt's end."""
        if at_ms is None:
            self.finish()
        else:
            self.run_to(self.now + at_ms)
        self._step(events.HungUp(self.now, "customer", "NORMAL_CLEARING", self._played()))

    def agent(self, reason: events.HandoffReason) -> None:
        """What came of ringing the agent."""
        self.run_to(self.now + RING_MS)
        self._step(events.HandoffEnded(self.now, reason, RING_MS))

    # --- the clock --------------------------------------------------------------------------------
    def finish(self) -> None:
        """Let the robot say all that it has to say now."""
        while (due := self._due()) is not None and (self._saying is not None or self._fetched is not None):
            if not self._pass_to(due.at):
                self._happen(due)

    def settle(self) -> None:
        """Let the robot say all but its last prompt before the customer's turn, and stay where that one begins."""
        while (due := self._due()) is not None and (self._saying is not None or self._fetched is not None):
            if self._turn_follows(due):
                break
            if not self._pass_to(due.at):
                self._happen(due)

    def _turn_follows(self, due: events.Event) -> bool:
        """Whether it is the prompt's end, and the robot says nothing more after it."""
        state, wanted = engine.step(self._script, self.state, due)
        said_out = isinstance(due, events.PromptFinished) and not any(isinstance(one, commands.Say) for one in wanted)
        return said_out and state.phase in ("listening", "waiting")

    def run_to(self, at: int) -> None:
        """Let everything happen that is due until this moment."""
        while True:
            due = self._due()
            if self._pass_to(at if due is None else min(at, due.at)):
                continue
            if due is None or due.at > at:
                break
            self._happen(due)
        self.now = max(self.now, at)

    def _pass_to(self, at: int) -> bool:
        """Time passes up to `at`; whether anything happened that may change what is due: never without audio."""
        return False

    def _come_to(self, at_ms: int | None) -> None:
        """The moment at which the customer does something."""
        if at_ms is None:
            self.finish()
        self.run_to(self.now + (REACTION_MS if at_ms is None else at_ms))

    def _due(self) -> "_Due | None":
        """What happens next by itself; a prompt's end comes before all else of the same moment."""
        coming: list[_Due] = [events.TimerFired(at, name) for name, at in self._timers.items()]
        coming += [self._fetched] if self._fetched is not None else []
        first = min(coming, key=lambda event: event.at, default=None)
        if self._saying is None:
            return first
        total = max(self._length_ms(self._saying), self._saying.from_ms)
        ends = self.state.said[-1].started + total - self._saying.from_ms
        return first if first and first.at < ends else events.PromptFinished(ends, self._saying.say_id, total)

    def _happen(self, event: "_Due") -> None:
        self.now = max(self.now, event.at)
        if isinstance(event, events.TimerFired):
            del self._timers[event.name]
            self._notes.append(Passed(event.name))
        elif isinstance(event, events.Fetched):
            self._fetched = None
        else:
            self._saying = None
        self._step(event)

    def _length_ms(self, prompt: commands.Say) -> int:
        """How long the whole prompt lasts."""
        return CHAR_MS * len(prompt.text)

    def _played(self) -> int | None:
        """How much of the running prompt has sounded."""
        if self._saying is None:
            return None
        return self._saying.from_ms + self.now - self.state.said[-1].started

    def _step(self, event: events.Event) -> None:
        self.state, wanted = engine.step(self._script, self.state, event)
        for command in wanted:
            self._carry_out(command)
        if self.over:
            self._saying, self._timers, self._fetched = None, {}, None

    def _carry_out(self, command: commands.Command) -> None:
        match command:
            case commands.Say():
                self._saying = command
                self._notes.append(RobotSaid(command.text))
            case commands.StopSaying():
                self._saying = None
            case commands.SetTimer(name, after_ms):
                self._timers[name] = self.now + after_ms
            case commands.CancelTimer(name):
                self._timers.pop(name, None)
            case commands.HandOff(target):
                self._notes.append(HandedOff(target))
            case commands.Fetch():
                self._ask(command)
            case commands.HangUp(reason):
                self._notes.append(Over(reason))
                self._step(events.HungUp(self.now, "robot", "NORMAL_CLEARING"))

    def _ask(self, fetch: commands.Fetch) -> None:
        """The service's answer comes after its time, or never when that is behind the deadline."""
        answer = self._told.get(fetch.service) or self.services(fetch)
        late = answer.takes_ms > fetch.deadline_ms
        outcome: events.FetchOutcome = "failed" if late else answer.outcome
        values = {
            path: clean(text) for path, text in answer.values.items() if path in fetch.fields and outcome == "found"
        }
        why = "no answer in time" if late else "as told" if outcome == "failed" else ""
        comes = self.now + min(answer.takes_ms, fetch.deadline_ms)
        self._fetched = events.Fetched(comes, fetch.request, outcome, values, why)
        self._notes.append(Asked(fetch.service, fetch.params, outcome, values))


_Due = events.PromptFinished | events.TimerFired | events.Fetched

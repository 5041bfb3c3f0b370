"""The talk of one call: events folded into the dialog's state, its commands carried out on line, ear and timers.

The channel around it (answer, hang-up, agents) is the actor's.
"""

from collections.abc import Callable
from datetime import datetime

from voicebot.call.heard import EndUtterance, Listener
from voicebot.call.line import Line
from voicebot.call.measures import Measures
from voicebot.call.parts import Parts
from voicebot.call.record import Recorder
from voicebot.call.services import FetchDone
from voicebot.call.timers import Timers
from voicebot.dialog import commands, engine, events
from voicebot.dialog.script import Script
from voicebot.dialog.state import State
from voicebot.esl.off_hub import in_thread
from voicebot.speech.ear import Ear
from voicebot.speech.hearing import Began, EarEvent, Ended
from voicebot.understanding.match import match
from voicebot.understanding.types import Match


class Talk:
    """Script and state of one call. Commands that concern the channel (HandOff, HangUp) are given back to the actor."""

    def __init__(
        self,
        script: Script,
        state: State,
        parts: Parts,
        line: Line,
        ear: Ear,
        timers: Timers,
        recorder: Recorder,
        fetched: Callable[[FetchDone], None],
    ) -> None:
        """`fetched` is called with the answers of services, on a native thread."""
        self.state = state
        self.measures: Measures = recorder.measures
        self._script = script
        self._parts = parts
        self._line = line
        self._ear = ear
        self._timers = timers
        self._recorder = recorder
        self._fetched = fetched
        self._listener = Listener(self.since_answer, self._match, parts.settings.min_confidence)
        self._zero = 0
        self._speech_began: int | None = None
        self._answering: int | None = None

    def begin(self, at: int) -> list[commands.HandOff | commands.HangUp]:
        """The customer answered at `at` of the line's clock: zero of the dialog's. Wall clock: this machine's."""
        self._zero = at
        local = datetime.now().isoformat(timespec="seconds")
        return self.step(events.Answered(0, local, self._script.digest))

    def resume(self, at: int, since_answer_ms: int) -> list[commands.HandOff | commands.HangUp]:
        """The talk of another call server goes on at `at` of the line's clock, so long after the answer."""
        self._zero = at - since_answer_ms
        return self.step(events.Resumed(since_answer_ms))

    def since_answer(self, line_ms: int) -> int:
        """The dialog's clock: milliseconds since the answer."""
        return max(0, line_ms - self._zero)

    def step(self, event: events.Event) -> list[commands.HandOff | commands.HangUp]:
        """Fold one event in and carry out what the dialog wants; what concerns the channel is returned."""
        self._recorder.event(event)
        self.state, wanted = engine.step(self._script, self.state, event)
        self._recorder.aftermath(self.state)
        left: list[commands.HandOff | commands.HangUp] = []
        for command in wanted:
            if isinstance(command, commands.HandOff | commands.HangUp):
                left.append(command)
            else:
                self._carry_out(command)
        return left

    def hear(self, heard: EarEvent, at: int, played_ms: int | None) -> list[commands.HandOff | commands.HangUp]:
        """Fold in what the ear tells; `at` on the line's clock, `played_ms` of the prompt that ran then."""
        now = self.since_answer(at)
        if isinstance(heard, Began):
            self._speech_began = heard.began
        event = self._listener.dialog_event(heard, now, played_ms)
        if isinstance(event, EndUtterance):
            self._ear.cut()
        elif isinstance(heard, Ended) and event is not None:
            return self._turn(heard, event)
        elif event is not None:
            return self.step(event)
        return []

    def _turn(self, heard: Ended, event: events.Event) -> list[commands.HandOff | commands.HangUp]:
        self.measures.decode_ms.append(heard.decode_ms)
        self._answering = heard.ended
        try:
            return self.step(event)
        finally:
            self._answering = self._speech_began = None

    def _match(self, text: str) -> Match:
        expected = engine.expectation(self._script, self.state)
        return in_thread(match, text, expected, self._parts.classifier)

    def _carry_out(self, command: commands.Command) -> None:
        match command:
            case commands.Say():
                self._say(command)
            case commands.StopSaying():
                self._stop_saying()
            case commands.Listen(end_silence_ms, max_speech_ms):
                self._ear.set_limits(end_silence_ms, max_speech_ms)
            case commands.SetTimer(name, after_ms):
                self._timers.set(name, after_ms)
            case commands.Fetch():
                self._parts.services.fetch(command, self._fetched)
            case commands.CancelTimer(name):
                self._timers.cancel(name)

    def _say(self, say: commands.Say) -> None:
        """A prompt that was not rendered ahead is made now by the offline voice, off the hub; never silence."""
        pcm = in_thread(self._parts.speak, say)
        if self._answering is not None:
            self.measures.answer_begins(self.since_answer(self._answering), self._answering, say.say_id)
            self._answering = None
        self._line.play(pcm, say.say_id, say.from_ms)

    def _stop_saying(self) -> None:
        if self._line.playing is None:
            return
        played = self._line.stop()
        if self._speech_began is not None:
            spoken = self._line.now - self._speech_began
            self.measures.barge_ins[self.since_answer(self._speech_began)] = min(spoken, self._open_ms(played))

    def _open_ms(self, played: int) -> int:
        """How long the running prompt could have been interrupted by now: its protected beginning does not count."""
        policy = self._script.nodes[self.state.said[-1].node].barge_in if self.state.said else None
        return max(0, played - policy.protect_ms) if policy else played

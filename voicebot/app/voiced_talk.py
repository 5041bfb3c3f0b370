"""A rehearsal with audio: the customer's channel goes frame by frame through the hearing of a real call.

The clock is the rehearsal's and waits for nobody. Where the customer's sounds come from is the caller's business.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from voicebot.call.heard import EndUtterance, Listener
from voicebot.dialog import commands, engine, events
from voicebot.dialog.rehearsal import LOCAL, Rehearsal, Understood
from voicebot.dialog.script import Script
from voicebot.media.frames import FRAME_BYTES, FRAME_MS, SILENCE_FRAME, bytes_of, ms_of
from voicebot.speech.hearing import LINGER_MS, EarEvent, Hearing
from voicebot.understanding.match import match
from voicebot.understanding.types import Classifier, Match

Speak = Callable[[commands.Say], bytes]
"""The audio of a prompt, L16 8 kHz."""
END_MARGIN_MS: Final = 1000
"""What is waited beyond the node's own limit for an utterance to end after its last sound."""


@dataclass(frozen=True)
class CustomerLine:
    """What the line adds to the customer's voice: a loop of background noise (L16 8 kHz, empty: none), and lost frames,
    in whose place the switch gives silence. `loss`: share of the frames, 0 to 1; the same `seed` loses the same."""

    background: bytes = b""
    loss: float = 0.0
    seed: str = ""


@dataclass(frozen=True)
class Sounded:
    """A prompt, played from `at` on. `pcm`: all of it, L16 8 kHz; `most_ms`: no more was played, None: no limit."""

    say: commands.Say
    at: int
    pcm: bytes
    most_ms: int | None = None

    @property
    def heard(self) -> bytes:
        """The part that sounded."""
        rest = self.pcm[bytes_of(self.say.from_ms) :]
        return rest if self.most_ms is None else rest[: bytes_of(self.most_ms)]


class VoicedTalk(Rehearsal):
    """`speak` puts a sound on the customer's channel; what is typed still goes by text. Raises SpeechError in all that
    takes time. `customer`: the customer's channel so far. `sounded`: the prompts, where `prompt_audio` gives them;
    else a prompt lasts as long as in any rehearsal."""

    def __init__(
        self,
        script: Script,
        variables: Mapping[str, str],
        classifier: Classifier | None,
        hearing: Hearing,
        min_confidence: float,
        line: CustomerLine = CustomerLine(),
        prompt_audio: Speak | None = None,
        local: str = LOCAL,
    ) -> None:
        """`local` as in any rehearsal. Raises MissingVariable when the lead lacks what the script needs."""
        super().__init__(script, variables, classifier, local)
        self.customer = bytearray()
        self.sounded: list[Sounded] = []
        self.utterances: list[events.Heard] = []
        self._hearing = hearing
        self._listener = Listener(lambda ear_ms: ear_ms, self._understand, min_confidence)
        self._line = line
        self._lost = random.Random(line.seed)
        self._speech = b""
        self._prompt_audio = prompt_audio
        self._sound = b""

    def speak(self, pcm: bytes, at_ms: int | None = None) -> tuple[events.Heard, ...]:
        """The customer says what is in `pcm`; the utterances that came of it, none when nothing was heard."""
        before = len(self.utterances)
        self._come_to(at_ms)
        self._speech = pcm
        ends = ms_of(len(self.customer)) + -(-len(pcm) // FRAME_BYTES) * FRAME_MS
        self.run_to(ends)
        latest = ends + self._script.nodes[self.state.node].listen.end_silence_ms + END_MARGIN_MS
        while not self.over and self.now < latest and (self._hearing.utterance_open or self._may_come(before, ends)):
            self.run_to(self.now + FRAME_MS)
        return tuple(self.utterances[before:])

    def _may_come(self, before: int, ends: int) -> bool:
        """Whether words may still come out of a voice that was too short to be believed."""
        return len(self.utterances) == before and self.now < ends + LINGER_MS

    # --- the clock, with audio ----------------------------------------------------------------------
    def _pass_to(self, at: int) -> bool:
        while not self.over and ms_of(len(self.customer)) + FRAME_MS <= at:
            frame = self._next_frame()
            begins = ms_of(len(self.customer))
            self.customer += frame
            self.now = max(self.now, begins + FRAME_MS)
            if self._tell_all(self._hearing.push(frame, begins)):
                return True
        return False

    def _next_frame(self) -> bytes:
        voice, self._speech = self._speech[:FRAME_BYTES], self._speech[FRAME_BYTES:]
        noise = self._line.background
        at = len(self.customer) % (len(noise) - FRAME_BYTES) // FRAME_BYTES * FRAME_BYTES if noise else 0
        lost = self._line.loss > 0 and self._lost.random() < self._line.loss
        if lost:
            return SILENCE_FRAME
        if not voice:
            return noise[at : at + FRAME_BYTES] or SILENCE_FRAME
        return voice + bytes(FRAME_BYTES - len(voice))

    def _tell_all(self, heard: Iterable[EarEvent]) -> bool:
        """Fold in what the ear tells; whether the dialog was told of any."""
        told = [self._tell(one) for one in heard]
        return any(told)

    def _tell(self, heard: EarEvent) -> bool:
        event = self._listener.dialog_event(heard, self.now, self._played())
        if isinstance(event, EndUtterance):
            return self._tell_all(self._hearing.cut())
        if event is None or self.over:
            return False
        if isinstance(event, events.Heard):
            self.utterances.append(event)
            self._notes.append(Understood(event.text, event.match))
        self._step(event)
        return True

    def _understand(self, text: str) -> Match:
        return match(text, engine.expectation(self._script, self.state), self._classifier)

    # --- the robot's side -----------------------------------------------------------------------------
    def _length_ms(self, prompt: commands.Say) -> int:
        return super()._length_ms(prompt) if self._prompt_audio is None else ms_of(len(self._sound))

    def _carry_out(self, command: commands.Command) -> None:
        if isinstance(command, commands.Say | commands.StopSaying):
            self._cut_sound()
        if isinstance(command, commands.Say) and self._prompt_audio is not None:
            self._sound = self._prompt_audio(command)
            self.sounded.append(Sounded(command, self.now, self._sound))
        elif isinstance(command, commands.Listen):
            self._hearing.set_limits(command.end_silence_ms, command.max_speech_ms)
        super()._carry_out(command)

    def _cut_sound(self) -> None:
        """What has not sounded of the last prompt will not; one that came to its end is whole."""
        if self.sounded and self.sounded[-1].most_ms is None:
            last = self.sounded[-1]
            self.sounded[-1] = replace(last, most_ms=self.now - last.at)

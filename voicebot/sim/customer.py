"""A simulated customer in a call: hears the robot frame by frame, speaks, presses, hangs up as its plan says.
Sans-IO, counted in frames: the same frames in give the same frames out. Sounds are made in sounds.py."""

from collections.abc import Mapping
from typing import Final

from voicebot.media.frames import FRAME_BYTES, FRAME_MS
from voicebot.sim.callees import CalleeAction, HangUp, Line, Press, silence
from voicebot.sim.hearing import Hearing
from voicebot.sim.plan import Plan, Step

RING_AFTER_MS: Final = 200  # 180 Ringing, or 183 with the announcement, after the INVITE
ANNOUNCED_STATUS: Final = {"dead_number": 404, "power_off": 480, "suspended": 480, "out_of_area": 480, "busy_told": 486}
TONE: Final = "tone"
"""Key of the sound of a machine without words."""
STATUS: Final = {"answer": 200, "busy": 486, "reject": 603, "no_answer": 0, "unreachable": 503} | ANNOUNCED_STATUS
AFTER_ANNOUNCEMENT_MS: Final = 300
LAST_STEP: Final = Step(reaction_ms=800)


def line_of(plan: Plan, announcement: bytes = b"") -> Line:
    """How the network answers for this person; `announcement` is all the sound before that."""
    status = STATUS[plan.ending] if plan.status is None else plan.status
    if announcement:
        length_ms = len(announcement) * FRAME_MS // FRAME_BYTES
        return Line(RING_AFTER_MS, RING_AFTER_MS + length_ms + AFTER_ANNOUNCEMENT_MS, status, announcement)
    rings = plan.ending in ("answer", "reject", "no_answer")
    return Line(RING_AFTER_MS if rings else None, plan.ringing_ms, status)


class Customer:
    """One person in one call. `sounds`: L16 8 kHz of each of the plan's texts; `background`: a loop of noise."""

    def __init__(self, plan: Plan, sounds: Mapping[str, bytes], line: Line, background: bytes = b"") -> None:
        self.line = line
        self.plan = plan
        self.at_ms = 0
        self.heard_utterances = 0
        self._sounds = sounds
        self._background = background
        self._hearing = Hearing()
        self._step = plan.steps[0] if plan.steps else LAST_STEP
        self._answered = False  # the present utterance of the robot has had its answer
        self._interjected = False
        self._speech = b""
        self._lonely_ms = 0
        self._actions: list[CalleeAction] = []

    def on_frame(self, heard: bytes) -> bytes:
        """Hear one frame, say one of the same size."""
        opening = TONE if self.plan.tone else self.plan.greeting
        if opening and self.at_ms == self.plan.greeting_ms:
            self._speak(opening)
        change = self._hearing.push(heard, self._step.reaction_ms)
        if change == "began":
            self._next_step()
        if self._hearing.speaking:
            self._listen(self._step)
        elif change == "paused":
            self._reply(self._step)
        self._feel_lonely()
        self.at_ms += FRAME_MS
        return self._next_frame(len(heard))

    def actions(self) -> tuple[CalleeAction, ...]:
        """What was decided during the last frame."""
        decided, self._actions = tuple(self._actions), []
        return decided

    @property
    def speaking(self) -> bool:
        return bool(self._speech)

    def _next_step(self) -> None:
        """The robot begins its next utterance."""
        self.heard_utterances += 1
        index = self.heard_utterances - 1
        self._step = self.plan.steps[index] if index < len(self.plan.steps) else LAST_STEP
        self._answered = self._interjected = False
        if index >= len(self.plan.steps) + self.plan.patience:
            self._leave()

    def _listen(self, step: Step) -> None:
        """The robot is speaking: what the plan does into its words."""
        passed = self._hearing.speaking_ms
        if step.hang_up_ms is not None and passed >= step.hang_up_ms:
            self._leave()
        if step.barge_in_ms is None or passed < step.barge_in_ms:
            return
        if step.during and not self._interjected:
            self._interjected = True
            self._speak(step.during)
        elif not step.during and not self._answered:
            self._reply(step)

    def _reply(self, step: Step) -> None:
        if self._answered:
            return
        self._answered = True
        if step.press:
            self._actions += [Press(digit) for digit in step.press]
        if step.say:
            self._speak(step.say)
        if step.hang_up:
            self._leave()

    def _feel_lonely(self) -> None:
        alone = not self._hearing.speaking and not self._speech
        self._lonely_ms = self._lonely_ms + FRAME_MS if alone else 0
        if self._lonely_ms >= self.plan.lonely_ms:
            self._leave()

    def _leave(self) -> None:
        if not any(isinstance(action, HangUp) for action in self._actions):
            self._actions.append(HangUp())

    def _speak(self, text: str) -> None:
        self._speech += self._sounds[text]

    def _next_frame(self, size: int) -> bytes:
        if self._speech:
            frame, self._speech = self._speech[:size], self._speech[size:]
            return frame + silence(size - len(frame))
        if self._background:
            start = (self.at_ms // FRAME_MS * size) % (len(self._background) - size)
            return self._background[start : start + size]
        return silence(size)

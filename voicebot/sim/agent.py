"""Simulated human agents: they pick up after a while, talk, and leave; or they are busy, or never pick up.
Sans-IO like customer.py. Which number is which agent is in AGENTS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from voicebot.media.frames import FRAME_BYTES, FRAME_MS
from voicebot.sim.callees import CalleeAction, HangUp, Hold, Line, silence
from voicebot.sim.plan import SimVoice

GREETING: Final = "您好，我是顾问小陈，我来帮您安排一下，稍后把资料发给您，再见。"
AGENT_VOICE: Final = SimVoice("m4", 175, 45)


@dataclass(frozen=True)
class AgentManner:
    """`pick_up_ms` after the INVITE with `status`; leaves `stays_ms` after picking up; holds the call from `hold_ms[0]`
    to `hold_ms[1]`, if they differ."""

    pick_up_ms: int
    status: int = 200
    stays_ms: int = 6000
    hold_ms: tuple[int, int] = (0, 0)


AGENTS: Final[Mapping[str, AgentManner]] = {
    "agent1": AgentManner(pick_up_ms=2000),
    "agent2": AgentManner(pick_up_ms=300, status=486),
    "agent3": AgentManner(pick_up_ms=0, status=0),
    "agent4": AgentManner(pick_up_ms=1000, stays_ms=4000, hold_ms=(1500, 2500)),
    "agent": AgentManner(pick_up_ms=2000, stays_ms=3000),
}


class Agent:
    """One agent in one call. `sound`: what the agent says after SPEAK_AFTER_MS."""

    SPEAK_AFTER_MS: Final = 600

    def __init__(self, manner: AgentManner, sound: bytes) -> None:
        self.line = Line(ringing_ms=100, final_ms=manner.pick_up_ms, status=manner.status)
        self._stays_ms = manner.stays_ms
        self._hold_ms = manner.hold_ms
        self._holds = False
        self._sound = sound
        self._at_ms = 0
        self._left = False

    def on_frame(self, heard: bytes) -> bytes:
        """Say the greeting, whatever is heard."""
        self._at_ms += FRAME_MS
        start = (self._at_ms - self.SPEAK_AFTER_MS) // FRAME_MS * FRAME_BYTES
        frame = self._sound[start : start + len(heard)] if start >= 0 else b""
        return frame + silence(len(heard) - len(frame))

    def actions(self) -> tuple[CalleeAction, ...]:
        """A hold and its end, and the end of the call, each once."""
        if self._left:
            return ()
        if self._at_ms >= self._stays_ms:
            self._left = True
            return (HangUp(),)
        begin, end = self._hold_ms
        if self._holds != (begin <= self._at_ms < end):
            self._holds = not self._holds
            return (Hold(self._holds),)
        return ()

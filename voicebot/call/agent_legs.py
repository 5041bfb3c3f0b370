"""Agents' legs on the switch: dialled, bridged, ended, and what the switch tells at their end.

Which agent is rung, and for how long a customer waits, is handoff.py's.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import gevent
from gevent.event import AsyncResult

from voicebot.dialog.events import HandoffReason
from voicebot.errors import VoicebotError
from voicebot.esl.codec import Event
from voicebot.esl.control import Control
from voicebot.esl.originate import AGENT_PARK_S, OriginateAgent

log = logging.getLogger(__name__)

JOB_GRACE_S = 5
"""How much later than the ringing limit the switch may tell how the leg ended."""
LEG_GRACE_S = 60
"""How much longer an agent's leg may live than the talk: the customer's limit decides, and says so in his cause."""
LAST_WORD_S = 1.0
"""How long the switch may take to tell of the end of a leg that has ended."""
HOLD = "variable_hold_accum_ms"

CAUSE_TO_REASON: dict[str, HandoffReason] = {
    "USER_BUSY": "busy",
    "NO_ANSWER": "no_answer",
    "NO_USER_RESPONSE": "no_answer",
    "ALLOTTED_TIMEOUT": "no_answer",
    "PROGRESS_TIMEOUT": "no_answer",
    "RECOVERY_ON_TIMER_EXPIRE": "no_answer",
    "CALL_REJECTED": "declined",
    "ORIGINATOR_CANCEL": "customer_left",
}
"""Hang-up cause of the agent's leg; any other is `unreachable`."""


@dataclass(frozen=True)
class Answered:
    """The agent picked up."""


class Legs:
    """The legs of agents on one switch. `talk_s`: longest talk of a customer with an agent, kept by the switch."""

    def __init__(self, control: Control, talk_s: int) -> None:
        self._control = control
        self._talk_s = talk_s
        self._ends: dict[str, AsyncResult[int]] = {}

    def listen(self) -> None:
        """Have the switch tell of the ends of legs, with the time on hold. Raises SwitchUnreachable, SwitchRefused."""
        self._control.on_event(self._on_event)
        self._control.subscribe("CHANNEL_HANGUP_COMPLETE")

    def ring(self, leg_id: str, dial: str, ring_s: int, park_s: int = AGENT_PARK_S) -> Answered | HandoffReason:
        """Dial an agent as channel `leg_id` and wait until it answers or fails; never raises for what a switch does.

        `park_s`: how long the agent who answered may wait for the bridge.
        """
        most_s = self._talk_s + LEG_GRACE_S
        try:
            leg = OriginateAgent(leg_id, dial, ring_timeout_s=ring_s, max_call_s=most_s, park_s=park_s)
            result = self._control.originate_agent(leg).wait(ring_s + JOB_GRACE_S)
        except VoicebotError as error:
            log.error("agent %s was not called: %s", dial, error)
            return "unreachable"
        return Answered() if result.ok else CAUSE_TO_REASON.get(result.text, "unreachable")

    def ring_back(self, leg_id: str, seconds: int) -> None:
        """Let an agent who waits hear that his customer is rung. Without it he waits in silence; no call fails."""
        try:
            self._control.ring_back(leg_id, seconds)
        except VoicebotError as error:
            log.warning("agent's leg %s hears no ring-back: %s", leg_id, error)

    def bridge(self, customer_id: str, leg_id: str) -> None:
        """Let the two talk, for their own time. Raises SwitchRefused when one of them is gone."""
        self._ends.setdefault(leg_id, AsyncResult())
        try:
            self._control.bridge(customer_id, leg_id)
        except VoicebotError:
            del self._ends[leg_id]
            raise
        try:
            self._control.limit(customer_id, self._talk_s)
        except VoicebotError as error:
            log.warning("call %s talks with an agent under the limit of the robot's call: %s", customer_id, error)

    def end(self, leg_id: str) -> None:
        """End a leg; one that is gone already is fine, and a lost switch ends it by itself."""
        try:
            self._control.kill(leg_id, "ORIGINATOR_CANCEL")
        except VoicebotError as error:
            log.error("agent's leg %s is not ended by us: %s", leg_id, error)

    def hold_ms(self, leg_id: str) -> int:
        """How long the agent of a bridged leg that has ended held the customer; 0 if the switch does not tell."""
        end = self._ends.pop(leg_id, None)
        if end is None:
            return 0
        try:
            return cast(int, end.get(timeout=LAST_WORD_S))
        except gevent.Timeout:
            log.info("agent's leg %s: the switch did not tell of its end", leg_id)
            return 0

    def when_over(self, leg_id: str, callback: Callable[[], None]) -> None:
        """Call `callback` on the hub when the leg ends; it must not block. Asked before the leg is dialled."""
        end = self._ends[leg_id] = AsyncResult()
        end.rawlink(lambda _: callback())

    def forget(self, leg_id: str) -> None:
        """Nobody will ask for the end of this leg."""
        self._ends.pop(leg_id, None)

    def _on_event(self, event: Event) -> None:
        end = self._ends.get(event.uuid)
        if event.name == "CHANNEL_HANGUP_COMPLETE" and end is not None:
            end.set(event.headers.number(HOLD) or 0)

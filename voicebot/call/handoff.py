"""Passing a live call to a human: the agent is dialled apart while the robot goes on, then the two are bridged.

If the agent fails there is nothing to undo: the robot's audio never stopped.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import gevent

from voicebot.dialog.events import HandoffReason
from voicebot.errors import VoicebotError
from voicebot.esl.control import Control
from voicebot.esl.originate import OriginateAgent

log = logging.getLogger(__name__)

DEFAULT_TARGET = "default"
"""The entry of `targets` for names that have none of their own."""
JOB_GRACE_S = 5
"""How much later than the ringing limit the switch may tell how the leg ended."""

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
class AgentAnswered:
    """An agent picked up; `agent_id` is the channel of that leg."""

    agent_id: str


@dataclass(frozen=True)
class HandoffFailed:
    """No agent came, and why."""

    reason: HandoffReason


class Agents:
    """The human agents behind one switch. `targets` maps a name that scripts use to a dial string."""

    def __init__(self, control: Control, targets: dict[str, str]) -> None:
        self._control = control
        self._targets = targets

    def ring(
        self, target: str, timeout_ms: int, post: Callable[[AgentAnswered | HandoffFailed], None]
    ) -> "RingingAgent":
        """Dial the agent of `target`; the outcome is posted once."""
        dial = self._targets.get(target) or self._targets.get(DEFAULT_TARGET, "")
        return RingingAgent(self._control, dial, max(2, round(timeout_ms / 1000)), post)

    def bridge(self, customer_id: str, agent_id: str) -> None:
        """Let the two talk. Raises SwitchRefused when one of them is gone."""
        self._control.bridge(customer_id, agent_id)

    def release(self, agent_id: str) -> None:
        """End an agent's leg; a leg that is gone already is fine."""
        self._control.kill(agent_id, "ORIGINATOR_CANCEL")


class RingingAgent:
    """One agent's leg that is being dialled; its outcome is posted once."""

    def __init__(
        self,
        control: Control,
        dial: str,
        timeout_s: int,
        post: Callable[[AgentAnswered | HandoffFailed], None],
    ) -> None:
        self.agent_id = str(uuid.uuid4())
        self._control = control
        self._post = post
        gevent.spawn(self._run, dial, timeout_s)

    def _run(self, dial: str, timeout_s: int) -> None:
        self._post(self._outcome(dial, timeout_s))

    def _outcome(self, dial: str, timeout_s: int) -> AgentAnswered | HandoffFailed:
        if not dial:
            return HandoffFailed("not_configured")
        try:
            leg = OriginateAgent(self.agent_id, dial, ring_timeout_s=timeout_s)
            result = self._control.originate_agent(leg).wait(timeout_s + JOB_GRACE_S)
        except VoicebotError as error:
            log.error("agent %s was not called: %s", dial, error)
            return HandoffFailed("unreachable")
        if result.ok:
            return AgentAnswered(self.agent_id)
        return HandoffFailed(CAUSE_TO_REASON.get(result.text, "unreachable"))

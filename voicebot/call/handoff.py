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
LEG_GRACE_S = 60
"""How much longer an agent's leg may live than the talk: the customer's limit decides, and says so in his cause."""

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
    """The human agents behind one switch. `targets` maps a name that scripts use to a dial string.

    `talk_s`: longest talk of a customer with an agent, seconds, kept by the switch.
    """

    def __init__(self, control: Control, targets: dict[str, str], talk_s: int) -> None:
        self._control = control
        self._targets = targets
        self._talk_s = talk_s

    def ring(
        self, target: str, timeout_ms: int, post: Callable[[AgentAnswered | HandoffFailed], None]
    ) -> "RingingAgent":
        """Dial the agent of `target`; the outcome is posted once."""
        dial = self._targets.get(target) or self._targets.get(DEFAULT_TARGET, "")
        limits = max(2, round(timeout_ms / 1000)), self._talk_s + LEG_GRACE_S
        return RingingAgent(self._control, dial, limits, post)

    def bridge(self, customer_id: str, agent_id: str) -> None:
        """Let the two talk, for their own time. Raises SwitchRefused when one of them is gone."""
        self._control.bridge(customer_id, agent_id)
        try:
            self._control.limit(customer_id, self._talk_s)
        except VoicebotError as error:
            log.warning("call %s talks with an agent under the limit of the robot's call: %s", customer_id, error)

    def release(self, agent_id: str) -> None:
        """End an agent's leg; a leg that is gone already is fine, and a lost switch ends it by itself."""
        try:
            self._control.kill(agent_id, "ORIGINATOR_CANCEL")
        except VoicebotError as error:
            log.error("agent's leg %s is not ended by us: %s", agent_id, error)


class RingingAgent:
    """One agent's leg that is being dialled; its outcome is posted once. `limits`: seconds of ringing, of the leg."""

    def __init__(
        self,
        control: Control,
        dial: str,
        limits: tuple[int, int],
        post: Callable[[AgentAnswered | HandoffFailed], None],
    ) -> None:
        self.agent_id = str(uuid.uuid4())
        self._control = control
        self._post = post
        gevent.spawn(self._run, dial, *limits)

    def _run(self, dial: str, ring_s: int, leg_s: int) -> None:
        self._post(self._outcome(dial, ring_s, leg_s))

    def _outcome(self, dial: str, ring_s: int, leg_s: int) -> AgentAnswered | HandoffFailed:
        if not dial:
            return HandoffFailed("not_configured")
        try:
            leg = OriginateAgent(self.agent_id, dial, ring_timeout_s=ring_s, max_call_s=leg_s)
            result = self._control.originate_agent(leg).wait(ring_s + JOB_GRACE_S)
        except VoicebotError as error:
            log.error("agent %s was not called: %s", dial, error)
            return HandoffFailed("unreachable")
        if result.ok:
            return AgentAnswered(self.agent_id)
        return HandoffFailed(CAUSE_TO_REASON.get(result.text, "unreachable"))

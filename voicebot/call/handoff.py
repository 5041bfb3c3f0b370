"""Passing a live call to a human: the agent is dialled apart while the robot goes on, then the two are bridged.

If the agent fails there is nothing to undo: the robot's audio never stopped.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

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


class Handoff:
    """Passing one customer on: the agent who rings or talks with him, and since when. Moments are the line's clock."""

    def __init__(self, agents: Agents, customer_id: str, post: Callable[[AgentAnswered | HandoffFailed], None]) -> None:
        self._agents = agents
        self._customer_id = customer_id
        self._post = post
        self._agent: RingingAgent | None = None
        self._began = 0
        self._bridged: tuple[int, float] | None = None

    def ring(self, target: str, timeout_ms: int, at: int) -> None:
        """Dial an agent; what comes of it is posted."""
        self._began = at
        self._agent = self._agents.ring(target, timeout_ms, self._post)

    def waited_ms(self, at: int) -> int:
        """How long the agent rang."""
        return at - self._began

    def bridge(self, at: int) -> bool:
        """Let customer and agent talk; False if one of them is gone, then there is no agent any more."""
        assert self._agent is not None
        try:
            self._agents.bridge(self._customer_id, self._agent.agent_id)
        except VoicebotError as error:
            log.warning("call %s: the agent answered but was not bridged: %s", self._customer_id, error)
            self.release()
            return False
        self._bridged = at, monotonic()
        return True

    def now(self, line_now: int) -> int:
        """The line's clock, which frames drive: with an agent none come, and it goes on by itself."""
        if self._bridged is None:
            return line_now
        at, since = self._bridged
        return at + round((monotonic() - since) * 1000)

    def let_go(self) -> None:
        """The agent is none of ours any more: failed, or talking without us."""
        self._agent = None

    def release(self) -> None:
        """End the agent's leg if there is one."""
        if self._agent is not None:
            self._agents.release(self._agent.agent_id)
            self._agent = None

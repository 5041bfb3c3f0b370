"""Passing a live call to a human: the agent is dialled apart while the robot goes on, then the two are bridged.

If the agent fails there is nothing to undo: the robot's audio never stopped.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

import gevent

from voicebot.call.agent_book import Desk, NoDesk
from voicebot.call.agent_legs import Answered, Legs
from voicebot.dialog.events import HandoffReason
from voicebot.errors import VoicebotError
from voicebot.esl.control import Control
from voicebot.store.agent_desk import Absence, Ask, Given

log = logging.getLogger(__name__)

DEFAULT_TARGET = "default"
"""The entry of `targets` for names that have none of their own."""
LEAST_RING_S = 2
"""Shorter than this nobody is rung: the switch counts whole seconds."""
QUEUE_GRACE = timedelta(seconds=30)
"""How much longer than his limit a customer stays in the queue of the store whose call server died."""


@dataclass(frozen=True)
class AgentAnswered:
    """An agent picked up; `agent_id` is the channel of that leg."""

    agent_id: str


@dataclass(frozen=True)
class HandoffFailed:
    """No agent came, and why."""

    reason: HandoffReason


Outcome = AgentAnswered | HandoffFailed


@dataclass(frozen=True)
class Rung:
    """Whose telephone rang last for a customer, and for how long; `name` None: nobody known by name. `hold_ms`: how
    long he then held the customer."""

    name: str | None = None
    ring_ms: int = 0
    hold_ms: int = 0


class Agents:
    """The human agents behind one switch: those of `desk`, or where it has none, by dial strings in `targets`.

    `targets` maps a name that scripts use to a dial string. Seconds: `talk_s`, longest talk of a customer with an
    agent, kept by the switch; `ring_s`, longest ringing of one agent before the next is tried.
    """

    def __init__(
        self, control: Control, targets: dict[str, str], talk_s: int, ring_s: int = 60, desk: Desk | None = None
    ) -> None:
        self.legs = Legs(control, talk_s)
        self.desk = desk or NoDesk()
        self.ring_s = ring_s
        self._targets = targets

    def ring(self, customer_id: str, target: str, timeout_ms: int, post: Callable[[Outcome], None]) -> "Seeking":
        """Look for an agent of `target`; the outcome is posted once."""
        dial = self._targets.get(target) or self._targets.get(DEFAULT_TARGET, "")
        return Seeking(self, customer_id, target, dial, timeout_ms, post)


class Seeking:
    """The search for one customer's agent: one after the other is rung, all within the limit. `dial`: who is rung when
    the store knows nobody, empty for nobody."""

    def __init__(
        self,
        agents: Agents,
        customer_id: str,
        target: str,
        dial: str,
        timeout_ms: int,
        post: Callable[[Outcome], None],
    ) -> None:
        self.agent_id = ""
        """The leg that rings or talks."""
        self._agents, self._legs, self._desk = agents, agents.legs, agents.desk
        self._customer_id, self._target, self._dial = customer_id, target, dial
        self._limit_s = max(LEAST_RING_S, round(timeout_ms / 1000))
        self._name: str | None = None
        self._rings_since: float | None = None
        self._ring_ms = self._hold_ms = 0
        self._answered = self._ended = False
        gevent.spawn(lambda: post(self._outcome()))

    @property
    def rung(self) -> Rung:
        """Who rang last, up to now."""
        ringing = self._since_ringing() if self._rings_since is not None else self._ring_ms
        return Rung(self._name, ringing, self._hold_ms)

    def bridge(self) -> None:
        """Let the agent who answered talk with the customer. Raises SwitchRefused when one of them is gone."""
        self._legs.bridge(self._customer_id, self.agent_id)
        if self._name is not None:
            self._desk.told(self.agent_id, "talking")
        else:
            self._desk.gone(self._customer_id)

    def forget(self) -> None:
        """The agent's call goes on without us."""
        self._ended = True
        self._legs.forget(self.agent_id)
        self._desk.forget(self.agent_id)

    def end(self) -> None:
        """Ring nobody any more, and end the leg of whoever rings or talks; his time on hold is known then."""
        if self._ended:
            return
        self._ended = True
        if self.agent_id:
            self._legs.end(self.agent_id)
            self._hold_ms = self._legs.hold_ms(self.agent_id)
        if self._answered:
            self._tell_over()
        self._desk.gone(self._customer_id)

    def _tell_over(self) -> None:
        if self._name is not None:
            self._desk.told(self.agent_id, "over")

    def _outcome(self) -> Outcome:
        """Never raises for what the switch or the database does."""
        answered = self._search()
        if isinstance(answered, Answered):
            self._answered = True
            if self._ended:  # the customer left in this moment
                self._legs.end(self.agent_id)
                self._tell_over()
            return AgentAnswered(self.agent_id)
        self.agent_id, self._ended = "", True
        self._desk.gone(self._customer_id)
        return HandoffFailed(answered)

    def _search(self) -> Answered | HandoffReason:
        began, since = monotonic(), datetime.now(UTC)
        until = since + timedelta(seconds=self._limit_s) + QUEUE_GRACE
        tried: frozenset[str] = frozenset()
        reason: HandoffReason | None = None
        while not self._ended:
            left = self._limit_s - (monotonic() - began)
            if left < LEAST_RING_S - 0.5:  # what is left rounds to less
                return reason or "busy"
            ask = Ask(self._customer_id, self._target, str(uuid.uuid4()), since, until, tried)
            match self._desk.ask(ask, left):
                case None:
                    return reason or "busy"
                case Absence.NONE_KNOWN:
                    return self._ring(ask.leg_id, self._dial, left) if self._dial else "not_configured"
                case Absence():
                    return reason or "unreachable"
                case Given(name, dial):
                    self._name = name
                    outcome = self._ring(ask.leg_id, dial, min(left, self._agents.ring_s))
                    if isinstance(outcome, Answered):
                        return outcome
                    reason, tried = "customer_left" if self._ended else outcome, tried | {name}
                    self._desk.told(ask.leg_id, reason)
        return "customer_left"

    def _ring(self, leg_id: str, dial: str, seconds: float) -> Answered | HandoffReason:
        if self._ended:
            return "customer_left"
        self.agent_id, self._rings_since = leg_id, monotonic()
        try:
            return self._legs.ring(leg_id, dial, max(LEAST_RING_S, round(seconds)))
        finally:
            self._ring_ms, self._rings_since = self._since_ringing(), None

    def _since_ringing(self) -> int:
        assert self._rings_since is not None
        return round((monotonic() - self._rings_since) * 1000)


class Handoff:
    """Passing one customer on: the agent who rings or talks with him, and since when. Moments are the line's clock."""

    def __init__(self, agents: Agents, customer_id: str, post: Callable[[Outcome], None]) -> None:
        self._agents = agents
        self._customer_id = customer_id
        self._post = post
        self._tries: list[Seeking] = []
        self._began = 0
        self._bridged: tuple[int, float] | None = None

    def ring(self, target: str, timeout_ms: int, at: int) -> None:
        """Look for an agent; what comes of it is posted."""
        self._began = at
        self._tries.append(self._agents.ring(self._customer_id, target, timeout_ms, self._post))

    def waited_ms(self, at: int) -> int:
        """How long the customer has waited."""
        return at - self._began

    def bridge(self, at: int) -> bool:
        """Let customer and agent talk; False if one of them is gone, then there is no agent any more."""
        try:
            self._tries[-1].bridge()
        except VoicebotError as error:
            log.warning("call %s: the agent answered but was not bridged: %s", self._customer_id, error)
            self.end()
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
        """The agent talks on without us."""
        self._tries[-1].forget()

    def end(self) -> None:
        """End the agent's leg if there is one; look for no other."""
        if self._tries:
            self._tries[-1].end()

    def rung(self) -> tuple[Rung, ...]:
        """Who was rung last in each of the hand-offs so far, the first first."""
        return tuple(one.rung for one in self._tries)

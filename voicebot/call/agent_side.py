"""The agent's side of a call that he makes himself: rung first, kept waiting, bridged, ended.

Whom he calls, and whether he may, is app/direct_call.py's.
"""

import logging
import time
from collections.abc import Callable

import gevent

from voicebot.call.agent_book import AgentBook
from voicebot.call.agent_legs import Answered, Legs
from voicebot.errors import VoicebotError
from voicebot.esl.control import Control

log = logging.getLogger(__name__)

WAITS_S = 120
"""How long an agent may wait for the customer: several lines may be tried, each with its ringing."""
BRIDGE_FAILED = "MANAGER_REQUEST"
"""Hang-up cause of a customer who picked up when the agent had just left."""


class AgentSide:
    """The agent's leg of one direct call. `left`: called when the agent hangs up before the customer has answered."""

    def __init__(self, legs: Legs, book: AgentBook, control: Control, leg_id: str, left: Callable[[], None]) -> None:
        self.ring_ms = self.talked_ms = self.hold_ms = 0
        self._legs, self._book, self._control, self._leg_id, self._left = legs, book, control, leg_id, left
        self._waits = False
        self._talks_since: float | None = None

    def ring(self, dial: str, ring_s: int) -> str | None:
        """None when the agent answered, who then hears ring-back; else why not, and nobody holds him any more."""
        began = time.monotonic()
        self._legs.when_over(self._leg_id, self._gone)
        outcome = self._legs.ring(self._leg_id, dial, ring_s, WAITS_S)
        self.ring_ms = round((time.monotonic() - began) * 1000)
        if isinstance(outcome, Answered):
            self._waits = True
            self._legs.ring_back(self._leg_id, WAITS_S)
            return None
        self._legs.forget(self._leg_id)
        self._book.told(self._leg_id, outcome)
        return outcome

    def take(self, customer_id: str) -> None:
        """The customer picked up: let the two talk, or hang him up when the agent has just left."""
        try:
            self._legs.bridge(customer_id, self._leg_id)
        except VoicebotError as error:
            log.warning("call %s: the customer answered but was not bridged: %s", customer_id, error)
            self._hang_up(customer_id)
            return
        self._waits, self._talks_since = False, time.monotonic()
        self._book.told(self._leg_id, "talking")

    def end(self) -> None:
        """End the leg if it is there; the agent is free."""
        self._waits = False
        if self._talks_since is not None:
            self.talked_ms = round((time.monotonic() - self._talks_since) * 1000)
        self._legs.end(self._leg_id)
        self.hold_ms = self._legs.hold_ms(self._leg_id)
        self._book.told(self._leg_id, "over")

    def _gone(self) -> None:
        if self._waits:
            gevent.spawn(self._left)

    def _hang_up(self, customer_id: str) -> None:
        try:
            self._control.kill(customer_id, BRIDGE_FAILED)
        except VoicebotError as error:
            log.error("call %s is not ended by us: %s", customer_id, error)

"""The call server's dealings with the agents of the store: asked and told in rounds, one at a time, off the hub.

Which agent a customer gets is store/agent_desk.py's; ringing him is handoff.py's.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Signal

from voicebot.errors import StoreError, VoicebotError
from voicebot.esl.off_hub import in_thread
from voicebot.store.agent_desk import (
    LEASE,
    Absence,
    Ask,
    Given,
    Held,
    Round,
    Told,
    expired,
    give_back,
    keep,
    reserve,
    serve,
)
from voicebot.store.owners import switch_of
from voicebot.store.store import Store

log = logging.getLogger(__name__)

POLL_S = 0.25
"""How often the store is asked for a free agent while customers wait."""
DOWN_S = 1.0
"""How long after a round that the database refused."""
RENEW_S = LEASE.total_seconds() / 3
FLUSH_S = 10.0
"""How long the last round may take when the call server ends."""


class Desk(Protocol):
    """Where a hand-off gets its agent. Nothing here blocks the hub."""

    def ask(self, ask: Ask, patience_s: float) -> Given | Absence | None:
        """An agent who is ours now, or why there is none; waits while all are busy, None after `patience_s`."""

    def told(self, leg_id: str, what: str) -> None:
        """What became of an agent that was given (agent_desk.Told)."""

    def gone(self, attempt_id: str) -> None:
        """The customer waits no more."""

    def forget(self, leg_id: str) -> None:
        """The agent's call goes on without us: whoever serves this switch then looks after him."""


class NoDesk:
    """No agents but the one of the settings."""

    def ask(self, ask: Ask, patience_s: float) -> Absence:
        """None is known."""
        return Absence.NONE_KNOWN

    def told(self, leg_id: str, what: str) -> None:
        """Nobody was given."""

    def gone(self, attempt_id: str) -> None:
        """Nobody was queued."""

    def forget(self, leg_id: str) -> None:
        """Nobody is held."""


class AgentBook:
    """A Desk over the store. `owner`: this call server's name there, with its switch (store/owners.py).

    `exists`: asks that switch for a channel; `longest`: an agent's call is over after this time, for those of a dead
    call server on a switch that cannot be asked.
    """

    def __init__(
        self,
        store: Store,
        owner: str,
        exists: Callable[[str], bool],
        longest: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._owner, self._exists = store, owner, exists
        self._longest, self._clock = longest, clock
        self._waiting: dict[str, tuple[Ask, AsyncResult[Given | Absence | None]]] = {}
        self._told: list[Told] = []
        self._gone: set[str] = set()
        self._held: set[str] = set()
        self._wake = Signal()
        self._quiet = Signal()
        self._quiet.set()
        self._closing = False
        self._down = False
        self._running: list[gevent.Greenlet[..., None]] = []

    def start(self) -> None:
        """From now on agents are given and looked after."""
        self._running = [gevent.spawn(self._run), gevent.spawn(self._look_after)]

    def close(self) -> None:
        """Write down what was told last, then stop. The calls have ended before."""
        self._closing = True
        self._wake.set()
        if self._running:
            self._running[0].join(timeout=FLUSH_S)
        gevent.killall(self._running)

    def flush(self, deadline_s: float) -> bool:
        """Wait until all that was told is in the store; False when the deadline came first."""
        return bool(self._quiet.wait(deadline_s))

    # --- what calls do ----------------------------------------------------------------------------
    def ask(self, ask: Ask, patience_s: float) -> Given | Absence | None:
        """As the port says."""
        answer: AsyncResult[Given | Absence | None] = AsyncResult()
        self._waiting[ask.attempt_id] = (ask, answer)
        self._wake.set()
        try:
            return answer.get(timeout=patience_s)
        except gevent.Timeout:
            self._waiting.pop(ask.attempt_id, None)
            return answer.value  # it may have come in this very moment: that agent is ours

    def reserve(self, name: str, attempt_id: str, leg_id: str) -> Given:
        """This very agent, who wants to call somebody himself. Raises UsageError when it is not idle, StoreError."""
        given = in_thread(reserve, self._store, self._owner, name, attempt_id, leg_id, self._clock())
        self._held.add(leg_id)
        return given

    def told(self, leg_id: str, what: str) -> None:
        """As the port says."""
        self._told.append(Told(leg_id, what, self._clock()))
        self._quiet.clear()
        if what != "talking":
            self._held.discard(leg_id)
        self._wake.set()

    def gone(self, attempt_id: str) -> None:
        """As the port says."""
        self._gone.add(attempt_id)
        _, answer = self._waiting.pop(attempt_id, (None, None))
        if answer is not None:
            answer.set(None)
        self._wake.set()

    def forget(self, leg_id: str) -> None:
        """As the port says."""
        self._held.discard(leg_id)

    # --- rounds -----------------------------------------------------------------------------------
    def _run(self) -> None:
        while True:
            self._wake.wait(None if not self._waiting else POLL_S)
            self._wake.clear()
            if self._waiting or self._told or self._gone:
                self._round()
            if not (self._told or self._gone):
                self._quiet.set()
                if self._closing:
                    return
            if self._down:
                gevent.sleep(DOWN_S)
                self._wake.set()

    def _round(self) -> None:
        asks = [ask for ask, _ in self._waiting.values()]
        wanted = Round(tuple(self._told), asks, frozenset(self._held), frozenset(self._gone))
        try:
            answers = in_thread(serve, self._store, self._owner, wanted, self._clock())
        except StoreError as error:
            if not self._down:
                log.error("no agent of the store is rung while the database is down: %s", error)
            self._down = True
            return
        self._down = False
        del self._told[: len(wanted.told)]
        self._gone -= set(wanted.gone)
        for ask in asks:
            self._answer(ask, answers[ask.attempt_id])

    def _answer(self, ask: Ask, answer: Given | Absence) -> None:
        if answer == Absence.ALL_BUSY:
            return
        now, waits = self._waiting.get(ask.attempt_id, (None, None))
        if now is ask and waits is not None:
            del self._waiting[ask.attempt_id]
            if isinstance(answer, Given):
                self._held.add(ask.leg_id)
            waits.set(answer)
        elif isinstance(answer, Given):
            self.told(ask.leg_id, "released")  # the customer left while we asked

    # --- leases -----------------------------------------------------------------------------------
    def _look_after(self) -> None:
        """Renew our own leases, and look at those that nobody renews."""
        while True:
            try:
                if self._held:
                    in_thread(serve, self._store, self._owner, Round(held=frozenset(self._held)), self._clock())
                for held in in_thread(expired, self._store, self._clock()):
                    self._look_at(held)
            except StoreError as error:
                log.warning("agents in calls are not looked after: %s", error)
            gevent.sleep(RENEW_S)

    def _look_at(self, held: Held) -> None:
        """An agent of a call server that is gone. Raises StoreError."""
        now = self._clock()
        if switch_of(held.owner) == switch_of(self._owner):
            try:
                lives = self._exists(held.leg_id)
            except VoicebotError as error:
                log.info("agent %s: the switch does not tell of its call: %s", held.name, error)
                return
        else:
            lives = now < held.since + self._longest
        if lives:
            in_thread(keep, self._store, held.leg_id, now)
        elif in_thread(give_back, self._store, held.leg_id, now):
            log.warning("agent %s: nobody followed its call, which is over; it is free", held.name)

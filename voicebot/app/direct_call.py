"""An agent calls one lead himself: he is rung first, then the customer is dialled for him, under every check that the
dialer makes. No robot talks. How a dialling goes is campaign/attempt.py's.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import gevent
from gevent.event import Event as Signal

from voicebot.app.call_server import connected
from voicebot.app.dialling import now
from voicebot.app.line_book import follow_gateways, opened_line_book
from voicebot.app.outer import outer_of
from voicebot.call.agent_book import AgentBook
from voicebot.call.agent_legs import Legs
from voicebot.call.agent_side import AgentSide
from voicebot.campaign.attempt import OnItsWay
from voicebot.campaign.in_hand import Hands
from voicebot.campaign.line import Lines, OneLine
from voicebot.campaign.lost import longest_attempt_s
from voicebot.campaign.placing import Placer
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.windows import Window
from voicebot.campaign.rounds import Due, Rounds, Scope
from voicebot.campaign.why import why
from voicebot.errors import StoreError, UsageError, VoicebotError
from voicebot.esl.control import Control
from voicebot.esl.off_hub import in_thread
from voicebot.settings import Settings
from voicebot.store import agents, campaigns
from voicebot.store.claims import claim
from voicebot.store.owners import owner_named
from voicebot.store.records import AgentDialled
from voicebot.store.refusals import Refusal
from voicebot.store.store import Store, open_store
from voicebot.store.writer import Writer

log = logging.getLogger(__name__)

ROUND_S = 5.0
"""How often the lease of the lead is looked at."""
FLUSH_S = 10.0
"""How long the result may take into the store."""
NOT_REACHED = "not_reached"
"""Outcome of the agent's side when he never talked with the customer."""


@dataclass(frozen=True)
class DirectCall:
    """What came of it. `attempt_id`, `code` None: nobody was dialled, and `why` says for what reason; `outcome`: of the
    agent's side, `answered` when the two talked. Milliseconds."""

    agent: str
    campaign: str
    lead: str
    attempt_id: str | None = None
    code: Code | None = None
    outcome: str = ""
    why: str = ""
    ring_ms: int = 0
    talked_ms: int = 0
    hold_ms: int = 0


class DirectDialler:
    """Calls leads for agents on one connected switch, one at a time.

    `simulated`, `outer`: as in rounds.Scope; without `lines` the gateway and caller number of the settings.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        control: Control,
        writer: Writer,
        *,
        lines: Lines | None = None,
        simulated: bool = False,
        outer: Window | None = None,
    ) -> None:
        self._settings, self._store, self._control, self._writer = settings, store, control, writer
        self._lines = lines or OneLine(settings)
        self._simulated, self._outer = simulated, outer or outer_of(settings)
        self._owner = owner_named(uuid.uuid4().hex[:12], control.name())
        longest = timedelta(seconds=longest_attempt_s(settings))
        self._book = AgentBook(store, self._owner, control.exists, longest, now)
        self._legs = Legs(control, settings.handoff_talk_s)
        self._ending = Signal()
        self._placer: Placer | None = None

    def start(self) -> None:
        """From now on agents are held. Raises SwitchUnreachable, SwitchRefused."""
        self._legs.listen()
        self._book.start()

    def close(self) -> None:
        """Write down what was told last."""
        self._book.close()

    def stop(self) -> None:
        """Dial nobody any more, and hang up who is in the air; `call` then returns as usual."""
        self._ending.set()
        if self._placer is not None:
            self._placer.hang_up_all()

    def call(self, agent: str, campaign: str, key: str) -> DirectCall:
        """Ring `agent`, then dial the lead with this key of the campaign's list, and see the call to its end.

        Raises UsageError for an unknown name, an agent who is not idle or a campaign of the other kind, StoreError.
        """
        self._ending = Signal()
        wanted = DirectCall(agent, campaign, key)
        plan = in_thread(self._plan, campaign)
        in_thread(agents.find, self._store, agent, now())
        # Claimed first: an agent is not rung for somebody who must not be called.
        claimed = in_thread(lambda: claim(self._store, plan, self._owner, 1, now(), self._outer, only=key)).leads
        if not claimed:
            return replace(wanted, why=in_thread(self._why, plan, key))
        due = Due(plan, claimed[0], time.monotonic())
        scope = Scope(self._owner, 1, self._settings.calls_per_second, (campaign,), self._simulated, self._outer)
        rounds = Rounds(self._store, self._lines, scope, now)
        leg_id = str(uuid.uuid4())
        try:
            given = self._book.reserve(agent, due.claimed.attempt_id, leg_id)
        except VoicebotError as error:
            in_thread(rounds.turn_back, due, Refusal(Code.CANCELLED, str(error)))
            raise
        side = AgentSide(self._legs, self._book, self._control, leg_id, self.stop)
        way = self._way(due, rounds, side)
        keeping = gevent.spawn(_keep, rounds, way)  # an agent may be rung longer than a lease lasts
        try:
            reason = side.ring(given.dial, self._settings.agent_ring_s)
            if reason is None:
                return self._dial(wanted, way, rounds, side, keeping)
        finally:
            keeping.kill()
            self._book.flush(FLUSH_S)
        refusal = Refusal(Code.CANCELLED, f"agent {agent}: {reason}")
        in_thread(rounds.turn_back, due, refusal)
        return replace(wanted, outcome=reason, why=refusal.why, ring_ms=side.ring_ms)

    def _way(self, due: Due, rounds: Rounds, side: AgentSide) -> OnItsWay:
        """Of the customer, once the agent waits for him."""
        socket = (self._settings.serve_host, self._settings.serve_port)
        self._placer = Placer(self._control, self._writer, self._store, self._settings, socket, side.take)
        return OnItsWay(due, self._placer, rounds, self._lines, self._ending, lambda before: None)

    def _dial(
        self, wanted: DirectCall, way: OnItsWay, rounds: Rounds, side: AgentSide, keeping: "gevent.Greenlet[..., None]"
    ) -> DirectCall:
        """The agent waits: dial the customer, let them talk, write down what came of it."""
        try:
            code = way.run()
        finally:
            keeping.kill()  # before the last round: one at a time
            side.end()
        if code is None:
            return replace(wanted, why=in_thread(self._why, way.due.plan, wanted.lead), ring_ms=side.ring_ms)
        outcome = "answered" if side.talked_ms else NOT_REACHED
        facts = (way.attempt_id, wanted.agent, outcome, side.ring_ms, side.talked_ms, side.hold_ms)
        self._writer.agent_dialled(AgentDialled(*facts))
        in_thread(self._writer.flush, FLUSH_S)
        in_thread(_round, rounds, Hands({}))  # settles the lead
        return replace(
            wanted,
            attempt_id=way.attempt_id,
            code=code,
            outcome=outcome,
            why=code.label,
            ring_ms=side.ring_ms,
            talked_ms=side.talked_ms,
            hold_ms=side.hold_ms,
        )

    def _plan(self, campaign: str) -> Plan:
        found = campaigns.find(self._store, campaign)
        if found.simulated != self._simulated:
            raise UsageError(f"the customers of campaign {campaign!r} are {'not ' if found.simulated else ''}people")
        return campaigns.plan_of(self._store, campaign)

    def _why(self, plan: Plan, key: str) -> str:
        return why(self._store, plan, key, None, now(), self._outer)[0].verdict


def _keep(rounds: Rounds, way: OnItsWay) -> None:
    """Renew the lead's lease while its call goes on."""
    while True:
        gevent.sleep(ROUND_S)
        hands = Hands({way.attempt_id: way.due.claimed.campaign_id}, (way.attempt_id,))
        try:
            in_thread(_round, rounds, hands)
        except StoreError as error:
            log.warning("the lease of attempt %s is not renewed: %s", way.attempt_id, error)


def _round(rounds: Rounds, hands: Hands) -> None:
    rounds.run(hands, time.monotonic(), dialling=False)


@contextmanager
def open_direct_dialler(settings: Settings) -> Iterator[DirectDialler]:
    """One for real campaigns, with the lines that all dialers share. Raises UsageError, SwitchUnreachable,
    SwitchRefused, StoreError, LimitsUnknown.
    """
    with ExitStack() as stack:
        store = open_store(settings.database, settings.data_dir)
        stack.callback(store.close)
        address = (settings.switch_host, settings.switch_port, settings.switch_password)
        control = stack.enter_context(connected(*address))
        writer = Writer(store)
        stack.callback(in_thread, writer.close)
        lines = stack.enter_context(opened_line_book(settings, store, control.name()))
        follow_gateways(control, lines)
        dialler = DirectDialler(settings, store, control, writer, lines=lines)
        dialler.start()
        stack.callback(dialler.close)
        yield dialler

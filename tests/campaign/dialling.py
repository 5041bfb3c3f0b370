"""A dialer on a switch that the test plays and a store of the test's, with a clock that the test sets."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import gevent
from sqlalchemy import select

from tests.campaign.switch import FakeControl
from voicebot.campaign.floor import FindFloor, no_agents
from voicebot.campaign.line import Lines, OneLine
from voicebot.campaign.orphans import Orphans
from voicebot.campaign.placing import Placer
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.states import CampaignState
from voicebot.campaign.rounds import Rounds, Scope
from voicebot.campaign.runner import Runner
from voicebot.errors import VoicebotError
from voicebot.esl.originate import Originate
from voicebot.settings import Settings
from voicebot.store import campaigns
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.owners import owner_named
from voicebot.store.records import AttemptResult
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead
from voicebot.store.writer import Writer

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday 10:00 in Shanghai
DEADLINE_S = 60
PLAN = """\
campaign: {name}
script: any
retry: {{max_attempts: {attempts}, ours_maximum: 1}}
lines: {{concurrency: {concurrency}, calls_per_second: 1000, guaranteed: {guaranteed}, mode: {mode}}}
"""


class Clock:
    """Stands until it is set."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def running(
    store: Store,
    leads: int,
    *,
    name: str = "spring",
    concurrency: int = 10,
    guaranteed: int = 0,
    mode: str = "fixed",
    more: str = "",
    attempts: int = 1,
    state: CampaignState = CampaignState.RUNNING,
    prefix: str = "+86138",
) -> None:
    """A campaign with so many leads, in that state."""
    plan = PLAN.format(name=name, concurrency=concurrency, guaranteed=guaranteed, mode=mode, attempts=attempts) + more
    campaigns.create(store, plan, "plan.yaml")
    rows = [LeadRow(str(n), f"{prefix}{n:08}", {}, "", "", False, 0.0, "", "", "", 2) for n in range(leads)]
    with store.writing() as connection:
        add_rows(connection, name, None, rows)
    for step in (CampaignState.CHECKING, CampaignState.READY, state):
        campaigns.step_to(store, name, step, starts_at=NOW + timedelta(minutes=5))


class Dialer:
    """One dialer. `outcome`: how its run ended."""

    def __init__(
        self,
        store: Store,
        control: FakeControl,
        clock: Clock,
        *,
        name: str = "d1",
        lines: Lines | None = None,
        node_lines: int = 100,
        floor: FindFloor = no_agents,
        wrap: Callable[[Rounds], Rounds] = lambda rounds: rounds,
    ) -> None:
        settings = Settings(ring_timeout_s=5, max_call_s=5, caller_number="051288880000")
        self.writer = Writer(store)
        lines = lines or OneLine(settings)
        placer = Placer(control, self.writer, store, settings, ("127.0.0.1", 8084))  # type: ignore[arg-type]
        scope = Scope(owner_named(name, control.name()), node_lines, 1000.0)
        self.rounds = wrap(Rounds(store, lines, scope, clock, floor))
        search = Orphans(store, control.name(), control, timedelta(hours=1), clock)
        self.runner = Runner(placer, self.rounds, search, lines)
        self.outcome: VoicebotError | None = None

    def run(self) -> VoicebotError | None:
        """Until it ends by itself, for want of leads or for a fault."""
        return self.spawn(until_idle=True).get(timeout=DEADLINE_S)

    def spawn(self, *, until_idle: bool = False) -> "gevent.Greenlet[[], VoicebotError | None]":
        return gevent.spawn(self._run, until_idle)

    def _run(self, until_idle: bool) -> VoicebotError | None:
        try:
            self.runner.run(until_idle=until_idle)
        except VoicebotError as fault:
            return fault
        finally:
            gevent.get_hub().threadpool.apply(self.writer.close)
        return None


class Peak:
    """Calls at once, counted from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.now = self.most = 0

    def add(self, step: int) -> None:
        with self._lock:
            self.now += step
            self.most = max(self.most, self.now)


def busy(switch: FakeControl, attempt: Originate) -> None:
    """Nobody picks up."""
    switch.event(attempt.attempt_id, "CHANNEL_CREATE")
    switch.hang_up(attempt.attempt_id, "USER_BUSY")
    switch.done(attempt.attempt_id, "-ERR USER_BUSY")


def answers(switch: FakeControl, attempt: Originate) -> None:
    """Somebody picks up and talks on."""
    switch.event(attempt.attempt_id, "CHANNEL_CREATE")
    switch.event(attempt.attempt_id, "CHANNEL_ANSWER")
    switch.done(attempt.attempt_id, f"+OK {attempt.attempt_id}")


def end_call(dialer: Dialer, switch: FakeControl, attempt_id: str, code: Code = Code.ROBOT_END) -> None:
    """The talk ends, and the call server writes its result."""
    dialer.writer.attempt_ended(AttemptResult(attempt_id, code, NOW))
    switch.hang_up(attempt_id, "NORMAL_CLEARING")


def leads_of(store: Store, name: str = "spring") -> list[tuple[str, str | None]]:
    """State and code of each lead, in order."""
    with store.reading() as connection:
        asked = select(Lead.state, Lead.code).where(Lead.campaign_id == name).order_by(Lead.id)
        return [(state, code) for state, code in connection.execute(asked)]


def codes_of(store: Store) -> list[str | None]:
    with store.reading() as connection:
        return list(connection.scalars(select(Attempt.code).order_by(Attempt.started_at)))


def state_of(store: Store, name: str = "spring") -> CampaignState:
    return campaigns.find(store, name).state


def wait_until(happens: Callable[[], bool]) -> None:
    """The hub goes on until it does; fails after DEADLINE_S."""
    with gevent.Timeout(DEADLINE_S):
        while not happens():
            gevent.sleep(0.01)

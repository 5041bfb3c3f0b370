"""Dialers that die at random over one store: `python -m tools.fuzz_dialers [--attempts 20000] [--url URL] [--seed 1]`.

Dialers, connections to the switch, the switch itself, call servers, database statements and the answers to commits are
lost by dice, while leads of one campaign are called on a switch that is played here. At the end every lead is in
exactly one final state, and nobody was called twice at once, over the concurrency, or long after a stop. Time of the
leases runs sixty times as fast.
"""

import argparse
import logging
import random
import sqlite3
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gevent
from sqlalchemy import event, select

from voicebot.campaign import placing, runner
from voicebot.campaign.attempt import CHECK_HOLDS
from voicebot.campaign.line import OneLine
from voicebot.campaign.orphans import Orphans
from voicebot.campaign.placing import Placer
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.states import CampaignState
from voicebot.campaign.policy.windows import DAYS, Range, Window
from voicebot.campaign.rounds import Rounds, Scope
from voicebot.campaign.runner import Runner
from voicebot.errors import StoreError, SwitchUnreachable, VoicebotError
from voicebot.esl.codec import Event, Headers
from voicebot.esl.control import Job
from voicebot.esl.off_hub import in_thread
from voicebot.esl.originate import Originate
from voicebot.settings import Settings
from voicebot.store import campaigns, stop_list
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.owners import owner_named
from voicebot.store.records import AttemptResult
from voicebot.store.rows import write
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Attempt, Campaign, Lead

SPEED = 60
"""So many seconds of leases and retries in one of ours."""
BEGIN = datetime(2026, 11, 23, 2, tzinfo=UTC)
ALWAYS = Window((Range(0, 24 * 60),), DAYS)
SWITCH = "switch:8021"
CONCURRENCY = 60
PLAN = f"""\
campaign: fuzz
script: any
holidays: none
window: {{ranges: [0:00-24:00], days: [{", ".join(sorted(DAYS))}], breaks: []}}
caps: [{{calls: 100, days: 1}}]
retry:
  max_attempts: 4
  ours_maximum: 5
  rules: {{BUSY: {{delay: 30s, maximum: 3}}, NO_ANSWER: {{delay: 1m, maximum: 3}}, SILENCE: {{delay: 30s, maximum: 2}}}}
lines: {{concurrency: {CONCURRENCY}, calls_per_second: 1000}}
"""
FAILURES = ("USER_BUSY", "USER_BUSY", "NO_ANSWER", "UNALLOCATED_NUMBER", "NORMAL_CIRCUIT_CONGESTION")
ATTEMPTS_A_LEAD = 1.9
"""What the dice come to; for the size of the list."""


@dataclass
class Findings:
    """What must not be. `dialled`: INVITEs in all; `killed`: what was, by kind."""

    dialled: int = 0
    faults: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)


class Clock:
    """The time of leases and retries."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        return BEGIN + timedelta(seconds=(time.monotonic() - self._began) * SPEED)


class Exchange:
    """The switch, its callees and its call server; it outlives the dialers."""

    def __init__(self, store: Store, dice: random.Random, clock: Clock, findings: Findings) -> None:
        self._store, self._dice, self._clock, self._findings = store, dice, clock, findings
        self.channels: dict[str, str] = {}
        self.connections: set[Connection] = set()
        self.stopped: dict[str, datetime] = {}

    def invite(self, attempt: Originate) -> None:
        """A call goes out; what must not be is noted."""
        number = attempt.dial.rpartition("/")[2]
        found = self._findings
        found.dialled += 1
        if number in self.channels.values():
            found.faults.append(f"{number} was called twice at once")
        if number in self.stopped and self._clock() > self.stopped[number] + CHECK_HOLDS:
            found.faults.append(f"{number} was called after its stop")
        self.channels[attempt.attempt_id] = number
        if len(self.channels) > CONCURRENCY:
            found.faults.append(f"{len(self.channels)} calls at once")

    def call(self, connection: "Connection", attempt: Originate) -> None:
        """One call from its ringing to its end."""
        key, dice = attempt.attempt_id, self._dice
        connection.tell(key, "CHANNEL_CREATE")
        gevent.sleep(dice.uniform(0.0, 0.1))
        if key not in self.channels:
            return
        if dice.random() < 0.5:
            self.over(key, dice.choice(FAILURES), connection)
            return
        connection.tell(key, "CHANNEL_PROGRESS")
        connection.tell(key, "CHANNEL_ANSWER")
        connection.done(key, f"+OK {key}")
        gevent.sleep(dice.uniform(0.0, 0.4))
        if key in self.channels:
            code = dice.choice((Code.CUSTOMER_HANGUP, Code.ROBOT_END, Code.SILENCE))
            served = dice.random() > 0.03
            self.over(key, "NORMAL_CLEARING", connection)
            if served:
                gevent.spawn(self._serve, key, code)
            else:
                self._findings.killed["call server"] += 1

    def over(self, key: str, cause: str, connection: "Connection | None" = None) -> None:
        """The channel is gone."""
        if self.channels.pop(key, None) is None or connection is None:
            return
        connection.tell(key, "CHANNEL_HANGUP_COMPLETE", ("Hangup-Cause", cause))
        connection.done(key, f"-ERR {cause}")

    def crash(self) -> None:
        """The switch dies with all its channels, and is there again at once."""
        self.channels.clear()
        for connection in tuple(self.connections):
            connection.lose()

    def _serve(self, key: str, code: Code) -> None:
        """The call server writes the result, as often as it takes."""
        while True:
            try:
                in_thread(self._write, AttemptResult(key, code, self._clock()))
                return
            except StoreError:
                gevent.sleep(0.02)

    def _write(self, record: AttemptResult) -> None:
        with self._store.writing() as connection:
            write(connection, [record])


class Connection:
    """A dialer's connection to the switch, as Placer and Orphans use it."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._jobs: dict[str, Job] = {}
        self._on_event: list[Callable[[Event], None]] = []
        self._on_lost: list[Callable[[VoicebotError], None]] = []
        self._fault: VoicebotError | None = None
        exchange.connections.add(self)

    def on_event(self, callback: Callable[[Event], None]) -> None:
        self._on_event.append(callback)

    def on_lost(self, callback: Callable[[VoicebotError], None]) -> None:
        self._on_lost.append(callback)

    def subscribe(self, *names: str) -> None:
        assert "CHANNEL_HANGUP_COMPLETE" in names

    def originate(self, attempt: Originate) -> Job:
        if self._fault is not None:
            raise self._fault
        self._exchange.invite(attempt)
        job = self._jobs[attempt.attempt_id] = Job(str(uuid.uuid4()))
        gevent.spawn(self._exchange.call, self, attempt)
        return job

    def exists(self, key: str) -> bool:
        if self._fault is not None:
            raise self._fault
        return key in self._exchange.channels

    def kill(self, key: str, cause: str) -> bool:
        known = key in self._exchange.channels
        self._exchange.over(key, cause, self)
        return known

    def tell(self, key: str, name: str, *more: tuple[str, str]) -> None:
        if self._fault is None:
            told = Event(name, Headers((("Event-Name", name), ("Unique-ID", key), *more)), "")
            for callback in self._on_event:
                callback(told)

    def done(self, key: str, body: str) -> None:
        job = self._jobs.pop(key, None)
        if job is not None:
            job.settle(body)

    def lose(self) -> None:
        """The connection breaks; the calls go on."""
        self._exchange.connections.discard(self)
        self._fault = SwitchUnreachable("the switch closed the connection")
        for job in self._jobs.values():
            job.fail(self._fault)
        self._jobs.clear()
        for callback in self._on_lost:
            callback(self._fault)


class Records:
    """A dialer's writer: what is queued dies with it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writing = gevent.pool.Group()
        self.stats = SimpleNamespace(down=False)

    def attempt_ended(self, record: AttemptResult) -> None:
        self._writing.spawn(self._keep, record)

    def die(self) -> None:
        self._writing.kill(block=False)

    def _keep(self, record: AttemptResult) -> None:
        while True:
            try:
                in_thread(self._put, record)
                return
            except StoreError:
                gevent.sleep(0.02)

    def _put(self, record: AttemptResult) -> None:
        with self._store.writing() as connection:
            write(connection, [record])


class Dialer:
    """One dialer, to be killed without a word."""

    def __init__(self, store: Store, exchange: Exchange, clock: Clock) -> None:
        settings = Settings(max_calls=CONCURRENCY, calls_per_second=1000.0, ring_timeout_s=20, max_call_s=20)
        self.connection: Any = Connection(exchange)
        self._records: Any = Records(store)
        lines = OneLine(settings)
        scope = Scope(owner_named(uuid.uuid4().hex[:8], SWITCH), CONCURRENCY, 1000.0, outer=ALWAYS)
        placer = Placer(self.connection, self._records, store, settings, ("127.0.0.1", 8084))
        search = Orphans(store, SWITCH, self.connection.exists, timedelta(hours=1), clock)
        self._runner = Runner(placer, Rounds(store, lines, scope, clock), search, lines)
        self.running = gevent.spawn(self._run)

    def _run(self) -> None:
        try:
            self._runner.run()
        except VoicebotError as error:
            logging.getLogger(__name__).info("a dialer ended: %s", error)

    def kill(self) -> None:
        """As SIGKILL would: nothing is written any more but what a thread has sent to the database already."""
        self._runner._attempts.kill(block=False)
        self._records.die()
        self.running.kill(block=False)
        self.connection.lose()


def break_at_random(store: Store, dice: random.Random, one_in: int, findings: Findings) -> Callable[[], None]:
    """Let statements fail before they are sent, and commits after they were done; returns what ends it."""
    active = True

    def fail(kind: str) -> None:
        if active and dice.randrange(one_in) == 0:
            findings.killed[kind] += 1
            raise sqlite3.OperationalError("the connection was cut")

    def before(*_: object) -> None:
        try:
            fail("database statement")
        except sqlite3.OperationalError as fault:
            raise StoreError(str(fault)) from fault

    dialect: Any = store.engine.dialect
    commit = dialect.do_commit

    def committed(connection: Any) -> None:
        commit(connection)
        try:
            fail("answer to a commit")
        except sqlite3.OperationalError as fault:
            raise StoreError(str(fault)) from fault

    event.listen(store.engine, "before_cursor_execute", before)
    dialect.do_commit = committed

    def end() -> None:
        nonlocal active
        active = False

    return end


def fill(store: Store, leads: int) -> None:
    """The campaign, running, with its leads."""
    campaigns.create(store, PLAN, "the fuzz's plan")
    rows = [LeadRow(str(n), f"+86138{n:08}", {}, "", "", False, 0.0, "", "", "", 2) for n in range(leads)]
    with store.writing() as connection:
        add_rows(connection, "fuzz", None, rows)
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, "fuzz", state)


def state_of(store: Store) -> str:
    """The campaign's."""
    with store.reading() as connection:
        return str(connection.scalar(select(Campaign.state)))


def run(store: Store, leads: int, dialers: int, seed: int, limit_s: float, one_in: int = 400) -> Findings:
    """Call the leads with so many dialers, killing as the dice say; what was found, and what is not final."""
    dice, clock, findings = random.Random(seed), Clock(), Findings()
    runner.ORPHANS_EVERY_S, runner.DOWN_S = 0.3, 0.05
    placing.RECORD_GRACE_S, placing.RECORD_POLL_S = 0.3, 0.05
    fill(store, leads)
    exchange = Exchange(store, dice, clock, findings)
    end_faults = break_at_random(store, random.Random(seed + 1), one_in, findings)
    alive = [Dialer(store, exchange, clock) for _ in range(dialers)]
    end, state = time.monotonic() + limit_s, ""
    while time.monotonic() < end and state != CampaignState.DONE:
        gevent.sleep(dice.uniform(0.2, 1.0))
        _hurt(alive, exchange, dice, findings)
        alive = [one if not one.running.ready() else Dialer(store, exchange, clock) for one in alive]
        try:
            if dice.random() < 0.3:
                _stop_somebody(store, exchange, leads, dice, clock)
            state = in_thread(state_of, store)
        except StoreError:
            continue
    end_faults()
    for one in alive:
        one.kill()
    return _judged(store, leads, findings)


def _hurt(alive: list[Dialer], exchange: Exchange, dice: random.Random, findings: Findings) -> None:
    drawn = dice.random()
    if drawn < 0.3:
        findings.killed["dialer"] += 1
        dice.choice(alive).kill()
    elif drawn < 0.45:
        findings.killed["connection to the switch"] += 1
        dice.choice(alive).connection.lose()
    elif drawn < 0.48:
        findings.killed["switch"] += 1
        exchange.crash()


def _stop_somebody(store: Store, exchange: Exchange, leads: int, dice: random.Random, clock: Clock) -> None:
    number = f"+86138{dice.randrange(leads):08}"
    in_thread(stop_list.add, store, [stop_list.Entry(number, "*", "by letter", "person", clock())])
    exchange.stopped.setdefault(number.removeprefix("+"), clock())


def _judged(store: Store, leads: int, findings: Findings) -> Findings:
    with store.reading() as connection:
        states = Counter(connection.scalars(select(Lead.state)))
        held = len(connection.scalars(select(Lead.id).where(Lead.lease_until.is_not(None))).all())
        codeless = len(connection.scalars(select(Attempt.id).where(Attempt.code.is_(None))).all())
        state = connection.scalar(select(Campaign.state))
    if set(states) - {"done", "refused"} or sum(states.values()) != leads or held:
        findings.faults.append(f"leads are {dict(states)}, {held} held, of {leads}")
    if codeless:
        findings.faults.append(f"{codeless} attempts have no result")
    if state != CampaignState.DONE:
        findings.faults.append(f"the campaign is {state}")
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=20_000)
    parser.add_argument("--dialers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", help="an empty database; without it a new SQLite file")
    parser.add_argument("--limit", type=float, default=900.0, help="seconds until it is given up")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(options.url or f"sqlite:///{directory}/fuzz.db", Path(directory))
        began = time.monotonic()
        leads = round(options.attempts / ATTEMPTS_A_LEAD)
        found = run(store, leads, options.dialers, options.seed, options.limit)
        took = time.monotonic() - began
        store.close()
    print(f"{leads} leads, {found.dialled} calls, {took:.0f} s; lost on the way: {dict(found.killed)}")
    for fault in found.faults[:20]:
        print(f"FAULT: {fault}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())

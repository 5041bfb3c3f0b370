"""Dialers, Redis and the database killed at random: `python -m tools.fuzz_dialers [--attempts 20000] [--postgres]`.

Dialers are processes of their own over one store and one Redis; they call the leads of one campaign on a switch that
is played here. Killed by dice: dialers (SIGKILL), Redis (SIGKILL, started again empty), PostgreSQL (stopped as in a
crash), connections to the switch, the switch, call servers, single statements, answers to commits. At the end every
lead is in exactly one final state, and nobody was called twice at once, over the concurrency, or after a stop.
"""

import argparse
import logging
import multiprocessing
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import gevent
from sqlalchemy import select

from tools.fuzz.clock import Clock
from tools.fuzz.dialer import Work, dial
from tools.fuzz.exchange import Exchange, Findings
from tools.servers import Postgres, Redis
from voicebot.campaign.policy.states import CampaignState, LeadState
from voicebot.campaign.policy.windows import DAYS
from voicebot.errors import StoreError
from voicebot.esl.off_hub import in_thread
from voicebot.store import campaigns, stop_list
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Attempt, Campaign, Lead

CONCURRENCY = 60
MAX_ATTEMPTS = 4
PLAN = f"""\
campaign: fuzz
script: any
holidays: none
window: {{ranges: [0:00-24:00], days: [{", ".join(sorted(DAYS))}], breaks: []}}
caps: [{{calls: 100, days: 1}}]
retry:
  max_attempts: {MAX_ATTEMPTS}
  ours_maximum: 4
  rules:
    BUSY: {{delay: 20s, maximum: 3}}
    NO_ANSWER: {{delay: 30s, maximum: 3}}
    SILENCE: {{delay: 20s, maximum: 2}}
lines: {{concurrency: {CONCURRENCY}, calls_per_second: 1000}}
"""
ATTEMPTS_A_LEAD = 1.9
"""What the dice come to; for the size of the list."""
TURN_CALLS, TURN_S = (10, 40), 10.0
"""A turn ends after some more calls, or after so long: a slow machine is hurt as often by its calls as a fast one."""
STOP_SHARE, DOWN_MOST_S = 0.3, 1.0
"""How often a number is put on the stop list, by turn; how long a killed server stays away at most."""
HURTS = (("dialer", 0.17), ("connection to the switch", 0.08), ("switch", 0.025), ("Redis", 0.06), ("database", 0.03))
"""What is killed in a turn, and how probably."""


class Server(Protocol):
    """What can be killed and started again."""

    def stop(self) -> None: ...
    def start(self) -> None: ...


@dataclass(frozen=True)
class Course:
    """How a run goes. `one_in` as in Work; `turn_calls`: calls between two hurts, at least and at most; `limit_s`: then
    it is given up."""

    leads: int
    dialers: int
    seed: int
    limit_s: float
    one_in: int = 400
    turn_calls: tuple[int, int] = TURN_CALLS
    hurts: Sequence[tuple[str, float]] = HURTS


class Dialers:
    """So many processes; whoever is dead is replaced."""

    def __init__(self, work: Work, count: int) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tools.fuzz.dialer"])
        self._work, self._count = work, count
        self._alive: list[Any] = []

    def fill_up(self) -> None:
        """Start what is missing."""
        self._alive = [one for one in self._alive if one.is_alive()]
        while len(self._alive) < self._count:
            process = self._context.Process(target=dial, args=(self._work,), daemon=True)
            process.start()
            self._alive.append(process)

    def kill(self, dice: random.Random) -> None:
        """One of them, by SIGKILL."""
        dice.choice(self._alive).kill()

    def end(self) -> None:
        """All of them."""
        for one in self._alive:
            one.kill()
        for one in self._alive:
            one.join()


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


def run(store: Store, redis: Redis, database: Server | None, directory: Path, course: Course) -> Findings:
    """Call the leads, killing as the dice say; what was found, and what is not final.

    `redis` runs; `database`: the server of the store, None for SQLite, which has none; `directory`: for the socket.
    """
    dice, findings = random.Random(course.seed), Findings()
    context = multiprocessing.get_context("forkserver")
    statements, commits = context.Value("i"), context.Value("i")
    fill(store, course.leads)
    began = time.monotonic()
    exchange = Exchange(store, dice, Clock(began), findings, CONCURRENCY)
    url = store.engine.url.render_as_string(hide_password=False)
    path = directory / "exchange.sock"
    work = Work(url, store.spill_dir.parent, redis.url, path, began, CONCURRENCY, course.one_in, statements, commits)
    dialers = Dialers(work, course.dialers)
    hurt: dict[str, Callable[[], object]] = {
        "dialer": lambda: dialers.kill(dice),
        "connection to the switch": exchange.lose_somebody,
        "switch": exchange.crash,
        "Redis": lambda: _restart(redis, dice),
    }
    if database is not None:
        hurt["database"] = lambda: _restart(database, dice)
    with exchange.serving(path):
        try:
            _go_on(store, exchange, dialers, dice, course, findings, hurt)
        finally:
            dialers.end()
    findings.killed.update({"database statement": statements.value, "answer to a commit": commits.value})
    return judged(store, course.leads, findings)


def _go_on(
    store: Store,
    exchange: Exchange,
    dialers: Dialers,
    dice: random.Random,
    course: Course,
    findings: Findings,
    hurt: dict[str, Callable[[], object]],
) -> None:
    """Until the campaign is done, or time is up."""
    end, state = time.monotonic() + course.limit_s, ""
    kinds, shares = zip(*course.hurts, strict=True)
    first = [kind for kind in kinds if kind in hurt]  # each once for sure, then by dice
    while time.monotonic() < end and state != CampaignState.DONE:
        _turn(dialers, findings, findings.dialled + dice.randint(*course.turn_calls))
        kind = first.pop() if first else dice.choices((*kinds, ""), (*shares, 1 - sum(shares)))[0]
        if kind in hurt:
            findings.killed[kind] += 1
            hurt[kind]()
        try:
            if dice.random() < STOP_SHARE:
                _stop_somebody(store, exchange, course.leads, dice)
            state = in_thread(state_of, store)
        except StoreError:
            continue  # it was killed a moment ago


def _turn(dialers: Dialers, findings: Findings, until: int) -> None:
    """Until so many calls went out; dialers that died or ended are replaced at once."""
    end = time.monotonic() + TURN_S
    while findings.dialled < until and time.monotonic() < end:
        dialers.fill_up()
        gevent.sleep(0.1)


def _restart(server: Server, dice: random.Random) -> None:
    in_thread(server.stop)
    gevent.sleep(dice.uniform(0.0, DOWN_MOST_S))
    in_thread(server.start)


def _stop_somebody(store: Store, exchange: Exchange, leads: int, dice: random.Random) -> None:
    number = f"+86138{dice.randrange(leads):08}"
    in_thread(stop_list.add, store, [stop_list.Entry(number, "*", "by letter", "person", exchange.now())])
    exchange.stopped.setdefault(number.removeprefix("+"), exchange.now())


def judged(store: Store, leads: int, findings: Findings) -> Findings:
    """The findings with what the store says at the end."""
    with store.reading() as connection:
        states = Counter(connection.scalars(select(Lead.state)))
        held = len(connection.scalars(select(Lead.id).where(Lead.lease_until.is_not(None))).all())
        over = len(connection.scalars(select(Lead.id).where(Lead.tries > MAX_ATTEMPTS)).all())
        codeless = len(connection.scalars(select(Attempt.id).where(Attempt.code.is_(None))).all())
        state = connection.scalar(select(Campaign.state))
    if set(states) - {LeadState.DONE, LeadState.REFUSED} or sum(states.values()) != leads or held:
        findings.faults.append(f"leads are {dict(states)}, {held} held, of {leads}")
    if over:
        findings.faults.append(f"{over} leads used up more than {MAX_ATTEMPTS} attempts")
    if codeless:
        findings.faults.append(f"{codeless} attempts have no result")
    if state != CampaignState.DONE:
        findings.faults.append(f"the campaign is {state}")
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=20_000)
    parser.add_argument("--dialers", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own; without it on SQLite")
    parser.add_argument("--limit", type=float, default=1_200.0, help="seconds until it is given up")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are ended too
    course = Course(round(options.attempts / ATTEMPTS_A_LEAD), options.dialers, options.seed, options.limit)
    with ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix="voicebot-fuzz-"))  # not below a closed one: PostgreSQL has a user
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        redis = Redis(directory)
        redis.start()
        stack.callback(redis.stop)
        postgres = Postgres(directory / "postgres") if options.postgres else None
        if postgres is not None:
            stack.callback(postgres.stop)
        url = postgres.new_database() if postgres is not None else f"sqlite:///{directory}/fuzz.db"
        store = open_store(url, directory / "spill")
        stack.callback(store.close)
        began = time.monotonic()
        found = run(store, redis, postgres, directory, course)
        took = time.monotonic() - began
    kind = "PostgreSQL" if options.postgres else "SQLite"
    print(f"{kind}: {course.leads} leads, {found.dialled} calls, {took:.0f} s; killed: {dict(found.killed)}")
    for fault in found.faults[:20]:
        print(f"FAULT: {fault}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())

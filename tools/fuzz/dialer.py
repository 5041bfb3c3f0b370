"""One dialer of the fuzz as a process of its own, to be killed by SIGKILL at any moment; and what breaks within it."""

import logging
import random
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import gevent
import redis
from sqlalchemy import event

from tools.fuzz.clock import SPEED, Clock
from tools.fuzz.link import Link
from voicebot.campaign import placing, runner
from voicebot.campaign.line_book import RENEW_S, LineBook
from voicebot.campaign.orphans import Orphans
from voicebot.campaign.placing import Placer
from voicebot.campaign.policy.line_choice import Gateway, Node
from voicebot.campaign.policy.windows import DAYS, Range, Window
from voicebot.campaign.rounds import Rounds, Scope
from voicebot.campaign.runner import Runner
from voicebot.errors import StoreError, VoicebotError
from voicebot.esl.off_hub import in_thread
from voicebot.settings import Settings
from voicebot.store.live import TIMEOUT_S
from voicebot.store.owners import owner_named
from voicebot.store.redis_capacity import RedisCapacity
from voicebot.store.store import Store, open_store
from voicebot.store.writer import Writer

ALWAYS = Window((Range(0, 24 * 60),), DAYS)
SWITCH = "switch:8021"
LONGEST = timedelta(hours=1)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """What a dialer needs. `exchange`: its socket; `one_in`: a database statement in so many fails, and an answer to a
    commit is lost, 0: none; `statements`, `commits`: shared counts of these."""

    url: str
    spill_dir: Path
    redis_url: str
    exchange: Path
    began: float
    concurrency: int
    one_in: int
    statements: Any
    commits: Any


def dial(work: Work) -> None:
    """Until the switch is lost, or what it needs at its start is down."""
    logging.disable(logging.CRITICAL)
    runner.ORPHANS_EVERY_S, runner.DOWN_S = 0.3, 0.1
    placing.RECORD_GRACE_S, placing.RECORD_POLL_S = 1.0, 0.1
    try:
        _dial(work)
    except VoicebotError as error:
        log.info("a dialer ended: %s", error)


def _dial(work: Work) -> None:
    clock = Clock(work.began)
    settings = Settings(max_calls=work.concurrency, calls_per_second=1000.0, ring_timeout_s=20, max_call_s=20)
    store = open_store(work.url, work.spill_dir, migrate=False)
    if work.one_in:
        break_at_random(store, work)
    link: Any = Link(work.exchange)
    client = redis.Redis.from_url(work.redis_url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    node = Node(SWITCH, work.concurrency, 1000.0)
    own = (Gateway("trunk", work.concurrency, 1000.0), "")
    lines = LineBook(store, RedisCapacity(client, clock.seconds), node, own, clock)
    gevent.spawn(_renew, lines)
    scope = Scope(owner_named(uuid.uuid4().hex[:8], SWITCH), work.concurrency, 1000.0, outer=ALWAYS)
    placer = Placer(link, Writer(store), store, settings, ("127.0.0.1", 8084))
    search = Orphans(store, SWITCH, link, LONGEST, clock)
    Runner(placer, Rounds(store, lines, scope, clock), search, lines).run()


def _renew(lines: LineBook) -> None:
    while True:
        gevent.sleep(RENEW_S / SPEED)
        try:
            in_thread(lines.renew)
        except VoicebotError as error:
            log.info("live calls are not counted anew: %s", error)


def break_at_random(store: Store, work: Work) -> None:
    """Let statements fail before they are sent, and answers to commits be lost after they were done."""
    dice = random.Random()

    def fail(count: Any) -> None:
        if dice.randrange(work.one_in) == 0:
            with count.get_lock():
                count.value += 1
            raise StoreError("the connection was cut") from sqlite3.OperationalError("cut by the fuzz")

    dialect: Any = store.engine.dialect
    commit: Callable[[Any], None] = dialect.do_commit

    def committed(connection: Any) -> None:
        commit(connection)
        fail(work.commits)

    event.listen(store.engine, "before_cursor_execute", lambda *_: fail(work.statements))
    dialect.do_commit = committed

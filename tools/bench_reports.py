"""How long reports take: `python -m tools.bench_reports [--attempts N] [URL ...]`; alone SQLite and a PostgreSQL.

A history is made where there is none (tools/make_history.py). Then: counting all days, counting one changed day, each
report of the catalogue, whole and narrowed by each of the filters, what is asked in other ways (two runs compared,
arms, attempts one by one, calls drawn for QA), the page, and how many calls a second are written. Clock and processor
seconds: on a busy machine only the second say what the work costs. The whole size is a million attempts:
`--attempts 1000000`.
"""

import argparse
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from tools.made_up_world import SHARED
from tools.make_history import CAMPAIGNS, LAST_DAY, make
from tools.processor_time import ProcessorTime
from voicebot.app.opinions import second_opinion
from voicebot.campaign.policy.codes import Code
from voicebot.qa.asked import Asked, Goal
from voicebot.qa.draw import draw
from voicebot.reports.arms import arm_report
from voicebot.reports.behind import Which, behind
from voicebot.reports.catalogue import REPORTS
from voicebot.reports.compare import compare
from voicebot.reports.only import Only
from voicebot.reports.page import render_page
from voicebot.reports.sums.reading import KINDS
from voicebot.reports.sums.refresh import forget, refresh
from voicebot.settings import load
from voicebot.store.records import AttemptResult, AttemptStarted, CallResult, Record, TurnRecord, VisitRecord
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Attempt, ScriptVersion, Turn
from voicebot.store.writer import Writer

ATTEMPTS, DAYS = 20_000, 90
ROUNDS = 3
WRITTEN = 2_000
"""Calls that are written to see how fast that goes."""
SAMPLE = 200
"""Calls that are drawn for QA."""
GOALS = tuple(goal for goal in Goal if goal is not Goal.NOT_UNDERSTOOD)
"""What is drawn for; in every made-up talk something is understood."""
PAGE = "page"
SELECTIONS = {
    "all": Only(),
    "campaign, month": Only("spring", since=LAST_DAY - timedelta(days=30)),
    "script": Only(script="wecom_invite"),
    "source": Only(segment=(("source", "天猫"),)),
    "level, persona": Only(segment=(("level", "gold"), ("persona", "student"))),
}
"""A third and a twelfth of the leads; nothing of a segment is kept, so each question is the first."""
LIMITS_S = {"postgresql": 1.0, "sqlite": 2.0}


class Took(NamedTuple):
    """By the clock, and of the processor; s."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.processor:.2f} s of processor)"


def took(processor: ProcessorTime, work: Any, *arguments: Any) -> Took:
    """How long it takes."""
    began, worked = time.perf_counter(), processor.read()
    work(*arguments)
    return Took(time.perf_counter() - began, processor.read() - worked)


def count(store: Store, only: Only) -> None:
    """Everything that is not counted yet."""
    for kind in KINDS:
        refresh(store, kind, only)


def counting(store: Store, processor: ProcessorTime) -> None:
    """All days anew, then one of them."""
    forget(store)
    print(f"counting all days: {took(processor, count, store, Only())}", flush=True)
    with store.writing() as connection:
        some = connection.scalar(select(Attempt.id).order_by(Attempt.started_at.desc()).limit(1))
        connection.execute(update(Attempt).where(Attempt.id == some).values(gateway="north"))
    print(f"one changed day: {took(processor, count, store, Only())}", flush=True)


def reports(store: Store, processor: ProcessorTime) -> bool:
    """Print the time of each; whether all were within the limit."""
    limit, slow = LIMITS_S[store.engine.dialect.name], []
    print(f"{'report':12}" + "".join(f"{name:>18}" for name in SELECTIONS) + "   clock, processor ms")
    for report in REPORTS:
        cells = []
        for name, only in SELECTIONS.items():
            report.read(store, only)  # once before: what has to be counted is counted
            each = sorted(took(processor, report.read, store, only) for _ in range(ROUNDS))
            median = each[ROUNDS // 2]
            cells.append(_cell(median))
            slow += [f"{report.name}, {name}"] * (median.clock > limit)
        print(f"{report.name:12}" + "".join(cells), flush=True)
    print(f"limit {limit:g} s: " + (f"missed by {'; '.join(slow)}" if slow else "kept by all"))
    return not slow


def questions(store: Store, processor: ProcessorTime, directory: Path) -> bool:
    """What is asked in other ways than reports of the catalogue; whether all but the page, which is many reports, were
    within the limit."""
    limit, slow = LIMITS_S[store.engine.dialect.name], []
    (one, *others), second = CAMPAIGNS, second_opinion(load(data_dir=directory))
    asked: dict[str, Callable[[], Any]] = {
        f"compare {one} {name}{', shared' * (name in SHARED)}": partial(compare, store, one, name) for name in others
    }
    asked[f"arms {one}"] = partial(arm_report, store, one)
    asked["calls, the latest 50"] = partial(behind, store, Only(), Which(), 50)
    asked["calls, hung up in opening"] = partial(behind, store, Only(one), Which(hung_up_at="opening"), 50)
    for goal in GOALS:
        wanted = Asked(goal, SAMPLE, 1, datetime.now(UTC), strata=("script", "version"))
        asked[f"qa sample {goal}"] = partial(draw, store, wanted, second)
    asked[PAGE] = partial(render_page, store, Only(), "all", datetime.now(UTC))
    for name, ask in asked.items():
        print(f"{name:30}", end="", flush=True)
        first = took(processor, ask)
        median = sorted(took(processor, ask) for _ in range(ROUNDS))[ROUNDS // 2]
        print(f"{_cell(median)}   clock, processor ms; the first time {first}", flush=True)
        slow += [name] * (median.clock > limit and name != PAGE)
    print(f"limit {limit:g} s: " + (f"missed by {'; '.join(slow)}" if slow else "kept by all"))
    return not slow


def _cell(each: Took) -> str:
    return f"{each.clock * 1000:10.0f}{each.processor * 1000:8.0f}"


def writing(store: Store, processor: ProcessorTime) -> None:
    """Calls a second through the writer, with the notes about changed days; four visits and six turns each."""
    with store.reading() as connection:
        version = connection.scalar(select(func.min(ScriptVersion.id))) or 1
        began = connection.scalar(select(func.max(Attempt.started_at)))
    assert began is not None
    batches: list[list[Record]] = []

    def write() -> None:
        writer = Writer(store)
        for batch in batches:
            for record in batch:
                writer.put(record)
        writer.close(600)

    for _ in range(ROUNDS):
        batches = [_call(n, version, began + timedelta(seconds=n)) for n in range(WRITTEN)]
        each = took(processor, write)
        print(f"writing {WRITTEN / each.clock:.0f} calls/s ({WRITTEN} calls in {each})", flush=True)


def _call(n: int, version: int, at: Any) -> list[Record]:
    key = str(uuid.uuid4())
    visits = tuple(VisitRecord(i, f"node-{i}", "opening", i * 9_000, i * 9_000 + 9_000, "answer:yes") for i in range(4))
    turn = TurnRecord(0, "node-0", 1_000, 2_000, "可以", intent="agree", choice="yes", latency_ms=600)
    turns = tuple(replace(turn, seq=i) for i in range(6))
    campaign = tuple(CAMPAIGNS)[n % len(CAMPAIGNS)]
    talk = CallResult(
        key, version, Code.ROBOT_END, "robot", "node-3", 36_000, "A", "agreed", visits=visits, turns=turns
    )
    return [
        AttemptStarted(key, campaign, None, f"+86139{n:08}", "north", at),
        talk,
        AttemptResult(key, Code.ROBOT_END, at + timedelta(seconds=60), at, at, "robot"),
    ]


def bench(url: str, directory: Path, attempts: int) -> bool:
    """All figures of one database; whether the reports kept their limit."""
    store = open_store(url, directory)
    with store.reading() as connection:
        empty = connection.scalar(select(Attempt.id).limit(1)) is None
    if empty:
        print(f"history made in {took(ProcessorTime(store), make, store, attempts, DAYS)}")
    with store.reading() as connection:
        counts = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (Attempt, Turn)]
    print(f"\n{store.engine.dialect.name}: {counts[0]:,} attempts, {counts[1]:,} turns")
    processor = ProcessorTime(store)
    counting(store, processor)
    kept = reports(store, processor)
    kept = questions(store, processor, directory) and kept
    writing(store, processor)
    store.close()
    return kept


def main(arguments: Sequence[str]) -> int:
    """Print the figures of each database; 1 when a report was too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", nargs="*")
    parser.add_argument("--attempts", type=int, default=ATTEMPTS)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as directory:
        urls = asked.urls
        if not urls:
            import pgserver  # only where no database is named

            server = pgserver.get_server(Path(directory) / "pg", cleanup_mode="stop")
            urls = [f"sqlite:///{directory}/bench.db", server.get_uri()]
        kept = [bench(url, Path(directory), asked.attempts) for url in urls]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

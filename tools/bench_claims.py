"""How fast dialers get their leads: `python -m tools.bench_claims [URL ...]`; without a URL SQLite and a PostgreSQL.

Each claim is a transaction with every check: state, hours, stop list, complaints, consent, frequency. The list has
200,000 leads, the stop list 50,000 numbers, and the past 100,000 attempts.
"""

import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from voicebot.campaign.policy.states import CampaignState
from voicebot.store import campaigns, stop_list
from voicebot.store.claims import claim
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Attempt

LEADS, STOPPED, PAST = 200_000, 50_000, 100_000
BATCH, SECONDS, ROUNDS = 100, 4.0, 3
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def fill(store: Store) -> None:
    """A campaign that runs, and a past."""
    dice = random.Random(1)
    plan, _ = campaigns.create(store, "campaign: bench\nscript: wecom_invite\nlines: {concurrency: 10000}\n", "bench")
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, plan.name, state)
    for begin in range(0, LEADS, 20_000):
        rows = [
            LeadRow(str(n), f"+86138{n:08}", {}, "", "", False, dice.random(), "", "", "", 2)
            for n in range(begin, begin + 20_000)
        ]
        with store.writing() as connection:
            add_rows(connection, plan.name, None, rows)
    numbers = [f"+86138{dice.randrange(10**8):08}" for _ in range(STOPPED)]
    stop_list.add(store, [Entry(number, "*", "import", "import", NOW) for number in dict.fromkeys(numbers)])
    with store.writing() as connection:
        for _ in range(PAST // 10_000):
            connection.execute(
                insert(Attempt),
                [
                    {
                        "id": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
                        "number": f"+86138{dice.randrange(10**8):08}",
                        "started_at": NOW - timedelta(hours=dice.uniform(1, 900)),
                        "code": "BUSY",
                    }
                    for _ in range(10_000)
                ],
            )


def rate(store: Store, dialers: int) -> float:
    """Leads claimed a second by so many dialers at once."""
    plan = campaigns.plan_of(store, "bench")
    got = [0] * dialers
    end = time.monotonic() + SECONDS

    def work(n: int) -> None:
        while time.monotonic() < end:
            got[n] += len(claim(store, plan, f"dialer-{n}", BATCH, NOW).leads)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(dialers)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(got) / (time.monotonic() - began)


def main(urls: list[str]) -> None:
    """Print the table."""
    print(f"{LEADS:,} leads, claims of {BATCH}, {ROUNDS} rounds of {SECONDS:.0f} s: leads a second, median (range)")
    with tempfile.TemporaryDirectory() as directory:
        if not urls:
            import pgserver  # only where no database is named

            server = pgserver.get_server(Path(directory) / "pg", cleanup_mode="stop")
            urls = [f"sqlite:///{directory}/bench.db", server.get_uri()]
        for url in urls:
            store = open_store(url, Path(directory))
            fill(store)
            for dialers in (1, 2):
                found = [rate(store, dialers) for _ in range(ROUNDS)]
                kind = store.engine.dialect.name
                print(
                    f"{kind:11} {dialers} dialers  {statistics.median(found):7.0f} ({min(found):.0f}-{max(found):.0f})"
                )
            store.close()


if __name__ == "__main__":
    main(sys.argv[1:])

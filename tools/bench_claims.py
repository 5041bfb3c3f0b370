"""How fast dialers get their leads: `python -m tools.bench_claims [URL ...]`; without a URL SQLite and a PostgreSQL.

Each claim is a transaction with every check: state, hours, stop list, complaints, consent, frequency. The list has
200,000 leads, the stop list 50,000 numbers (10,000 of them of leads), the past 100,000 attempts. A round ends when
nearly all calls that the campaign may have at once are claimed; then its leads wait again, as they were.
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

from sqlalchemy import delete, insert, update

from voicebot.campaign.policy.states import CampaignState, LeadState
from voicebot.store import campaigns, stop_list
from voicebot.store.claims import claim
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Attempt, Lead

LEADS, STOPPED, STOPPED_LEADS, PAST = 200_000, 50_000, 10_000, 100_000
BATCH, ROUNDS, CONCURRENCY = 100, 5, 10_000
PLAN = f"campaign: bench\nscript: wecom_invite\nlines: {{concurrency: {CONCURRENCY}}}\n"
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def fill(store: Store) -> None:
    """A campaign that runs, and a past."""
    dice = random.Random(1)
    plan, _ = campaigns.create(store, PLAN, "bench")
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, plan.name, state)
    for begin in range(0, LEADS, 20_000):
        rows = [
            LeadRow(str(n), f"+86138{n:08}", {}, "", "", False, dice.random(), "", "", "", 2)
            for n in range(begin, begin + 20_000)
        ]
        with store.writing() as connection:
            add_rows(connection, plan.name, None, rows)
    numbers = [f"+86138{dice.randrange(LEADS if n < STOPPED_LEADS else 10**8):08}" for n in range(STOPPED)]
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


def rate(store: Store, dialers: int) -> tuple[float, float]:
    """Leads claimed a second by so many dialers at once, and the seconds of this program's processor for a thousand."""
    plan = campaigns.plan_of(store, "bench")
    got = [0] * dialers

    def work(n: int) -> None:
        while sum(got) + dialers * BATCH <= CONCURRENCY:
            got[n] += len(claim(store, plan, f"dialer-{n}", BATCH, NOW).leads)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(dialers)]
    began, spent = time.monotonic(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, processor = time.monotonic() - began, time.process_time() - spent
    return sum(got) / took, processor / sum(got) * 1000


def give_back(store: Store) -> None:
    """All leads wait as before, and the attempts of the round are gone."""
    with store.writing() as connection:
        touched = Lead.state.in_((LeadState.CLAIMED, LeadState.REFUSED))
        idle = {"state": LeadState.WAITING, "attempt_id": None, "lease_owner": None, "lease_until": None, "attempts": 0}
        connection.execute(update(Lead).where(touched).values(idle | {"code": None, "why": ""}))
        connection.execute(delete(Attempt).where(Attempt.lead_id.is_not(None)))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if store.engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def main(urls: list[str]) -> None:
    """Print the table."""
    print(f"{LEADS:,} leads, claims of {BATCH}, {ROUNDS} rounds of {CONCURRENCY:,}: leads a second, median (range)")
    with tempfile.TemporaryDirectory() as directory:
        if not urls:
            import pgserver  # only where no database is named

            server = pgserver.get_server(Path(directory) / "pg", cleanup_mode="stop")
            urls = [f"sqlite:///{directory}/bench.db", server.get_uri()]
        for url in urls:
            store = open_store(url, Path(directory))
            fill(store)
            for dialers in (1, 2, 4):
                found = []
                for _ in range(ROUNDS):
                    give_back(store)
                    found.append(rate(store, dialers))
                rates, costs = zip(*found, strict=True)
                print(
                    f"{store.engine.dialect.name:11} {dialers} dialers  {statistics.median(rates):7.0f}"
                    f" ({min(rates):.0f}-{max(rates):.0f}), {statistics.median(costs):.2f} s of processor a thousand"
                )
            store.close()


if __name__ == "__main__":
    main(sys.argv[1:])

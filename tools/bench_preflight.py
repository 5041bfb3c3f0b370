"""How long a preflight counts a big list: `python -m tools.bench_preflight [URL ...]`; without a URL SQLite.

The list of bench_claims, five times as long: 1,000,000 leads, 50,000 numbers stopped, 100,000 calls of late.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tools.bench_claims import LEADS, NOW, fill
from voicebot.campaign.why import why
from voicebot.store import campaigns
from voicebot.store.dialable import dialable
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.progress import progress
from voicebot.store.store import Store, open_store

MILLION = 1_000_000


def more_leads(store: Store) -> None:
    """Up to a million."""
    for begin in range(LEADS, MILLION, 20_000):
        rows = [
            LeadRow(str(n), f"+86138{n:08}", {}, "", "", False, 0.0, "", "", "", 2)
            for n in range(begin, begin + 20_000)
        ]
        with store.writing() as connection:
            add_rows(connection, "bench", None, rows)


def measure(store: Store) -> None:
    """One line a question."""
    plan = campaigns.plan_of(store, "bench")
    now = datetime.now(UTC)
    questions = {
        "preflight, leads counted": lambda: dialable(store, plan, NOW),
        "status": lambda: progress(store, "bench", now, now),
        "why": lambda: why(store, plan, str(MILLION // 2), None, NOW),
    }
    for name, ask in questions.items():
        began = time.monotonic()
        answer = ask()
        print(f"{name:28} {time.monotonic() - began:6.2f} s  {str(answer)[:90]}")


def main() -> None:
    """Every database in turn."""
    with tempfile.TemporaryDirectory() as directory:
        for url in sys.argv[1:] or [f"sqlite:///{directory}/bench.db"]:
            store = open_store(url, Path(directory))
            fill(store)
            more_leads(store)
            print(store.name)
            measure(store)
            store.close()


if __name__ == "__main__":
    main()

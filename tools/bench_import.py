"""How long a list of leads takes and how much memory: `python -m tools.bench_import [ROWS]`, a million without.

A CSV of random Chinese mobile numbers, a stop list of 50,000, an empty campaign on SQLite; the import runs in a process
of its own, so that its peak is its own.
"""

import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from voicebot.campaign.importing import ImportRequest, import_list
from voicebot.store import campaigns, stop_list
from voicebot.store.stop_list import Entry
from voicebot.store.store import open_store

STOPPED = 50_000
PREFIXES = ("135", "136", "138", "139", "150", "151", "158", "177", "186", "187")


def write_list(path: Path, rows: int) -> None:
    """The list; about one row in a hundred is faulty."""
    dice = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["手机号", "姓", "来源", "评分"])
        for _ in range(rows):
            number = f"{dice.choice(PREFIXES)}{dice.randrange(10**8):08}"
            faulty = dice.random() < 0.01
            writer.writerow(
                [number[:9] if faulty else number, dice.choice("王李张刘"), "官网", round(dice.random(), 3)]
            )


def load(directory: Path) -> None:
    """The measured process: prints seconds, processor seconds, megabytes and what came of it."""
    store = open_store(f"sqlite:///{directory / 'bench.db'}", directory)
    plan = campaigns.plan_of(store, "bench")
    began, spent = time.perf_counter(), time.process_time()
    request = ImportRequest(directory / "list.csv", needed={"surname": True}, errors=directory / "errors.csv")
    report = import_list(store, plan, request, datetime.now(UTC))
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    faults, refused = sum(report.faults.values()), sum(report.refused.values())
    print(
        f"{report.rows:,} rows in {seconds:.1f} s ({processor:.1f} s of processor), peak {peak:.0f} MB:"
        f" {report.loaded:,} leads, {refused:,} of them refused, {faults:,} faults"
    )


def main(rows: int) -> None:
    """Make list and database, then measure."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_list(directory / "list.csv", rows)
        store = open_store(f"sqlite:///{directory / 'bench.db'}", directory)
        campaigns.create(store, "campaign: bench\nscript: wecom_invite\n", "bench")
        dice = random.Random(2)
        numbers = {f"+86138{dice.randrange(10**8):08}" for _ in range(STOPPED)}
        stop_list.add(store, [Entry(number, "*", "import", "import", datetime.now(UTC)) for number in sorted(numbers)])
        store.close()
        subprocess.run([sys.executable, "-m", "tools.bench_import", "--in", name], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--in"]:
        load(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

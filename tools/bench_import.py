"""How long a list of leads takes and how much memory: `python -m tools.bench_import [ROWS] [--xlsx] [--postgres]`.

A million rows without ROWS: random Chinese mobile numbers as CSV, a stop list of 50,000, an empty campaign on SQLite,
or on a PostgreSQL of its own. The import runs in a process of its own, so that its peak is its own.
"""

import argparse
import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import openpyxl

from tools.servers import Postgres
from voicebot.campaign.importing import ImportRequest, import_list
from voicebot.store import campaigns, stop_list
from voicebot.store.stop_list import Entry
from voicebot.store.store import open_store

STOPPED = 50_000
PREFIXES = ("135", "136", "138", "139", "150", "151", "158", "177", "186", "187")


HEADINGS = ("手机号", "姓", "来源", "评分")


def drawn(rows: int) -> Iterator[tuple[str, str, str, str]]:
    """The list; about one row in a hundred is faulty."""
    dice = random.Random(1)
    for _ in range(rows):
        number = f"{dice.choice(PREFIXES)}{dice.randrange(10**8):08}"
        faulty = dice.random() < 0.01
        yield number[:9] if faulty else number, dice.choice("王李张刘"), "官网", str(round(dice.random(), 3))


def write_list(path: Path, rows: int) -> None:
    """The list as the name of `path` says, CSV or XLSX."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in chain([HEADINGS], drawn(rows)):
            sheet.append(row)
        book.save(path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(drawn(rows))


def load(path: Path, url: str) -> None:
    """The measured process: prints seconds, processor seconds, megabytes and what came of it."""
    store = open_store(url, path.parent)
    plan = campaigns.plan_of(store, "bench")
    began, spent = time.perf_counter(), time.process_time()
    request = ImportRequest(path, needed={"surname": True}, errors=path.parent / "errors.csv")
    report = import_list(store, plan, request, datetime.now(UTC))
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    faults, refused = sum(report.faults.values()), sum(report.refused.values())
    kind = f"{store.engine.dialect.name}, {path.suffix[1:]}"
    print(
        f"{kind}: {report.rows:,} rows in {seconds:.1f} s ({processor:.1f} s of processor), peak {peak:.0f} MB:"
        f" {report.loaded:,} leads, {refused:,} of them refused, {faults:,} faults"
    )


def main(rows: int, suffix: str, postgres: bool) -> None:
    """Make list and database, then measure."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
        url = f"sqlite:///{directory / 'bench.db'}"
        if postgres:
            # Not below a directory that is ours alone: the server has a user of its own.
            there = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="voicebot-bench-")))
            server = Postgres(there)
            stack.callback(server.stop)
            url = server.new_database()
        path = directory / f"list.{suffix}"
        write_list(path, rows)
        store = open_store(url, directory)
        campaigns.create(store, "campaign: bench\nscript: wecom_invite\n", "bench")
        dice = random.Random(2)
        numbers = {f"+86138{dice.randrange(10**8):08}" for _ in range(STOPPED)}
        stop_list.add(store, [Entry(number, "*", "import", "import", datetime.now(UTC)) for number in sorted(numbers)])
        store.close()
        subprocess.run([sys.executable, "-m", "tools.bench_import", "--in", str(path), "--url", url], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--xlsx", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--in", dest="path", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.path is not None:
        load(asked.path, asked.url)
    else:
        main(asked.rows, "xlsx" if asked.xlsx else "csv", asked.postgres)

"""What the dialog costs: one step of the engine, one match, one record in the store. Medians and p95 over many runs.

The baseline of each run is the same: encoding the state as JSON, which a reader can time on a machine of his own.
"""

import json
import tempfile
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import click
import msgspec
from rich.console import Console
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.app.scripts import script_path
from voicebot.dialog import engine, events
from voicebot.dialog.load_slots import SLOT_TYPES
from voicebot.dialog.loader import load_script
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.store.records import AttemptStarted
from voicebot.store.store import open_store
from voicebot.store.writer import Writer
from voicebot.understanding.match import match
from voicebot.understanding.types import Choice, Expectation, Slot

RUNS = 2000
RECORDS = 5000
SAID = (
    "下周三下午三点半吧",
    "一百二",
    "幺三八零零幺三八零零零",
    "next tuesday at four",
    "我考虑一下",
    "不是三号是五号",
)
"""Said where values of every type are expected at once."""
NOW = datetime(2026, 11, 25, 10)
TEXTS = ("可以", "我考虑一下", "你们怎么有我的号码", "不感兴趣别再打了", "下午三点以后再打给我吧", "嗯")


def timed(work: Callable[[int], object]) -> list[float]:
    """Microseconds of each run, sorted."""
    spans = []
    for run in range(RUNS):
        began = perf_counter()
        work(run)
        spans.append((perf_counter() - began) * 1e6)
    return sorted(spans)


def written() -> float:
    """Records a second through the writer into SQLite, until they are committed."""
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/bench.db", Path(directory))
        writer = Writer(store)
        began = perf_counter()
        for _ in range(RECORDS):
            writer.attempt_started(
                AttemptStarted(str(uuid.uuid4()), None, None, "+8619900000000", "bench", datetime.now(UTC))
            )
        writer.flush(60)
        rate = RECORDS / (perf_counter() - began)
        writer.close()
        store.close()
    return rate


@click.command()
@click.option("--json", "as_json", is_flag=True)
def main(as_json: bool) -> None:
    """Print the figures."""
    settings = settings_list.load()
    script = load_script(script_path(settings, "wecom_invite"))
    classifier = installed_classifier(settings)
    chat = Rehearsal(script, {need.name: need.example for need in script.needs.values()}, classifier)
    chat.pick_up()
    chat.finish()
    state, expected = chat.state, engine.expectation(script, chat.state)
    heard = match("可以", expected, classifier)
    event = events.Heard(9000, "可以", heard, 8000, 8400)
    typed = Expectation((*(Choice(kind, slots=(Slot(kind, kind),)) for kind in SLOT_TYPES), *expected.choices), NOW)
    spans = {
        "state as JSON (baseline)": timed(lambda _: json.dumps(msgspec.to_builtins(state))),
        "engine step, an answer": timed(lambda _: engine.step(script, state, event)),
        "match, keywords then classifier": timed(lambda run: match(TEXTS[run % len(TEXTS)], expected, classifier)),
        "match, typed slots and classifier": timed(lambda run: match(SAID[run % len(SAID)], typed, classifier)),
        "classifier alone": timed(lambda run: classifier.parse(TEXTS[run % len(TEXTS)])),
    }
    base = spans["state as JSON (baseline)"][RUNS // 2]
    rows = {
        name: {
            "p50_us": round(each[RUNS // 2], 1),
            "p95_us": round(each[RUNS * 95 // 100], 1),
            "of_baseline": round(each[RUNS // 2] / base, 2),
        }
        for name, each in spans.items()
    }
    rate = written()
    if as_json:
        click.echo(json.dumps({"runs": RUNS, "spans": rows, "records_per_s": round(rate)}, ensure_ascii=False))
        return
    table = Table("what", "p50 µs", "p95 µs", "of baseline", title=f"{RUNS} runs each")
    for name, row in rows.items():
        table.add_row(name, str(row["p50_us"]), str(row["p95_us"]), str(row["of_baseline"]))
    Console().print(table)
    click.echo(f"store: {rate:.0f} records a second through the writer into SQLite")


if __name__ == "__main__":
    main()

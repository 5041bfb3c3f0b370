"""What it costs to put recorded calls through another version of a script: from the store to the result, on one core.

The calls are simulated talks by a shipped script, kept in SQLite as the call server keeps them. CPU time of one thread.
"""

import json
import tempfile
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import click
from rich.console import Console
from rich.table import Table

from tools.recorded_talks import recorded
from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.app.replays import replayed_calls
from voicebot.app.scripts import register, script_path
from voicebot.call.brief import StoredScript
from voicebot.campaign.policy.codes import Code
from voicebot.dialog import engine
from voicebot.dialog.bundle import PartsBeside
from voicebot.dialog.grading import grade
from voicebot.dialog.journal import to_dict
from voicebot.dialog.loader import load_text
from voicebot.store.recorded import Wanted
from voicebot.store.records import AttemptResult, AttemptStarted, CallResult, EventRecord, Record
from voicebot.store.rows import write
from voicebot.store.store import NewLead, Store, open_store
from voicebot.understanding.types import Classifier

CALLS = 2000
REPEATS = 3
SCRIPT = "wecom_invite"
CHANGES = {
    "nothing that a call can tell": ("version: 1", "version: 2"),
    "the wording of one node": ("老客户加我们的企业微信", "老朋友加我们的企业微信"),
    "an answer of one node": (
        "{id: more, intent: what_benefit, keywords: [",
        "{id: more, intent: what_benefit, keywords: [我考虑一下, ",
    ),
    "every node": ("no_input_ms: 5000", "no_input_ms: 4000"),
}
"""What is measured, and the change of the text that makes it: the last is the worst case, nothing is alike."""


def record(
    store: Store, stored: StoredScript, values: dict[str, str], classifier: Classifier | None, calls: int = CALLS
) -> int:
    """Keep so many talks in the campaign `bench`; how many events they have."""
    script = stored.script
    store.add_campaign("bench", "bench", simulated=True)
    leads = store.add_leads("bench", [NewLead(str(n), f"+8613800{n:06}", values) for n in range(calls)])
    records: list[Record] = []
    now = datetime.now(UTC)
    for number, lead in enumerate(leads):
        key = str(uuid.UUID(int=number, version=4))
        happened = recorded(script, values, classifier, number)
        state = engine.replay(script, engine.start(script, values), happened)
        verdict, ending = grade(script, state), Code(state.ending.code if state.ending else "ROBOT_FAULT")
        records += (
            AttemptStarted(key, "bench", lead, "+8613800000000", "bench", now),
            *(EventRecord(key, seq, to_dict(event)) for seq, event in enumerate(happened)),
            CallResult(key, stored.version_id, ending, "robot", state.node, 1000, verdict.letter, verdict.rule),
            AttemptResult(key, ending, now, answered_at=now),
        )
    with store.writing() as connection:
        write(connection, records)
    return sum(isinstance(one, EventRecord) for one in records)


def measured() -> dict[str, float]:
    """Calls a second on one core by what was changed, and what kind of calls they are."""
    settings = settings_list.load()
    classifier = installed_classifier(settings)
    path = script_path(settings, SCRIPT)
    text = path.read_text(encoding="utf-8")
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/bench.db", Path(directory))
        stored = register(store, path)
        values = {need.name: need.example or "某" for need in stored.script.needs.values()}
        figures["events a call"] = record(store, stored, values, classifier) / CALLS
        for name, (old, new) in CHANGES.items():
            if old not in text:
                raise click.ClickException(f"{path} has no {old!r} any more; change CHANGES of this file")
            version = load_text(text.replace(old, new), path.name, PartsBeside(path.parent))
            spans, found = [], Counter[str]()
            for _ in range(REPEATS):
                began = process_time()
                calls = list(replayed_calls(store, version, Wanted(SCRIPT), classifier, settings.min_confidence))
                spans.append(process_time() - began)
                found = Counter(call.result.level for call in calls if call.result)
            figures[f"{name}: calls/s"] = CALLS / min(spans)
            figures[f"{name}: calls with a difference"] = CALLS - found["same"]
        store.close()
    return figures


@click.command()
@click.option("--json", "as_json", is_flag=True)
def main(as_json: bool) -> None:
    """Print the figures."""
    figures = measured()
    if as_json:
        click.echo(json.dumps({name: round(value, 1) for name, value in figures.items()}, ensure_ascii=False))
        return
    table = Table("changed", "measured", title=f"{CALLS} recorded calls of {SCRIPT}")
    for name, value in figures.items():
        table.add_row(name, f"{value:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()

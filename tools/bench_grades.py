"""What grading past calls anew costs: the talks of the shipped conversation tests, recorded again and again in SQLite.

The whole way: reading the events, folding them into the talk, the rules, writing the new grades. CPU time, one thread.
"""

import json
import tempfile
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import click

from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.app.conversations import find_conversations
from voicebot.app.grades import grade_again
from voicebot.app.scripts import register
from voicebot.campaign.policy.codes import Code
from voicebot.dialog import events
from voicebot.dialog.conversation import Conversation
from voicebot.dialog.conversation_run import hold
from voicebot.dialog.grading import grade
from voicebot.dialog.journal import to_dict
from voicebot.dialog.loader import load_script
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.script import Script
from voicebot.store.ingest import put
from voicebot.store.recorded import Wanted
from voicebot.store.records import AttemptStarted, CallResult, EventRecord, Record
from voicebot.store.store import NewLead, Store, open_store
from voicebot.understanding.types import Classifier

CALLS = 2_000
BATCH = 5_000
"""Records that are written at once."""


class _Kept(Rehearsal):
    """A talk that keeps its events as a call does."""

    def pick_up(self) -> None:
        self.events: list[events.Event] = []
        super().pick_up()

    def _step(self, event: events.Event) -> None:
        self.events.append(event)
        super()._step(event)


def _held() -> list[tuple[Path, _Kept]]:
    """One talk for each of the shipped conversations, with its script's file."""
    settings = settings_list.load()
    classifier = installed_classifier(settings)
    talks: list[tuple[Path, _Kept]] = []
    found, _ = find_conversations(settings, ())
    for one in found:
        for _, file in one.files:
            for conversation in file.conversations:
                talks.append((one.path, _talk(one.script, conversation, classifier)))
    return talks


def _talk(script: Script, conversation: Conversation, classifier: Classifier) -> _Kept:
    kept: list[_Kept] = []

    def begin(variables: Mapping[str, str], local: str) -> Rehearsal:
        kept.append(_Kept(script, variables, classifier, local))
        return kept[0]

    hold(script, conversation, begin)
    if not kept[0].over:
        kept[0].hang_up()
    return kept[0]


def _fill(store: Store, calls: int) -> int:
    """Record so many calls; the number of their events."""
    store.add_campaign("bench", "bench", simulated=True)
    held, records = _held(), list[Record]()
    scripts = {path: load_script(path) for path, _ in held}
    versions = {path: register(store, path).version_id for path in scripts}
    leads = store.add_leads(
        "bench", [NewLead(str(n), "+8613800001234", dict(t.state.values)) for n, (_, t) in enumerate(held)]
    )
    for number in range(calls):
        path, talk = held[number % len(held)]
        key, verdict, ending = (
            str(uuid.UUID(int=number, version=4)),
            grade(scripts[path], talk.state),
            talk.state.ending,
        )
        assert ending is not None
        records.append(
            AttemptStarted(key, "bench", leads[number % len(held)], "+8613800001234", "demo", datetime.now(UTC))
        )
        records += [EventRecord(key, seq, to_dict(event)) for seq, event in enumerate(talk.events)]
        result = CallResult(
            key,
            versions[path],
            Code(ending.code),
            ending.by or "robot",
            ending.node,
            ending.at,
            verdict.letter,
            verdict.rule,
        )
        records.append(result)
    for at in range(0, len(records), BATCH):
        assert put(store.engine, records[at : at + BATCH]) == ()
    return sum(isinstance(record, EventRecord) for record in records)


@click.command()
@click.option("--calls", default=CALLS, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def main(calls: int, as_json: bool) -> None:
    """Print calls per second of `voicebot grade again`."""
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/bench.db", Path(directory))
        kept = _fill(store, calls)
        began = process_time()
        again = [*grade_again(store, settings_list.load(), Wanted(campaign="bench"), None)]
        seconds = process_time() - began
        store.close()
    changed = sum(len(one.changed) for one in again)
    figures = {"calls": calls, "events": kept, "changed": changed, "calls_per_s": round(calls / seconds)}
    click.echo(
        json.dumps(figures)
        if as_json
        else f"{calls} calls ({kept} events) graded anew: {calls / seconds:,.0f} calls a second, {changed} changed"
    )


if __name__ == "__main__":
    main()

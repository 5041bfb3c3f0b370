"""`voicebot nlu suggest` and `accept`: new examples for intents/ from what was said in calls."""

import json
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_JSON
from voicebot.errors import InputFault
from voicebot.nlu.intent_files import add_examples
from voicebot.nlu.suggest import accepted, as_yaml, check_intents, propose
from voicebot.number_of import number_of
from voicebot.qa.corrections import corrections as reviewers_said
from voicebot.reports.only import Only, check
from voicebot.reports.unmatched import unmatched
from voicebot.understanding.csv_source import by_heading, rows_of
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.thresholds import EMBEDDED, THRESHOLDS

MAX_ROWS = 100_000
MAX_BYTES = 20_000_000
INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("suggest")
@click.option("--campaign", metavar="ID", help="Only calls of this campaign.")
@click.option("--script", metavar="NAME", help="Only calls with this script.")
@click.option("--corrections", type=INPUT, metavar="CSV", help="What people corrected: columns text and intent.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("proposals.yaml"),
    show_default=True,
    metavar="FILE",
    help="Where the proposals go.",
)
@AS_JSON
def suggest(campaign: str | None, script: str | None, corrections: Path | None, out: Path, as_json: bool) -> None:
    """Write proposals of examples to FILE: corrections, and what the robot did not understand or was unsure of.

    Corrections are those of `voicebot qa` rounds, and those of --corrections, which go before.
    """
    settings = settings_list.load()
    training = load_training(training_files(settings.intents_dir))
    only = Only(campaign, script)
    with opened_store() as store:
        check(store, only)
        reviewed = reviewers_said(store, only)
        corrected = dict(reviewed.right) | ({} if corrections is None else _corrections(corrections))
        check_intents(corrected, training)
        heard = unmatched(store, only, THRESHOLDS[EMBEDDED].sure)
    proposals = propose({one.text: one.times for one in heard}, corrected, training, installed_classifier(settings))
    out.write_text(as_yaml(proposals, out.name), encoding="utf-8")
    counts = {"proposals": len(proposals), "texts": len(heard), "corrections": len(corrected)}
    if as_json:
        click.echo(json.dumps({"file": str(out), **counts, "divided": reviewed.divided}, ensure_ascii=False))
        return
    click.echo(
        f"{out}: {number_of(len(proposals), 'proposal')} from {number_of(len(heard), 'text')} of calls "
        f"and {number_of(len(corrected), 'correction')}"
    )
    for text in reviewed.divided:
        click.echo(f"left out, reviewers name different intents: {text}", err=True)


def _corrections(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, cells in by_heading(rows_of(path, MAX_BYTES, MAX_ROWS), str(path)):
        text, intent = cells.get("text"), cells.get("intent")
        if not text or not intent:
            raise InputFault(f"{path}:{line}:1: a correction needs the columns text and intent")
        found[text] = intent
    return found


@click.command("accept")
@click.argument("path", type=INPUT, metavar="FILE")
@AS_JSON
def accept(path: Path, as_json: bool) -> None:
    """Put the proposals of FILE that say `accept: true` into intents/, below the examples of their intents."""
    settings = settings_list.load()
    pairs = accepted(path)
    added = add_examples(settings.intents_dir, pairs)
    if as_json:
        click.echo(json.dumps({"accepted": len(pairs), "new": added}))
    else:
        click.echo(f"{len(pairs)} accepted, {added} new in {settings.intents_dir}; `voicebot nlu train` learns them")

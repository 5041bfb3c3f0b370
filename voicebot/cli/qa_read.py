"""`voicebot qa read`: take the verdicts of a worksheet in."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.app.intents import intent_names
from voicebot.cli.number_files import tell_faults
from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_JSON
from voicebot.errors import UsageError
from voicebot.number_of import number_of
from voicebot.qa.rounds import round_named
from voicebot.qa.samples import sample_of
from voicebot.qa.sheet import RowFault, read
from voicebot.qa.verdicts import check, give
from voicebot.qa.workbook import sheet_lines


@click.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Rows of calls that were judged before replace the earlier verdict.")
@AS_JSON
@click.pass_context
def command(context: click.Context, file: Path, replace: bool, as_json: bool) -> None:
    """Take the filled rows of a worksheet in. Rows without a grade wait; faulty ones are told, the others are kept.

    Exit status 1 when a row was faulty.
    """
    found, faults = read(sheet_lines(file), str(file), datetime.now(UTC))
    intents = intent_names(settings_list.load())
    kept = 0
    with opened_store() as store:
        for row in found:
            try:
                check(row.verdict, intents)
                within = round_named(store, row.round)
                give(store, within, sample_of(store, within, row.call), row.verdict, replace=replace)
                kept += 1
            except UsageError as fault:
                faults.append(RowFault(row.line, row.call, str(fault)))
    tell_faults([each.shown(str(file)) for each in sorted(faults, key=lambda each: each.line)])
    if as_json:
        click.echo(json.dumps({"kept": kept, "faulty": len(faults)}))
    else:
        click.echo(f"{number_of(kept, 'verdict')} kept, {number_of(len(faults), 'faulty row')}")
    context.exit(1 if faults else 0)

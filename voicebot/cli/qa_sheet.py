"""`voicebot qa sheet`: a worksheet for one reviewer."""

import shlex
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.cli.opened import opened_store
from voicebot.cli.qa_options import REVIEWER, ROUND
from voicebot.number_of import number_of
from voicebot.qa.dossier import dossiers
from voicebot.qa.rounds import round_named
from voicebot.qa.samples import waiting_for
from voicebot.qa.sheet import rows
from voicebot.qa.workbook import write_sheet


@click.command("sheet")
@ROUND
@REVIEWER
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The worksheet, NAME.xlsx or NAME.csv.",
)
def command(within: str, reviewer: str, output: Path) -> None:
    """Write the calls of ROUND that wait for this reviewer as .xlsx or .csv; `voicebot qa read` takes it back.

    It has the recording, the node path and the transcript of each call, and neither the robot's grade nor verdicts of
    others.
    """
    with opened_store() as store:
        found = round_named(store, within)
        waiting = waiting_for(store, found, reviewer)
        calls = dossiers(store, waiting, settings_list.load().recordings_dir)
    write_sheet(output, rows(within, reviewer, calls))
    click.echo(
        f"{output}: {number_of(len(calls), 'call')}; "
        f"fill in grade, passed, reasons, corrections, note: voicebot qa read {shlex.quote(str(output))}"
    )

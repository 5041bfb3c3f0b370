"""`voicebot qa page`: a page for listening, with the recordings."""

from datetime import datetime
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.cli.opened import opened_store
from voicebot.cli.qa_options import ROUND
from voicebot.cli.report_options import in_language
from voicebot.number_of import number_of
from voicebot.qa.dossier import dossiers
from voicebot.qa.page import export
from voicebot.qa.rounds import round_named
from voicebot.qa.samples import sample_of, samples, verdicts


@click.command("page")
@ROUND
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--call", "wanted", multiple=True, metavar="CALL", help="Only this call, by number or id. Repeatable.")
@click.option("--reveal", is_flag=True, help="With the robot's grades, their evidence and all verdicts.")
@in_language
def command(within: str, directory: Path, wanted: tuple[str, ...], reveal: bool) -> None:
    """Write DIRECTORY/index.html for listening to the calls of ROUND, and copies of their recordings beside it.

    The directory can be carried to another machine. Delete it when the round is over: deletions do not reach it.
    """
    with opened_store() as store:
        found = round_named(store, within)
        chosen = [sample_of(store, found, one) for one in wanted] or samples(store, found)
        calls = dossiers(store, chosen, settings_list.load().recordings_dir)
        given = verdicts(store, found)
    page = export(directory, found, calls, datetime.now().astimezone(), given, revealed=reveal)
    with_audio = sum(one.recording is not None for one in calls)
    click.echo(f"{page}: {number_of(len(calls), 'call')}, {with_audio} with a recording")

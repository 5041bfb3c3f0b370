"""`voicebot qa rounds`: rounds, and how far each is."""

import dataclasses

import click

from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.qa.rounds import progress


@click.command("rounds")
@AS_JSON
@AS_CSV
def command(as_json: bool, as_csv: bool) -> None:
    """Rounds, the newest first, and how far each is."""
    with opened_store() as store:
        rows = [dataclasses.asdict(one) for one in progress(store)]
    print_rows("round", rows, as_json=as_json, as_csv=as_csv)

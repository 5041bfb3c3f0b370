"""`voicebot qa more`: draw more calls into a round."""

import json

import click

from voicebot import settings as settings_list
from voicebot.app.opinions import second_opinion
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.qa_options import ROUND
from voicebot.cli.report_options import counting_shown
from voicebot.cli.tables import AS_JSON
from voicebot.qa.draw import extend


@click.command("more")
@ROUND
@click.argument("calls", type=click.IntRange(1, 100_000))
@AS_JSON
@BY
def command(within: str, calls: int, as_json: bool, by: str) -> None:
    """Draw CALLS more into ROUND, by the same lottery over the same calls. Those that are in it stay."""
    with opened_store() as store, counting_shown():
        found, new = extend(store, within, calls, second_opinion(settings_list.load()), by=by)
    whole = sum(found.population.values())
    if as_json:
        click.echo(json.dumps({"round": within, "new": new, "population": whole}))
    else:
        click.echo(f"{within}: {new} more calls, drawn from {whole}")

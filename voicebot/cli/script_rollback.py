"""`voicebot script rollback`: back to an earlier version."""

import click

from voicebot import settings as settings_list
from voicebot.app.releases import roll_back
from voicebot.cli.opened import opened_store
from voicebot.cli.script_publish import BY, NOTE


@click.command("rollback")
@click.argument("name")
@click.option("--to", metavar="DIGEST", help="This version; without it the one before the present.")
@BY
@NOTE
def command(name: str, to: str | None, by: str, note: str) -> None:
    """Put an earlier version of the script NAME in force; calls in progress keep theirs."""
    with opened_store() as store:
        version = roll_back(settings_list.load(), store, name, to, by, note)
    click.echo(f"back to {version.label}, version {version.version}")

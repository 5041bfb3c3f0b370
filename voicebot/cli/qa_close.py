"""`voicebot qa close`: take no more verdicts for a round."""

from datetime import UTC, datetime

import click

from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.qa_options import ROUND
from voicebot.qa.rounds import close


@click.command("close")
@ROUND
@BY
def command(within: str, by: str) -> None:
    """Take no more verdicts for ROUND, and draw no more into it."""
    with opened_store() as store:
        close(store, within, by=by, now=datetime.now(UTC))
    click.echo(f"{within} is closed")

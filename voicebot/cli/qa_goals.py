"""`voicebot qa goals`: what a round can look at."""

import click

from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.qa.asked import GOALS


@click.command("goals")
@AS_JSON
@AS_CSV
def command(as_json: bool, as_csv: bool) -> None:
    """What a round can look at: the goals of `voicebot qa sample`."""
    rows = [{"goal": str(goal), "looks_at": meaning} for goal, meaning in GOALS.items()]
    print_rows("goal", rows, as_json=as_json, as_csv=as_csv)

"""`voicebot qa reasons`: what can be wrong with a call."""

import click

from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.qa.reasons import REASONS


@click.command("reasons")
@AS_JSON
@AS_CSV
def command(as_json: bool, as_csv: bool) -> None:
    """What can be wrong with a call: the reasons that a verdict names."""
    rows = [{"reason": name, "meaning": meaning} for name, meaning in REASONS.items()]
    print_rows("reason", rows, as_json=as_json, as_csv=as_csv)

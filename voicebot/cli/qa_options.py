"""Options that several commands of `voicebot qa` share."""

import click

from voicebot.qa.accuracy import WANTED_HALF

ROUND = click.argument("within", metavar="ROUND")
REVIEWER = click.option("--reviewer", required=True, metavar="NAME", help="Who judges.")
HALF = click.option(
    "--half",
    type=click.FloatRange(0.005, 0.5, max_open=True),
    default=WANTED_HALF,
    show_default=True,
    help="Half width of the interval that is wanted: 0.05 is 5 points to each side.",
)

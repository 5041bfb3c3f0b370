"""`voicebot report arms`: the versions that a campaign compares, and whether one is better."""

import dataclasses
import json

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot.cli.opened import opened_store
from voicebot.reports.arms import DETECT, ArmReport, ArmRow, arm_report
from voicebot.reports.forms.words import rate_words
from voicebot.reports.stats import Rate
from voicebot.reports.trial import Span
from voicebot.store.versions import SHORT


@click.command("arms")
@click.argument("campaign")
@click.option(
    "--detect",
    type=click.FloatRange(0.001, 0.5),
    default=DETECT,
    show_default=True,
    help="The difference of the intent rate that is worth finding, 0.05 for five points of a hundred.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object: arms, better, needed, missing.")
def command(campaign: str, detect: float, as_json: bool) -> None:
    """Compare the arms of CAMPAIGN by leads: who was reached, A and B, hang-ups, wishes to be called no more.

    Look as often as you like: "better" is said only when an interval that bears it leaves no doubt.
    """
    with opened_store() as store:
        found = arm_report(store, campaign, detect)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
    elif not found.arms:
        click.echo(f"campaign {campaign} has no arms; see: voicebot campaign arms --help")
    else:
        console = Console(highlight=False)
        console.print(_table(found.arms))
        for line in _verdict(found):
            console.print(Text(line))


def _table(rows: tuple[ArmRow, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("", *(row.arm for row in rows)):
        table.add_column(name, overflow="fold")
    table.add_row("version", *(f"{row.script}@{row.digest[:SHORT]}" for row in rows))
    table.add_row("calls, leads dialled", *(f"{row.attempts:,}, {row.leads:,}" for row in rows))
    for name, key in (("connected", "connected"), ("A or B", "intent"), ("hung up", "hung_up"), ("stop", "stopped")):
        table.add_row(f"{name}, of its leads", *(_rate(getattr(row, key)) for row in rows))
    for name, key in (
        ("A or B: diff., one look", "intent_difference"),
        ("A or B: diff., any look", "intent_at_any_time"),
        ("hung up: difference", "hung_up_difference"),
        ("stop: difference", "stopped_difference"),
    ):
        table.add_row(name, *(_span(getattr(row, key)) for row in rows))
    if any(row.other_version for row in rows):
        table.add_row("calls by another version", *(str(row.other_version) for row in rows))
    return table


def _rate(rate: Rate) -> str:
    return f"{rate.hits:,} of {rate.of:,}: {rate_words(rate)}"


def _span(span: Span | None) -> str:
    if span is None:
        return ""
    value, low, high = (each * 100 for each in (span.value, span.low, span.high))
    return f"{value:+.1f} pt ({low:+.1f} to {high:+.1f})"


def _verdict(found: ArmReport) -> list[str]:
    if len(found.arms) < 2:
        return ["one arm: nothing to compare"]
    if found.better is not None:
        return [f"{found.better} is better: its A and B rate is higher, and the interval bears any number of looks"]
    points = f"{found.detect * 100:g} points"
    if not found.missing:
        return [
            f"not decided: there are leads enough to find a difference of {points}, and none was found; for a smaller "
            "one call on and look with --detect"
        ]
    return [
        f"not decided yet: {found.missing:,} more connected leads in the smallest arm to find a difference of {points}"
        f" (in each arm {found.needed:,} when looking at any time, {found.needed_once:,} by one look at the end)"
    ]

"""`voicebot report arms`: the versions that a campaign compares, and whether one is better."""

import dataclasses
import json

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot.cli.opened import opened_store
from voicebot.cli.report_options import in_language
from voicebot.reports.arms import DETECT, ArmReport, ArmRow, arm_report
from voicebot.reports.forms.words import rate_words
from voicebot.reports.language import one
from voicebot.reports.stats import Rate
from voicebot.reports.trial import Span
from voicebot.store.versions import SHORT

RATES = (
    ("connected", "接通", "connected"),
    ("A or B", "A 或 B", "intent"),
    ("hung up", "挂断", "hung_up"),
    ("stop", "停呼", "stopped"),
)
DIFFERENCES = (
    ("A or B: diff., one look", "A 或 B 之差：只看一次", "intent_difference"),
    ("A or B: diff., any look", "A 或 B 之差：随时可看", "intent_at_any_time"),
    ("hung up: difference", "挂断之差", "hung_up_difference"),
    ("stop: difference", "停呼之差", "stopped_difference"),
)


@click.command("arms")
@click.argument("campaign")
@in_language
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
    table.add_row(one("script", "话术"), *(row.script for row in rows))
    table.add_row(one("version", "版本"), *(row.digest[:SHORT] for row in rows))
    table.add_row(one("calls", "呼叫"), *(f"{row.attempts:,}" for row in rows))
    table.add_row(one("leads dialled", "已拨线索"), *(f"{row.leads:,}" for row in rows))
    for english, chinese, key in RATES:
        name = one(f"{english}, of its leads", f"{chinese}（占线索）")
        table.add_row(name, *(_rate(getattr(row, key)) for row in rows))
    for english, chinese, key in DIFFERENCES:
        table.add_row(one(english, chinese), *(_span(getattr(row, key)) for row in rows))
    if any(row.other_version for row in rows):
        table.add_row(one("calls by another version", "其他版本的呼叫"), *(f"{row.other_version:,}" for row in rows))
    return table


def _rate(rate: Rate) -> str:
    """With its counts below it: two arms stand beside each other on any terminal."""
    return f"{rate_words(rate)}\n{rate.hits:,} / {rate.of:,}"


def _span(span: Span | None) -> str:
    if span is None:
        return ""
    value, low, high = (each * 100 for each in (span.value, span.low, span.high))
    return f"{value:+.1f} pt\n({low:+.1f} to {high:+.1f})"


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

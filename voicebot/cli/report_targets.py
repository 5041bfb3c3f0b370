"""`voicebot report targets`: the wanted figures of campaigns, what was reached, and the gap."""

from collections.abc import Sequence

import click
from rich import box
from rich.table import Table
from rich.text import Text

from voicebot.cli.report import opened_store, show
from voicebot.reports.only import Only, check
from voicebot.reports.targets import TargetRow, target_report


@click.command("targets")
@click.option("--campaign", metavar="ID", help="Only this campaign; without it: all that have targets.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output instead of a table.")
def command(campaign: str | None, as_json: bool) -> None:
    """Wanted figures of campaigns, what was reached, and the gap."""
    with opened_store() as store:
        check(store, Only(campaign))
        rows = target_report(store, campaign)
    if rows or as_json:
        show(rows, _table, as_json)
    else:
        click.echo("no targets yet; a campaign gets them by `targets` of its plan or by voicebot plan --save")


def _table(rows: Sequence[TargetRow]) -> Table:
    """Rates as percentages, the gap of a rate in points of a percentage."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("campaign", "target of"):
        table.add_column(name, overflow="fold")
    for name in ("target", "actual", "gap"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(Text(row.campaign), Text(row.name), *_figures(row))
    return table


def _figures(row: TargetRow) -> list[str]:
    form = ".1%" if row.name.endswith("_rate") else ",.10g"
    signed = ((row.target, ""), (row.actual, ""), (row.gap, "+"))
    return ["–" if value is None else f"{value:{sign}{form}}" for value, sign in signed]

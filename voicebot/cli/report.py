"""`voicebot report`: figures of campaigns as tables, as JSON, or as one HTML page."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from voicebot import settings
from voicebot.campaign.policy.masking import masked
from voicebot.reports import terminal
from voicebot.reports.compare import compare
from voicebot.reports.engines import engine_report
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.latency import latency_report
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only, check
from voicebot.reports.page import render_page
from voicebot.store.store import Store, open_store

CAMPAIGN = click.Option(["--campaign"], metavar="ID", help="Only this campaign.")
SCRIPT = click.Option(["--script"], metavar="NAME", help="Only calls with this script.")
AS_JSON = click.Option(["--json", "as_json"], is_flag=True, help="JSON on standard output instead of a table.")


@contextmanager
def opened_store() -> Iterator[Store]:
    """The database of the settings, closed at the end."""
    chosen = settings.load()
    store = open_store(chosen.database, chosen.data_dir)
    try:
        yield store
    finally:
        store.close()


def show(figures: Any, table: Callable[[Any], Table], as_json: bool) -> None:
    """The rows of a report, or its one value, as JSON or as a table."""
    if as_json:
        rows = isinstance(figures, tuple)
        plain = [dataclasses.asdict(row) for row in figures] if rows else dataclasses.asdict(figures)
        click.echo(json.dumps(plain, ensure_ascii=False))
    elif figures == ():
        click.echo("no calls recorded yet")
    else:
        Console().print(table(figures))


@click.group()
def command() -> None:
    """Figures of campaigns."""


def _add(name: str, about: str, report: Callable[[Store, Only], Any], table: Callable[[Any], Table]) -> None:
    """A command that shows one report."""

    def run(campaign: str | None, script: str | None, as_json: bool) -> None:
        only = Only(campaign, script)
        with opened_store() as store:
            check(store, only)
            show(report(store, only), table, as_json)

    command.add_command(click.Command(name, callback=run, params=[CAMPAIGN, SCRIPT, AS_JSON], help=about))


_add("nodes", "Where customers leave: hang-ups by node and second of the prompt.", node_report, terminal.node_table)
_add("grades", "Intent grades by script version.", grade_report, terminal.grade_table)
_add("results", "Why attempts ended: result codes.", result_report, terminal.result_table)
_add("funnel", "Leads left at each step from the list to the hand-off.", funnel, terminal.funnel_table)
_add("latency", "How quickly the robot answers and falls silent.", latency_report, terminal.latency_table)
_add(
    "engines", "Which engine understood the customers, and when another stood in.", engine_report, terminal.engine_table
)


@command.command("page")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--campaign", metavar="ID", help="Only this campaign.")
@click.option("--script", metavar="NAME", help="Only calls with this script.")
def page(path: Path, campaign: str | None, script: str | None) -> None:
    """Write everything as one HTML page to PATH, with plots and transcripts."""
    only = Only(campaign, script)
    with opened_store() as store:
        check(store, only)
        title = " · ".join(filter(None, (campaign, script))) or "All campaigns"
        path.write_text(render_page(store, only, title, datetime.now(UTC)), encoding="utf-8")
    click.echo(path)


@command.command("compare")
@click.argument("one")
@click.argument("other")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output instead of a table.")
def compare_runs(one: str, other: str, as_json: bool) -> None:
    """Two campaigns over the same numbers: whose result or grade differs, and at which turn the talks parted."""
    with opened_store() as store:
        comparison = compare(store, one, other)
    hidden = (dataclasses.replace(each, number=masked(each.number)) for each in comparison.differences)
    comparison = dataclasses.replace(comparison, differences=tuple(hidden))
    show(comparison, terminal.comparison_table, as_json)
    if not as_json:
        click.echo(
            f"{comparison.numbers} numbers in both: {comparison.same_codes} with the same result code, "
            f"{comparison.same_grades} with the same grade"
        )


def _add_commands() -> None:
    """Those with a file of their own, which imports from here."""
    from voicebot.cli import report_arms

    command.add_command(report_arms.command)


_add_commands()

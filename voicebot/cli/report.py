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
from voicebot.app.grades import kept_rules
from voicebot.campaign.policy.masking import masked
from voicebot.errors import UsageError
from voicebot.reports import terminal
from voicebot.reports.compare import compare
from voicebot.reports.engines import engine_report
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.latency import latency_report
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only, check
from voicebot.reports.page import render_page
from voicebot.store.store import Store, open_store
from voicebot.store.versions import find_version

CAMPAIGN = click.Option(["--campaign"], metavar="ID", help="Only this campaign.")
SCRIPT = click.Option(["--script"], metavar="NAME", help="Only calls with this script.")
VERSION = click.Option(["--version"], metavar="VERSION", help="Only calls held with this version of --script.")
AS_JSON = click.Option(["--json", "as_json"], is_flag=True, help="JSON on standard output instead of a table.")

GRADED_BY = click.Option(
    ["--graded-by"],
    metavar="VERSION|FILE",
    help="The grades that `voicebot grade again` gave by these rules, in place of the calls' own.",
)
FILTERS = (CAMPAIGN, SCRIPT, VERSION)


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


def which(store: Store, campaign: str | None, script: str | None, version: str | None) -> Only:
    """The calls that the options name. Raises UsageError for what the store does not know, StoreError."""
    if version is not None and script is None:
        raise UsageError(f"version {version!r} of which script? name it with --script")
    check(store, Only(campaign, script))
    version_id = find_version(store, script, version).id if script is not None and version is not None else None
    return Only(campaign, script, version_id)


def _add(name: str, about: str, report: Callable[[Store, Only], Any], table: Callable[[Any], Table]) -> None:
    """A command that shows one report."""

    def run(campaign: str | None, script: str | None, version: str | None, as_json: bool) -> None:
        with opened_store() as store:
            show(report(store, which(store, campaign, script, version)), table, as_json)

    command.add_command(click.Command(name, callback=run, params=[*FILTERS, AS_JSON], help=about))


_add("nodes", "Where customers leave: hang-ups by node and second of the prompt.", node_report, terminal.node_table)
_add("results", "Why attempts ended: result codes.", result_report, terminal.result_table)
_add("funnel", "Leads left at each step from the list to the hand-off.", funnel, terminal.funnel_table)
_add("latency", "How quickly the robot answers and falls silent.", latency_report, terminal.latency_table)
_add(
    "engines", "Which engine understood the customers, and when another stood in.", engine_report, terminal.engine_table
)


def _grades(
    campaign: str | None, script: str | None, version: str | None, graded_by: str | None, as_json: bool
) -> None:
    with opened_store() as store:
        rules = None if graded_by is None else kept_rules(store, graded_by, script)
        only = which(store, campaign, script if rules is None else rules.script, version)
        figures = grade_report(store, only, None if rules is None else rules.id)
        if rules is not None and not any(row.calls for row in figures):
            raise UsageError(
                f"no such call was graded by {rules.label}; run: voicebot grade again --script {rules.script} "
                f"--version {graded_by}"
            )
        show(figures, terminal.grade_table, as_json)


command.add_command(
    click.Command(
        "grades", callback=_grades, params=[*FILTERS, GRADED_BY, AS_JSON], help="Intent grades by script version."
    )
)
_add("gateways", "What came of the attempts through each gateway.", gateway_lines, terminal.line_table)
_add("numbers", "What came of the attempts that showed each of our numbers.", number_lines, terminal.line_table)


@command.command("page")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--campaign", metavar="ID", help="Only this campaign.")
@click.option("--script", metavar="NAME", help="Only calls with this script.")
@click.option("--version", metavar="VERSION", help="Only calls held with this version of --script.")
def page(path: Path, campaign: str | None, script: str | None, version: str | None) -> None:
    """Write everything as one HTML page to PATH, with plots and transcripts."""
    with opened_store() as store:
        only = which(store, campaign, script, version)
        title = " · ".join(filter(None, (campaign, script, version))) or "All campaigns"
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
    from voicebot.cli import report_arms, report_targets

    command.add_command(report_arms.command)
    command.add_command(report_targets.command)


_add_commands()

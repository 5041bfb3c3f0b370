"""`voicebot report NAME`: the reports of the catalogue, each with the same filters and forms."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from voicebot.app.grades import kept_rules
from voicebot.campaign.policy.masking import masked
from voicebot.cli import report_arms, report_calls
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.cli.report_options import FILTERS, SHOWING, counting_shown, filtered, print_json, show, which
from voicebot.cli.tables import AS_JSON
from voicebot.errors import UsageError
from voicebot.number_of import number_of
from voicebot.reports import terminal
from voicebot.reports.catalogue import REPORTS
from voicebot.reports.compare import compare
from voicebot.reports.declared.talks import GRADE_COLUMNS
from voicebot.reports.grades import grade_report
from voicebot.reports.page import render_page
from voicebot.reports.shape import Report


@click.group(cls=WholeGroup)
def command() -> None:
    """Figures of campaigns."""


def _add(report: Report) -> None:
    """A command that shows one report."""

    def run(form: str, output: Path | None, as_json: bool, **filters: Any) -> None:
        with opened_store() as store:
            only = which(store, **filters)
            with counting_shown():
                figures = report.read(store, only)
            show(report, figures, only.label, form, output, as_json)

    command.add_command(click.Command(report.name, callback=run, params=[*FILTERS, *SHOWING], help=report.about))


def _grades(form: str, output: Path | None, as_json: bool, graded_by: str | None, **filters: Any) -> None:
    with opened_store() as store:
        if graded_by is not None:
            rules = kept_rules(store, graded_by, filters["script"])
            only = which(store, **filters | {"script": rules.script})
            figures = grade_report(store, only, rules.id)
            if not any(row.calls for row in figures):
                raise UsageError(
                    f"no such call was graded by {rules.label}; run: voicebot grade again --script {rules.script} "
                    f"--version {graded_by}"
                )
        else:
            only = which(store, **filters)
            with counting_shown():
                figures = grade_report(store, only)
        show(GRADE_COLUMNS, figures, only.label, form, output, as_json)


GRADED_BY = click.Option(
    ["--graded-by"],
    metavar="VERSION|FILE",
    help="The grades that `voicebot grade again` gave by these rules, in place of the calls' own.",
)
for each in REPORTS:
    if each is not GRADE_COLUMNS:
        _add(each)
command.add_command(
    click.Command("grades", callback=_grades, params=[*FILTERS, GRADED_BY, *SHOWING], help=GRADE_COLUMNS.about)
)
command.add_command(report_arms.command)
command.add_command(report_calls.command)


@command.command("page")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@filtered
def page(path: Path, **filters: Any) -> None:
    """Write everything as one HTML page to PATH, with plots and transcripts."""
    with opened_store() as store:
        only = which(store, **filters)
        title = only.label or "All campaigns"
        with counting_shown():
            path.write_text(render_page(store, only, title, datetime.now(UTC)), encoding="utf-8")
    click.echo(path)


@command.command("compare")
@click.argument("one")
@click.argument("other")
@AS_JSON
def compare_runs(one: str, other: str, as_json: bool) -> None:
    """Two campaigns over the same numbers: whose result or grade differs, and at which turn the talks parted."""
    with opened_store() as store:
        comparison = compare(store, one, other)
    hidden = (dataclasses.replace(each, number=masked(each.number)) for each in comparison.differences)
    comparison = dataclasses.replace(comparison, differences=tuple(hidden))
    if as_json:
        print_json(comparison)
        return
    Console().print(terminal.comparison_table(comparison))
    click.echo(
        f"{number_of(comparison.numbers, 'number')} in both: {comparison.same_codes} with the same result code, "
        f"{comparison.same_grades} with the same grade"
    )

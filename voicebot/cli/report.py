"""`voicebot report NAME`: the reports of the catalogue, each with the same filters and forms."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from voicebot.app.grades import kept_rules
from voicebot.cli import report_arms, report_calls
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.cli.report_options import FILTERS, SHOWING, counting_shown, filtered, in_language, show, shown, which
from voicebot.errors import UsageError
from voicebot.reports.catalogue import REPORTS
from voicebot.reports.compare import MOST
from voicebot.reports.declared.runs import of_runs
from voicebot.reports.declared.talks import GRADE_COLUMNS
from voicebot.reports.grades import grade_report
from voicebot.reports.language import label, one
from voicebot.reports.only import Only
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
            show(report, figures, _about(report, only), form, output, as_json)

    params = [*FILTERS, *SHOWING]
    command.add_command(click.Command(report.name, callback=run, params=params, help=report.about.english))


def _about(report: Report, only: Only) -> str:
    """What the figures are about, for people. Of whole campaigns it says so where more was asked for, on the screen
    too: figures of a week would be taken for those of that week."""
    if not (report.whole and only.narrow):
        return only.label
    whole = one(
        "whole campaigns: of the filters only --campaign narrows this report",
        "整个活动：筛选条件中只有 --campaign 对本报表有效",
    )
    click.echo(whole, err=True)
    return " · ".join(filter(None, (only.campaign, whole)))


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
    click.Command("grades", callback=_grades, params=[*FILTERS, GRADED_BY, *SHOWING], help=GRADE_COLUMNS.about.english)
)
command.add_command(report_arms.command)
command.add_command(report_calls.command)


@command.command("page")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@filtered
@in_language
def page(path: Path, **filters: Any) -> None:
    """Write everything as one HTML page to PATH, with plots and transcripts."""
    with opened_store() as store:
        only = which(store, **filters)
        title = only.label or label("All campaigns", "全部活动")
        with counting_shown():
            path.write_text(render_page(store, only, title, datetime.now(UTC)), encoding="utf-8")
    click.echo(path)


@command.command("compare")
@click.argument("one")
@click.argument("other")
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=MOST,
    show_default=True,
    help="Differing numbers whose talks are read and shown; 0: all of them, which takes long when they are many.",
)
@shown
def compare_runs(one: str, other: str, most: int, form: str, output: Path | None, as_json: bool) -> None:
    """Two campaigns over the same numbers: whose result or grade differs, and at which turn the talks parted.

    Every number is counted. Talks are read of the first --most that differ: those with a talk in both, by number.
    """
    report = of_runs(one, other, most or None)
    with opened_store() as store, counting_shown():
        figures = report.read(store, Only())
    show(report, figures, "", form, output, as_json)

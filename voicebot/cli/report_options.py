"""What every report is asked with: which calls, and in which form. And showing it so."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from voicebot import settings
from voicebot.errors import UsageError
from voicebot.reports import segments
from voicebot.reports.forms.table import table
from voicebot.reports.forms.write import BINARY, FORMS, file_of
from voicebot.reports.language import Language, one, read_in
from voicebot.reports.only import Only, selection
from voicebot.reports.shape import Report
from voicebot.reports.sums.refresh import telling
from voicebot.store.store import Store

BOM = b"\xef\xbb\xbf"
"""Before a CSV file: without it Excel reads Chinese text in the code page of the machine."""


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; click's usage error otherwise."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2026-03-31", param, ctx)


def _segment(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [segments.parse(value) for value in values]


CAMPAIGN = click.Option(["--campaign"], metavar="ID", help="Only this campaign.")
SCRIPT = click.Option(["--script"], metavar="NAME", help="Only calls with this script.")
VERSION = click.Option(["--version"], metavar="VERSION", help="Only calls held with this version of --script.")
SINCE = click.Option(["--since"], type=Day(), metavar="DAY", help="From this day on, in the zone of the campaign.")
UNTIL = click.Option(["--until"], type=Day(), metavar="DAY", help="Up to this day, itself within.")
SEGMENT = click.Option(
    ["--segment"],
    metavar="NAME=VALUE",
    multiple=True,
    callback=_segment,
    help="Only leads of this source, persona, area, carrier, arm, or variable; several must all hold.",
)
FILTERS: tuple[click.Parameter, ...] = (CAMPAIGN, SCRIPT, VERSION, SINCE, UNTIL, SEGMENT)
FORMAT = click.Option(
    ["--format", "form"], type=click.Choice(FORMS), default="table", show_default=True, help="Form of the report."
)
OUTPUT = click.Option(
    ["--output"],
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there; xlsx and png always want a file, or a pipe.",
)


def _read_in(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    """Until the command ends."""
    wanted = settings.load().report_language if value is None else value
    try:
        context.with_resource(read_in(Language(wanted)))
    except ValueError:
        raise UsageError(f"VOICEBOT_REPORT_LANGUAGE is {wanted!r}; it takes one of {', '.join(Language)}") from None


LANGUAGE = click.Option(
    ["--language"],
    type=click.Choice([each.value for each in Language]),
    callback=_read_in,
    expose_value=False,
    help="Of heads and texts; by default VOICEBOT_REPORT_LANGUAGE. JSON and CSV are the same in each.",
)
AS_JSON = click.Option(["--json", "as_json"], is_flag=True, help="The same as --format json.")
SHOWING: tuple[click.Parameter, ...] = (FORMAT, OUTPUT, LANGUAGE, AS_JSON)


def filtered(command: Callable[..., Any]) -> Callable[..., Any]:
    """Puts FILTERS before a command that takes them as keywords, see `which`."""
    return _with(command, FILTERS)


def shown(command: Callable[..., Any]) -> Callable[..., Any]:
    """Puts SHOWING before a command that takes form, output and as_json, see `show`."""
    return _with(command, SHOWING)


def in_language(command: Callable[..., Any]) -> Callable[..., Any]:
    """Puts LANGUAGE before a command that shows something of reports in another way."""
    return _with(command, (LANGUAGE,))


def _with(command: Callable[..., Any], parameters: tuple[click.Parameter, ...]) -> Callable[..., Any]:
    known = getattr(command, "__click_params__", [])
    command.__click_params__ = [*known, *reversed(parameters)]  # type: ignore[attr-defined]
    return command


@contextmanager
def counting_shown() -> Iterator[None]:
    """A bar on the terminal while days are counted that nobody asked about before."""
    columns = (TextColumn("counting days"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", visible=False)

        def told(done: int, days: int) -> None:
            bar.update(task, completed=done, total=days, visible=done < days)

        with telling(told):
            yield


def which(store: Store, **named: Any) -> Only:
    """The calls that the options of FILTERS name. Raises UsageError for what the store does not know, StoreError."""
    return selection(store, **named)


def show(
    report: Report, figures: Any, label: str, form: str = "table", output: Path | None = None, as_json: bool = False
) -> None:
    """The figures of a report in the form asked for, on the screen or into a file. Raises UsageError."""
    chosen = "json" if as_json else form
    if chosen == "table":
        _on_screen(report, figures, label, output)
        return
    content = file_of(report, figures, chosen, label)
    if output is not None:
        output.write_bytes(BOM + content if chosen == "csv" else content)
        click.echo(output)
    elif chosen in BINARY and sys.stdout.isatty():
        raise UsageError(f"{chosen} is not for a screen; name a file with --output")
    else:
        click.echo(content, nl=False)


def _on_screen(report: Report, figures: Any, label: str, output: Path | None) -> None:
    if output is not None:
        raise UsageError("--output takes csv, xlsx, html, png or json; name one with --format")
    rows = report.rows(figures)
    if rows and report.lines is not None:
        for line in report.lines(rows):
            click.echo(line)
    elif rows:
        console = Console()
        console.print(table(report, rows, console.width))
    elif report.summary is None:
        empty = one(*report.empty)
        click.echo(one(f"nothing of {label}: {empty}", f"{label}：{empty}") if label else empty)
    for line in report.below(rows) if report.below is not None else ():
        click.echo(line)
    for line in report.summary(figures) if report.summary is not None else ():
        click.echo(line)

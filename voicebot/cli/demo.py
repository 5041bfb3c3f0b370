"""`voicebot demo`: simulated customers called by the real robot, the figures as a table, a page and JSON."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.demo import run_demo
from voicebot.app.demo_campaign import DemoRequest
from voicebot.app.demo_figures import DemoRun
from voicebot.app.stopping import stoppable
from voicebot.campaign.policy.codes import Code


class Bars:
    """Progress on stderr; stdout stays free for the figures."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", visible=False)

    def stage(self, title: str, total: int) -> None:
        """A bar of its own for each stage."""
        self._progress.stop_task(self._task)
        self._task = self._progress.add_task(title, total=total)
        self._progress.refresh()

    def step(self, done: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, refresh=True)

    def share(self, done: int, of: int) -> None:
        """Move the bar of a stage whose length is known only now."""
        self._progress.update(self._task, completed=done, total=of)

    def live(self, placed: int, of: int, ringing_or_talking: int) -> None:
        """The count of calls, beside the bar."""
        title = f"calls, {ringing_or_talking} in the air" if ringing_or_talking else "calls"
        self._progress.update(self._task, completed=placed - ringing_or_talking, description=title, refresh=True)


def switch_address(_ctx: click.Context, _option: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """HOST:PORT of an event socket."""
    if value is None:
        return None
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal():
        raise click.BadParameter(f"{value!r} is not HOST:PORT, for example 127.0.0.1:8021")
    return host, int(port)


@click.command()
@click.option("--calls", type=click.IntRange(1, 10_000), default=40, show_default=True, help="Customers to call.")
@click.option("--concurrency", type=click.IntRange(1, 200), default=10, show_default=True, help="Calls at once.")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="The same seed, the same customers.")
@click.option("--script", default="wecom_invite", show_default=True, help="A name in dialogs/, or a file.")
@click.option(
    "--freeswitch",
    metavar="HOST:PORT",
    callback=switch_address,
    help="The event socket of a FreeSWITCH that runs freeswitch_conf/. Without it the switch is simulated.",
)
@click.option(
    "--clips",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Call the labelled recordings of this directory in place of people.",
)
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def command(
    calls: int,
    concurrency: int,
    seed: int,
    script: str,
    freeswitch: tuple[str, int] | None,
    clips: Path | None,
    as_json: bool,
) -> None:
    """Call simulated customers with real audio in real time, grade them, and report.

    Ctrl-C ends the calls in the air and reports what there is.
    """
    request = DemoRequest(calls, concurrency, seed, script, freeswitch, clips=clips, whole=clips is None)
    settings = settings_list.load(serve_port=0 if freeswitch is None else None)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with stoppable(), Progress(*columns, console=console, auto_refresh=False) as progress:
        run = run_demo(settings, request, Bars(progress))
    click.echo()
    Console().print(_table(run))
    for error in run.store_errors:
        if error != str(run.fault):
            click.echo(f"store: {error}", err=True)
    if as_json:
        click.echo(json.dumps(run.as_json(), ensure_ascii=False))
    if run.fault is not None:
        raise run.fault


def _table(run: DemoRun) -> Table:
    """The figures for people."""
    told = run.as_json()
    table = Table(title=f"Campaign {run.campaign_id}", show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("rows of the list", str(run.rows))
    table.add_row("not called", _reasons(told["not_called"]))
    table.add_row("attempts, answered", f"{told['attempts']}, {told['answered']}")
    table.add_row("results", _counts(told["results"]))
    table.add_row("announced while it rang", _counts(told["announced"]))
    table.add_row("what picked up", _counts(told["picked_up"]))
    table.add_row("ringing saved", f"{told['saved_ringing_s']} s")
    table.add_row("grades", _counts(told["grades"]))
    table.add_row("hang-ups by node", _counts(told["node_hangups"]))
    table.add_row("passed to a human", str(told["transfers"]))
    table.add_row("attempts by line", _counts(told["lines"]))
    table.add_row("turns of customers", str(told["turns"]))
    table.add_row("understood by", _counts(told["engines"]))
    table.add_row("answer after a turn, ms", _spread(told["turn_latency_ms"]))
    table.add_row("silent after barge-in, ms", _spread(told["barge_in_ms"]))
    table.add_row("lag of the hub, ms", f"p50 {told['hub_lag_ms']['p50']}, p99 {told['hub_lag_ms']['p99']}")
    table.add_row("audio frames late", f"{told['frames_late']}, longest gap {told['worst_gap_ms']} ms")
    table.add_row("length of the run", f"{run.seconds:.0f} s")
    table.add_row("page with plots and calls", str(run.page or "not written"))
    return table


def _reasons(counts: dict[str, int]) -> str:
    """Codes with the labels that they have."""
    labels = {str(code): f" ({code.label})" for code in Code}
    return _counts({f"{name}{labels.get(name, '')}": count for name, count in counts.items()})


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _spread(spread: dict[str, int | None]) -> str:
    return f"p50 {spread['p50']}, p95 {spread['p95']} ({spread['n']} measured)" if spread["n"] else "none measured"

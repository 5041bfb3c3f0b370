"""`voicebot script test`: written conversations are held with their scripts."""

import json
import sys
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.app.conversations import Run, as_dict, as_junit, run_conversations
from voicebot.app.engine import installed_engine


@click.command("test")
@click.argument("paths", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; it ends with passed, failed, coverage.")
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Also write JUnit XML to FILE."
)
def command(paths: tuple[str, ...], as_json: bool, junit: Path | None) -> None:
    """Hold the conversations of PATHS, without audio (scripts, test files, directories; all of dialogs/ without any).

    Exit status 1 when one goes otherwise than expected.
    """
    settings = settings_list.load()
    with installed_engine(settings) as engine:
        run = run_conversations(settings, paths, engine)
    if junit is not None:
        junit.write_bytes(as_junit(run))
    if as_json:
        click.echo(json.dumps(as_dict(run), ensure_ascii=False))
    else:
        _print(run)
    sys.exit(1 if run.failed else 0)


def _print(run: Run) -> None:
    for fault in run.broken:
        click.echo(f"broken: {fault}")
    for outcome in run.outcomes:
        for failure in outcome.failures:
            click.echo(f"failed: {outcome.conversation.name}: {failure}")
    for one in run.scripts:
        parts = {"nodes": one.coverage.nodes, "edges": one.coverage.edges, "ladders": one.coverage.ladders}
        for part in parts.values():
            for place, what in part.missing:
                click.echo(f"never: {place}: {what}")
        figures = ", ".join(f"{name} {part.covered} of {part.total}" for name, part in parts.items())
        click.echo(f"{one.script.name}: {len(one.outcomes)} conversations, {figures}")
    click.echo(f"{run.passed} passed, {run.failed} failed, {run.turns} turns")

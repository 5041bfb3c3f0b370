"""`voicebot script publish`: from now on new calls use this version."""

import click
from rich.console import Console
from rich.progress import Progress

from voicebot import settings as settings_list
from voicebot.app.releases import publish
from voicebot.cli.opened import opened_store

BY = click.option("--by", default="", metavar="NAME", help="Who decided, for the history.")
NOTE = click.option("--note", default="", metavar="TEXT", help="Why, for the history.")


@click.command("publish")
@click.argument("script")
@BY
@NOTE
@click.option("--render/--no-render", default=True, help="Render its prompts before; else calls do at need.")
def command(script: str, by: str, note: str, render: bool) -> None:
    """Put SCRIPT (a file, a name, NAME@DIGEST) in force: running call servers use it from their next call on.

    The linter goes first; exit status 1 when it finds errors, and then nothing changes.
    """
    settings = settings_list.load()
    with opened_store() as store, Progress(console=Console(stderr=True), disable=not render) as bar:
        task = bar.add_task("prompts", total=None)
        shown = (lambda done, total: bar.update(task, completed=done, total=total)) if render else None
        version, findings, report = publish(settings, store, script, by, note, shown)
    for finding in findings:
        click.echo(str(finding), err=True)
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        click.echo(f"{version.label} has {errors} errors and was not published", err=True)
        raise SystemExit(1)
    prompts = f"; {report.rendered} prompts rendered, {report.cached} were there" if report else ""
    click.echo(f"published {version.label}, version {version.version}{prompts}")

"""`voicebot script versions`: the contents of a script that are kept, and what was in force when."""

import dataclasses
import json

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot.cli.opened import opened_store
from voicebot.errors import UsageError
from voicebot.store.versions import SHORT, Release, Version, releases_of, versions_of


@click.command("versions")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: versions, history.")
def command(name: str, as_json: bool) -> None:
    """Every version of the script NAME that a call used or that was published, and the history of publications."""
    with opened_store() as store:
        versions, history = versions_of(store, name), releases_of(store, name)
    if not versions:
        raise UsageError(f"no version of script {name!r} is kept; the first call or publication keeps one")
    if as_json:
        plain = {
            "versions": [dataclasses.asdict(one) for one in versions],
            "history": [dataclasses.asdict(one) for one in history],
        }
        click.echo(json.dumps(plain, ensure_ascii=False, default=str))
        return
    console = Console(highlight=False)
    console.print(_versions(versions))
    console.print(_history(history) if history else "never published: calls use the file")


def _versions(versions: tuple[Version, ...]) -> Table:
    table = Table("digest", "version", "title", "kept since", "calls", "", box=box.SIMPLE_HEAD, pad_edge=False)
    for one in versions:
        since = f"{one.first_used_at.astimezone():%Y-%m-%d %H:%M}"
        row = (one.digest[:SHORT], one.version, one.title, since, str(one.calls), "published" if one.in_force else "")
        table.add_row(*map(Text, row))
    return table


def _history(history: tuple[Release, ...]) -> Table:
    table = Table("when", "what", "digest", "version", "by", "note", box=box.SIMPLE_HEAD, pad_edge=False)
    for one in history:
        when = f"{one.released_at.astimezone():%Y-%m-%d %H:%M:%S}"
        row = (when, one.action, one.version.digest[:SHORT], one.version.version, one.released_by, one.note)
        table.add_row(*map(Text, row))
    return table

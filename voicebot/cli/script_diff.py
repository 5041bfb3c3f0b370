"""`voicebot script diff`: what is different in two versions, by node and edge."""

import dataclasses
import json

import click
from rich.console import Console
from rich.text import Text

from voicebot import settings as settings_list
from voicebot.app.versions import named
from voicebot.cli.opened import opened_store
from voicebot.dialog.version_diff import Difference, difference

COLOURS = {"added": "green", "removed": "red", "changed": "yellow"}
SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: old, new, parts.")
def command(old: str, new: str, as_json: bool) -> None:
    """Tell what NEW has that OLD has not, and the other way round, by node and edge.

    Each is a file, a name, NAME@DIGEST or NAME@published. Exit status 1 when they differ.
    """
    settings = settings_list.load()
    with opened_store() as store:
        before, after = named(settings, store, old), named(settings, store, new)
    found = difference(before.script, after.script)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
    else:
        _show(Console(highlight=False, soft_wrap=True), before.label, after.label, found)
    raise SystemExit(1 if found.parts else 0)


def _show(console: Console, old: str, new: str, found: Difference) -> None:
    console.print(Text(f"from {old}\nto   {new}", style="dim"))
    for part in found.parts:
        where = part.new_line or part.old_line
        head = f"{SIGNS[part.kind]} {part.about} {part.name}"
        console.print(Text(head, style=f"bold {COLOURS[part.kind]}"), Text(where, style="dim"))
        for detail in part.details:
            for sign, text, colour in (("-", detail.old, "red"), ("+", detail.new, "green")):
                if text:
                    console.print(Text(f"    {sign} {detail.what}: {text}", style=colour))
    counts = ", ".join(f"{sum(part.kind == kind for part in found.parts)} {kind}" for kind in COLOURS)
    console.print(counts if found.parts else "no difference that a call could tell")

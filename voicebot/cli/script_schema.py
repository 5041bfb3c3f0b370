"""`voicebot script schema`: the JSON Schema of the files that designers write."""

import json
from pathlib import Path

import click

from voicebot.dialog.schema import KINDS, json_schema
from voicebot.dialog.schema_conversations import conversations_schema

CONVERSATIONS = "conversations"


@click.command("schema")
@click.option(
    "--for", "kind", type=click.Choice([*KINDS, CONVERSATIONS]), help="Of one kind of files [scripts and their parts]."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to FILE.")
def command(kind: str | None, out: Path | None) -> None:
    """Print the JSON Schema of scripts, with which editors complete and check."""
    found = conversations_schema() if kind == CONVERSATIONS else json_schema(kind)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")

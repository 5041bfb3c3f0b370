"""`voicebot script graph`: a script as a picture, with what a campaign's calls did on it."""

import sys
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.app.scripts import script_path
from voicebot.dialog.graph import Graph, Traffic, graph
from voicebot.dialog.loader import load_script
from voicebot.dialog.mermaid import mermaid
from voicebot.errors import UsageError

MERMAID = "mermaid"
FORMATS = (MERMAID, "svg", "png")
SUFFIXES = {".svg": "svg", ".png": "png", ".mmd": MERMAID, ".md": MERMAID, ".txt": MERMAID, "": MERMAID}


@click.command("graph")
@click.argument("script")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Else what FILE ends with; mermaid without FILE.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Else standard output.")
@click.option("--campaign", metavar="ID", help="With the traffic of this campaign, and hang-up rates as colour.")
def command(script: str, kind: str | None, out: Path | None, campaign: str | None) -> None:
    """Draw SCRIPT (a file or a name): boxes are nodes, arrows the answers that lead on."""
    settings = settings_list.load()
    loaded = load_script(script_path(settings, script))
    plan = graph(loaded, _traffic(campaign, loaded.name) if campaign else None)
    kind = kind or _kind_of(out)
    drawn = mermaid(plan).encode() if kind == MERMAID else _picture(plan, kind)
    if out is not None:
        out.write_bytes(drawn)
    elif kind == "png" and sys.stdout.isatty():
        raise UsageError("a PNG is no text for a terminal; give --out FILE")
    else:
        click.echo(drawn, nl=False)


def _kind_of(out: Path | None) -> str:
    """The format that the file's name means. Raises UsageError for an ending that means none."""
    suffix = "" if out is None else out.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"{out}: {suffix} is no format of a picture here; name it .svg, .png or .mmd, or add --format")
    return SUFFIXES[suffix]


def _picture(plan: Graph, kind: str) -> bytes:
    from voicebot.app.script_picture import picture  # Graphviz and the list of fonts take a second

    return picture(plan, kind)


def _traffic(campaign: str, script: str) -> Traffic:
    from voicebot.cli.opened import opened_store
    from voicebot.reports.only import Only
    from voicebot.reports.traffic import traffic

    with opened_store() as store:
        return traffic(store, Only(campaign, script))

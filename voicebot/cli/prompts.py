"""`voicebot prompts`: what a script can say, and rendering it ahead of the calls."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from voicebot import settings as settings_list
from voicebot.app.prompts import prompt_cache, render_ahead
from voicebot.app.scripts import script_path
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.variables import pairs
from voicebot.dialog.loader import load_script
from voicebot.dialog.script import Script
from voicebot.dialog.wording import PromptText, prompts
from voicebot.errors import InputFault
from voicebot.media.frames import ms_of
from voicebot.speech.prompts import PromptCache
from voicebot.understanding.csv_source import by_heading, rows_of

MAX_ROWS = 1_000_000
MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Row:
    """One prompt; `seconds` is None where it has not been rendered, or is the recording `file`."""

    text: str
    voice: str
    file: str | None
    seconds: float | None


variables_option = click.option(
    "--var", "variables", multiple=True, metavar="NAME=VALUE", help="A variable of the lead; else the script's example."
)
leads_option = click.option(
    "--leads", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV with a header: one lead a row."
)


@click.group(cls=WholeGroup)
def command() -> None:
    """What can be said, rendered ahead of the calls."""


@command.command("list")
@click.argument("script")
@variables_option
@leads_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object: prompts, missing, seconds.")
def list_prompts(script: str, variables: tuple[str, ...], leads: Path | None, as_json: bool) -> None:
    """Every text that SCRIPT (a file or a name) can say, and how long it is where it has been rendered."""
    settings = settings_list.load()
    loaded = load_script(script_path(settings, script))
    with prompt_cache(settings) as cache:
        rows = [_row(cache, prompt) for prompt in _texts(loaded, _leads(loaded, variables, leads))]
    missing = sum(row.seconds is None and row.file is None for row in rows)
    if as_json:
        listed = [dataclasses.asdict(row) for row in rows]
        seconds = round(sum(row.seconds or 0 for row in rows), 1)
        click.echo(json.dumps({"prompts": listed, "missing": missing, "seconds": seconds}, ensure_ascii=False))
        return
    table = Table("text", "voice", "seconds")
    for row in rows:
        state = row.file or ("-" if row.seconds is None else f"{row.seconds:.1f}")
        table.add_row(Text(row.text), row.voice, Text(state))
    console = Console()
    console.print(table, highlight=False)
    console.print(f"{len(rows)} prompts, {missing} not rendered (voicebot prompts render {script})", highlight=False)


@command.command("render")
@click.argument("script")
@variables_option
@leads_option
@click.option("--online/--offline", default=None, help="Voice; without either VOICEBOT_ONLINE_VOICE says.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: rendered, cached, failed.")
def render(script: str, variables: tuple[str, ...], leads: Path | None, online: bool | None, as_json: bool) -> None:
    """Render what SCRIPT can say. Exit status 1 when a prompt came from another voice than was wanted."""
    settings = settings_list.load(online_voice=online)
    loaded = load_script(script_path(settings, script))
    with prompt_cache(settings) as cache, Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(loaded.name, total=None)
        report = render_ahead(
            cache,
            settings,
            loaded,
            _leads(loaded, variables, leads),
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    else:
        for failure in report.failed:
            click.echo(f"offline voice instead: {failure.text}: {failure.why}", err=True)
        click.echo(f"{report.rendered} rendered, {report.cached} were there, {len(report.failed)} by the offline voice")
    if report.failed:
        raise SystemExit(1)


def _texts(script: Script, leads: list[dict[str, str]]) -> list[PromptText]:
    """What can be said to any of the leads, each once."""
    return list(dict.fromkeys(prompt for lead in leads for prompt in prompts(script, lead)))


def _row(cache: PromptCache, prompt: PromptText) -> Row:
    pcm = cache.get(prompt.text, prompt.voice_key) if prompt.file is None else None
    return Row(*prompt, None if pcm is None else ms_of(len(pcm)) / 1000)


def _leads(script: Script, variables: tuple[str, ...], file: Path | None) -> list[dict[str, str]]:
    """The leads' variables: of a CSV's rows, or one lead made of the script's examples; `variables` win.

    Raises UsageError, InputFault.
    """
    given = pairs(variables)
    if file is None:
        return [{need.name: need.example for need in script.needs.values() if need.example} | given]
    rows = by_heading(rows_of(file, MAX_BYTES, MAX_ROWS), str(file))
    leads = [cells | given for _, cells in rows]
    if not leads:
        raise InputFault(f"{file}:1:1: no lead below the headings; a row for each is wanted")
    return leads

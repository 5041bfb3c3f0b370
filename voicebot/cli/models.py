"""`voicebot models`: what recognition models there are, and fetching one that is published."""

import dataclasses
import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Column, Table

from voicebot import settings as settings_list
from voicebot.cli.lazy import WholeGroup
from voicebot.speech.languages import NAMES, SETTINGS, model_name
from voicebot.speech.models import BASE_URL, PUBLISHED, find, installed, pull, pulled_dir


@click.group(cls=WholeGroup)
def command() -> None:
    """Recognition models: list, pull."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: in_force, installed, published.")
def list_models(as_json: bool) -> None:
    """Models on this machine, and those that can be pulled. VOICEBOT_MODEL and VOICEBOT_MODEL_EN choose."""
    settings = settings_list.load()
    here = installed(settings)
    names = {model.name for model in here}
    if as_json:
        found = {
            "in_force": {language: model_name(settings, language) for language in NAMES},
            "installed": [dataclasses.asdict(model) for model in here],
            "published": [dataclasses.asdict(model) for model in PUBLISHED.values()],
        }
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    table = Table("hears", Column("name", no_wrap=True), "where", "what")
    for model in here:
        hears = [NAMES[one] for one in NAMES if model_name(settings, one) in (model.name, str(model.path))]
        mark = ", ".join(hears)
        about = PUBLISHED[model.name].about if model.name in PUBLISHED else ""
        table.add_row(mark, model.name, "shipped" if model.shipped else str(model.path), about)
    for published in PUBLISHED.values():
        if published.name not in names:
            where = f"to be pulled, {published.size / 1e6:.0f} MB"
            table.add_row("", published.name, where, published.about)
    console = Console()
    console.print(table)
    for language, setting in SETTINGS.items():
        told = f"{NAMES[language]} is heard by {setting}={model_name(settings, language)}"
        console.print(told, highlight=False)


@command.command("pull")
@click.argument("name")
@click.option("--sha256", help="Checksum of the zip, in place of the known one or where none is known.")
@click.option("--base-url", default=BASE_URL, show_default=True, help="A mirror: NAME.zip lies under it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: name, path, sha256, verified, fresh.")
def pull_model(name: str, sha256: str | None, base_url: str, as_json: bool) -> None:
    """Fetch the published model NAME into the data directory; goes on where an earlier pull was cut off."""
    find(name)  # before a progress bar promises anything
    directory = pulled_dir(settings_list.load())
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None)
        pulled = pull(
            name, directory, base_url, sha256, lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(pulled), default=str))
    else:
        click.echo(_told(pulled.path, pulled.sha256, pulled.verified, pulled.fresh))


def _told(path: Path, sha256: str | None, verified: bool, fresh: bool) -> str:
    if not fresh:
        return f"{path} is there already; use it with {_use(path.name)}"
    checked = f"SHA-256 {sha256}"
    if not verified:
        checked += " (no checksum was known to compare with: checked were the zip's own sums and the files in it)"
    return f"{path}: {checked}; use it with {_use(path.name)}"


def _use(name: str) -> str:
    """The setting that makes it hear its language."""
    return f"{SETTINGS[find(name).language]}={name}"

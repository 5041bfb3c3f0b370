"""`voicebot nlu export-rasa`: what a Rasa server needs to be trained on these intents."""

import dataclasses
import json
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.app.rasa_export import export_rasa
from voicebot.cli.tables import AS_JSON


@click.command("export-rasa")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@AS_JSON
def command(directory: Path, as_json: bool) -> None:
    """Write pipeline, domain and data for a Rasa 3.6 server into DIRECTORY, and say how to train and start it.

    The model's name holds the digest of the intents, by which `voicebot doctor` knows it again.
    """
    made = export_rasa(settings_list.load(), directory)
    if as_json:
        told = dataclasses.asdict(made) | {"directory": str(made.directory), "train": made.train, "serve": made.serve}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{made.intents} intents, {made.examples} examples in {made.directory}")
    click.echo("there, with Rasa 3.6 (pip install 'rasa[jieba]==3.6.21' in a Python 3.8 to 3.10):")
    click.echo(f"  {made.train}")
    click.echo(f"  {made.serve}")
    click.echo("or with containers, when the directory is rasa-project beside docker-compose.yml:")
    click.echo(f"  RASA_MODEL={made.model} docker compose run --rm rasa-train")
    click.echo("  docker compose up -d rasa")
    click.echo("then set VOICEBOT_NLU_ENGINE=rasa and VOICEBOT_RASA_TOKEN, and ask: voicebot doctor")

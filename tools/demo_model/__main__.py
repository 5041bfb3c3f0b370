"""`python -m tools.demo_model build|vocabulary|package|evaluate`: the command line, nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tools.demo_model.profiles import PROFILES
from tools.demo_model.settings import BuildPaths

_language = click.option(
    "--language", type=click.Choice(list(PROFILES)), default="zh", show_default=True, help="Of the model."
)
_out = click.option("--out", type=click.Path(path_type=Path), help="The model; else models/demo-LANGUAGE.")
_work = click.option("--work", type=click.Path(path_type=Path), help="Stages' files; else build/demo_model/.")


@click.group()
def main() -> None:
    """Make and measure the demo models."""


@main.command()
@_language
@_out
@_work
@click.option("--minutes", default=25.0, show_default=True, help="Training time.")
@click.option("--utterances", default=24_000, show_default=True, help="Training utterances.")
@click.option("--start", type=click.Path(path_type=Path, exists=True), help="A network.pt to go on training from.")
def build(
    language: str, out: Path | None, work: Path | None, minutes: float, utterances: int, start: Path | None
) -> None:
    """Everything from text to model; goes on where an interrupted build stopped. Needs the extra `train`."""
    from tools.demo_model import build as stages

    stages.run(PROFILES[language], _paths(language, out, work), minutes, utterances, start)


@main.command()
@_language
@_out
@_work
def vocabulary(language: str, out: Path | None, work: Path | None) -> None:
    """New words and phrases of text/, dialogs/ and intents/ for the model that is there; no training, no torch."""
    from tools.demo_model import language as stages

    stages.renew(PROFILES[language], _paths(language, out, work))


@main.command()
@_language
@_out
@_work
def package(language: str, out: Path | None, work: Path | None) -> None:
    """Export anew from the trained network of a build, after a change of the export's numbers."""
    from tools.demo_model import build as stages

    stages.package(PROFILES[language], _paths(language, out, work))


@main.command()
@_language
@click.option("--model", type=click.Path(path_type=Path, exists=True), help="Else models/demo-LANGUAGE.")
@click.option("--count", default=120, show_default=True, help="Utterances in each set.")
@click.option("--json", "as_json", is_flag=True, help="One object instead of tables.")
def evaluate(language: str, model: Path | None, count: int, as_json: bool) -> None:
    """Accuracy on held-out text and voices, noise, unknown words and no speech at all."""
    from tools.demo_model import evaluate as measuring

    profile = PROFILES[language]
    results = measuring.run(profile, model or profile.model, count)
    click.echo(json.dumps(results, ensure_ascii=False) if as_json else measuring.tables(results))


def _paths(language: str, out: Path | None, work: Path | None) -> BuildPaths:
    profile = PROFILES[language]
    return BuildPaths(work or profile.build, out or profile.model)


if __name__ == "__main__":
    main()

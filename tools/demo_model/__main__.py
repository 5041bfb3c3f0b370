"""`python -m tools.demo_model build|vocabulary|package|evaluate`: the command line, nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tools.demo_model.settings import BUILD_DIR, MODEL_DIR, BuildPaths


@click.group()
def main() -> None:
    """Make and measure the Mandarin demo model."""


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=MODEL_DIR, show_default=True, help="The model.")
@click.option("--work", type=click.Path(path_type=Path), default=BUILD_DIR, show_default=True, help="Stages' files.")
@click.option("--minutes", default=25.0, show_default=True, help="Training time.")
@click.option("--utterances", default=24_000, show_default=True, help="Training utterances.")
@click.option("--start", type=click.Path(path_type=Path, exists=True), help="A network.pt to go on training from.")
def build(out: Path, work: Path, minutes: float, utterances: int, start: Path | None) -> None:
    """Everything from text to model; goes on where an interrupted build stopped. Needs the extra `train`."""
    from tools.demo_model import build as stages

    stages.run(BuildPaths(work, out), minutes, utterances, start)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=MODEL_DIR, show_default=True, help="The model.")
@click.option("--work", type=click.Path(path_type=Path), default=BUILD_DIR, show_default=True, help="Stages' files.")
def vocabulary(out: Path, work: Path) -> None:
    """New words and phrases of text/, dialogs/ and intents/ for the model that is there; no training, no torch."""
    from tools.demo_model import language

    language.renew(BuildPaths(work, out))


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=MODEL_DIR, show_default=True, help="The model.")
@click.option("--work", type=click.Path(path_type=Path), default=BUILD_DIR, show_default=True, help="Stages' files.")
def package(out: Path, work: Path) -> None:
    """Export anew from the trained network of a build, after a change of the export's numbers."""
    from tools.demo_model import build as stages

    stages.package(BuildPaths(work, out))


@main.command()
@click.option("--model", type=click.Path(path_type=Path, exists=True), default=MODEL_DIR, show_default=True)
@click.option("--count", default=120, show_default=True, help="Utterances in each set.")
@click.option("--json", "as_json", is_flag=True, help="One object instead of tables.")
def evaluate(model: Path, count: int, as_json: bool) -> None:
    """Accuracy on held-out text and voices, noise, unknown words and no speech at all."""
    from tools.demo_model import evaluate as measuring

    results = measuring.run(model, count)
    click.echo(json.dumps(results, ensure_ascii=False) if as_json else measuring.tables(results))


if __name__ == "__main__":
    main()

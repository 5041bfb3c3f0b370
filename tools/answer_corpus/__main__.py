"""`python -m tools.answer_corpus OUT`: the command line, nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from tools.answer_corpus import corpus
from tools.answer_corpus.clips import ENGLISH, MANDARIN
from tools.answer_corpus.settings import HELD_OUT, TUNING


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--part", type=click.Choice((TUNING, HELD_OUT)), multiple=True, help="Only this part; else both.")
@click.option("--language", type=click.Choice((MANDARIN, ENGLISH)), multiple=True, help="Only this one; else both.")
def main(out: Path, part: tuple[str, ...], language: tuple[str, ...]) -> None:
    """Write the clips (WAV, 8 kHz) and labels.jsonl into the directory OUT."""
    made = corpus.write(out, part or (TUNING, HELD_OUT), language or (MANDARIN, ENGLISH))
    click.echo(f"{made} clips in {out}")


if __name__ == "__main__":
    main()

"""`voicebot nlu`: training the embedded engine, and trying an engine on a text.

Measuring is nlu_measure.py's, widening the intents nlu_widen.py's.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.classifier import cached_at, keep
from voicebot.cli import nlu_measure, nlu_rasa, nlu_widen
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.nlu_measure import ENGINES, figure, intent_table, opened_engine, plain
from voicebot.errors import InputFault
from voicebot.nlu.measure import Judged, by_intent, share
from voicebot.nlu.sentences import Sentence, read_rows, split, training_of
from voicebot.understanding.nlu_yaml import Training, load_training, training_files
from voicebot.understanding.normalise import normalise
from voicebot.understanding.training import CrossValidated, train_checked


@click.group(cls=WholeGroup)
def command() -> None:
    """What the robot understands: train, test, parse, confusions, suggest, accept, export-rasa."""


command.add_command(nlu_rasa.command)
command.add_command(nlu_measure.test)
command.add_command(nlu_measure.confusions)
command.add_command(nlu_widen.suggest)
command.add_command(nlu_widen.accept)


@command.command("train")
@click.option(
    "--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Sentences of your own (JSON lines or CSV with text and label, or Rasa NLU YAML) in place of intents/:"
    " four fifths are trained on, the last fifth is measured.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def train(path: Path | None, as_json: bool) -> None:
    """Train the embedded engine, keep it for the next start, and print how well it does on what it was not shown.

    Precision and recall come from cross-validation in five folds; the same sentence is never in two of them.
    """
    settings = settings_list.load()
    kept_back: tuple[Sentence, ...] = ()
    if path is None:
        training = load_training(training_files(settings.intents_dir))
    else:
        trained, held = split(read_rows(path))
        training, kept_back = training_of(trained), tuple(Sentence(row.text, (row.label,), row.label) for row in held)
    began, cpu = perf_counter(), process_time()
    try:
        engine, checked = train_checked(training)
    except ValueError as error:
        raise InputFault(f"{path or settings.intents_dir}: {error}") from None
    spent = {"seconds": perf_counter() - began, "cpu_seconds": process_time() - cpu}
    keep(cached_at(settings, training), engine)
    judged = _cross_judged(checked)
    figures: dict[str, Any] = {
        "examples": len(training.examples),
        "intents": len(training.intents),
        **spent,
        "model": str(cached_at(settings, training)),
        "cross_validated": {"accuracy": share(judged), "per_intent": plain(by_intent(judged))},
    }
    if kept_back:
        told = _told(engine.intents, np.stack([engine.probabilities(one.text) for one in kept_back]), kept_back)
        figures["last_fifth"] = {"sentences": len(told), "accuracy": share(told), "per_intent": plain(by_intent(told))}
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        _show(figures, training, judged)


def _cross_judged(checked: CrossValidated) -> tuple[Judged, ...]:
    sentences = [Sentence(one.text, (one.intent,), one.intent) for one in checked.examples]
    return _told(checked.intents, checked.probabilities, sentences)


def _told(intents: Sequence[str], probabilities: Any, sentences: Sequence[Sentence]) -> tuple[Judged, ...]:
    """The most probable intent of each sentence, with no threshold."""
    return tuple(
        Judged(sentence, intents[best], float(row[best]), intents[best])
        for sentence, row, best in zip(sentences, probabilities, probabilities.argmax(axis=1).tolist(), strict=True)
    )


def _show(figures: dict[str, Any], training: Training, judged: Sequence[Judged]) -> None:
    console = Console()
    console.print(intent_table("cross-validated, five folds", by_intent(judged)))
    console.print(
        f"{figures['examples']} examples, {figures['intents']} intents, {figures['seconds']:.1f} s "
        f"({figures['cpu_seconds']:.1f} s of processor); cross-validated accuracy "
        f"{figure(figures['cross_validated']['accuracy'])}",
        highlight=False,
    )
    if "last_fifth" in figures:
        last = figures["last_fifth"]
        console.print(f"last fifth, not trained on: {last['sentences']} sentences, accuracy {figure(last['accuracy'])}")
    console.print(f"kept as {figures['model']}", highlight=False, soft_wrap=True)


@command.command("parse")
@click.argument("texts", nargs=-1, required=True)
@click.option("--engine", "name", type=click.Choice(ENGINES), help="Else the installation's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a text.")
def parse(texts: tuple[str, ...], name: str | None, as_json: bool) -> None:
    """What is made of each text: intents with their probabilities, values, and why a yes is doubted."""
    settings = settings_list.load()
    with opened_engine(settings, name or settings.nlu_engine) as engine:
        rows = []
        for text in texts:
            heard = normalise(text)
            found = nlu_measure.heard(engine, heard)
            rows.append({"text": heard, **found})
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table("text", "understood as", "by", "intents", "values", "doubt")
    for row in rows:
        ranking = "\n".join(f"{one['intent']} {one['score']:.2f}" for one in row["ranking"])
        values = ", ".join(f"{key}={value}" for key, value in row["entities"].items())
        table.add_row(row["text"], row["understood_as"], row["by"], ranking, values, row["doubt"])
    Console().print(table)

"""`voicebot nlu test` and `confusions`: figures of an engine on sentences whose intents are known."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.engine import installed_engine
from voicebot.nlu.measure import Figures, IntentFigures, Judged, everything, judge, measure, share
from voicebot.nlu.sentences import Sentence, mapped, part_of, read_map, read_rows
from voicebot.settings import REPOSITORY, Settings
from voicebot.understanding.classifier import OUT_OF_SCOPE
from voicebot.understanding.doubt import doubt
from voicebot.understanding.match import match
from voicebot.understanding.nlu_yaml import Training, load_training, training_files
from voicebot.understanding.thresholds import EMBEDDED, RASA
from voicebot.understanding.types import Classifier, Parse

HELD_OUT = REPOSITORY / "tests" / "understanding" / "held_out.yml"
KEYWORDS = "keywords"
ENGINES = (EMBEDDED, RASA, KEYWORDS)
"""`keywords`: no engine at all, short answers only."""
SHOWN = 40
"""Pairs and sentences that a table tells; JSON has all."""
INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
ABOUT = (
    click.option("--file", "path", type=INPUT, default=HELD_OUT, metavar="FILE",
                 help="Labelled sentences: JSON lines, CSV or Rasa NLU YAML; the held-out ones without it."),
    click.option("--map", "meaning", type=INPUT, metavar="MAP", help="What the labels of FILE mean in our intents."),
    click.option("--part", metavar="FROM-TO", help="Only this part of FILE, in hundredths by the texts' hash."),
    click.option("--engine", "name", type=click.Choice(ENGINES), help="Else the installation's."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object."),
)  # fmt: skip


def about_sentences(function: Any) -> Any:
    """The options that say which sentences and which engine."""
    for option in reversed(ABOUT):
        function = option(function)
    return function


class Silent:
    """No engine: what short answers and keywords alone do."""

    def parse(self, _text: str) -> Parse:
        """Nothing is known."""
        return Parse()


@contextmanager
def opened_engine(settings: Settings, name: str) -> Iterator[Classifier]:
    """The engine of that name, for the length of the block."""
    if name == KEYWORDS:
        yield Silent()
        return
    with installed_engine(dataclasses.replace(settings, nlu_engine=name)) as engine:
        yield engine


def heard(engine: Classifier, text: str) -> dict[str, Any]:
    """What an engine makes of a normalised text where every intent is expected."""
    settings = settings_list.load()
    intents = load_training(training_files(settings.intents_dir)).intents
    parse, found = engine.parse(text), match(text, everything(intents), engine)
    ranking = [dataclasses.asdict(one) for one in parse.ranking]
    doubts = [why for one in parse.ranking[:1] if (why := doubt(text, one.intent))]
    return {
        "understood_as": found.choice or OUT_OF_SCOPE,
        "by": found.by,
        "engine": parse.engine,
        "ranking": ranking,
        "entities": dict(parse.entities),
        "doubt": "; ".join(doubts),
    }


def _sentences(training: Training, path: Path, meaning: Path | None, part: str | None) -> tuple[Sentence, ...]:
    rows = read_rows(path)
    if part is not None:
        rows = part_of(rows, part)
    return mapped(rows, None if meaning is None else read_map(meaning, training.intents))


@click.command("test")
@about_sentences
@click.option("--picture", type=OUTPUT, metavar="PNG", help="Draw how true the probabilities are.")
def test(
    path: Path, meaning: Path | None, part: str | None, name: str | None, as_json: bool, picture: Path | None
) -> None:
    """Measure an engine on sentences that it was not trained on, as it is asked in a call: short answers first, the
    thresholds and doubts in force, every intent expected.
    """
    settings = settings_list.load()
    training = load_training(training_files(settings.intents_dir))
    sentences = _sentences(training, path, meaning, part)
    with opened_engine(settings, name or settings.nlu_engine) as engine:
        figures = measure(engine, training.intents, sentences, {one.text for one in training.examples})
    if picture is not None:
        from voicebot.nlu.pictures import reliability_picture  # fonts take a second

        reliability_picture(figures.reliability, figures.calibration_error, picture)
    if as_json:
        click.echo(json.dumps(plain(figures), ensure_ascii=False))
    else:
        _show(figures)


def plain(value: Any) -> Any:
    """Figures as JSON takes them, rounded."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value


def figure(value: float | None) -> str:
    """A share for people."""
    return "-" if value is None else f"{100 * value:.1f} %"


def intent_table(title: str, rows: Mapping[str, IntentFigures]) -> Table:
    """Precision and recall of each intent."""
    table = Table("intent", "precision", "recall", "F1", "sentences", "told", title=title, title_justify="left")
    for name, one in rows.items():
        shares = (figure(each) for each in (one.precision, one.recall, one.f1))
        table.add_row(name, *shares, str(one.count), str(one.told))
    return table


def _show(figures: Figures) -> None:
    console = Console()
    console.print(intent_table("per intent", figures.per_intent))
    table = Table("figure", "value", show_header=False)
    for what, value in (
        ("sentences", str(figures.sentences)),
        ("accuracy", figure(figures.accuracy)),
        ("of sentences not in intents/", f"{figure(figures.new_accuracy)} of {figures.new}"),
        ("macro F1", figure(figures.macro_f1)),
        ("accuracy, a tenth of the characters swapped by sound", figure(figures.noisy_accuracy)),
        ("out of scope rejected", figure(figures.out_of_scope_rejected)),
        ("precision of agreement and interest", f"{figure(figures.agreement_precision)} of {figures.agreement_told}"),
        (
            "expected calibration error",
            "-" if figures.calibration_error is None else f"{figures.calibration_error:.3f}",
        ),
        ("a sentence, median", f"{figures.us_per_sentence:.0f} µs"),
    ):
        table.add_row(what, value)
    console.print(table)
    for one in figures.reliability:
        console.print(f"  probability {one.probability:.2f}: right {one.right:.2f} of {one.count}", highlight=False)


@click.command("confusions")
@about_sentences
@click.option("--against", type=click.Choice(ENGINES), default=KEYWORDS, show_default=True, help="The second engine.")
@click.option(
    "--out", type=OUTPUT, default=Path("confusions.png"), show_default=True, metavar="PNG", help="The picture."
)
def confusions(
    path: Path, meaning: Path | None, part: str | None, name: str | None, as_json: bool, against: str, out: Path
) -> None:
    """What is taken for what, as a table and a picture, and the sentences on which two engines disagree."""
    settings = settings_list.load()
    training = load_training(training_files(settings.intents_dir))
    sentences = _sentences(training, path, meaning, part)
    first = name or settings.nlu_engine
    with opened_engine(settings, first) as engine, opened_engine(settings, against) as other:
        judged = judge(engine, training.intents, sentences)
        second = judge(other, training.intents, sentences)
    from voicebot.nlu.pictures import confusion_picture  # fonts take a second

    confusion_picture(judged, out)
    pairs = Counter((one.truth, one.told) for one in judged if not one.is_right).most_common()
    apart = [(a, b) for a, b in zip(judged, second, strict=True) if a.told != b.told]
    if as_json:
        click.echo(json.dumps(_as_dict(first, against, judged, second, apart, pairs, out), ensure_ascii=False))
    else:
        _show_confusions(first, against, judged, second, apart, pairs)
        click.echo(f"picture: {out}")


Pairs = Sequence[tuple[tuple[str, str], int]]
Apart = Sequence[tuple[Judged, Judged]]


def _as_dict(
    first: str, against: str, judged: Sequence[Judged], second: Sequence[Judged], apart: Apart, pairs: Pairs, out: Path
) -> dict[str, Any]:
    return {
        "picture": str(out),
        "accuracy": {first: share(judged), against: share(second)},
        "confusions": [
            {
                "meant": meant,
                "told": told,
                "times": times,
                "sentences": [one.sentence.text for one in judged if (one.truth, one.told) == (meant, told)],
            }
            for (meant, told), times in pairs
        ],
        "disagreements": [
            {"text": a.sentence.text, "right": list(a.sentence.right), first: a.told, against: b.told} for a, b in apart
        ],
    }


def _show_confusions(
    first: str, against: str, judged: Sequence[Judged], second: Sequence[Judged], apart: Apart, pairs: Pairs
) -> None:
    table = Table("meant", f"told by {first}", "times", "such as")
    for (meant, told), times in pairs[:SHOWN]:
        texts = [one.sentence.text for one in judged if (one.truth, one.told) == (meant, told)]
        table.add_row(meant, told, str(times), ", ".join(texts[:3]))
    console = Console()
    console.print(table)
    differing = Table("sentence", "right", first, against)
    for a, b in apart[:SHOWN]:
        differing.add_row(a.sentence.text, " or ".join(a.sentence.right), a.told, b.told)
    console.print(differing)
    console.print(
        f"{first} {figure(share(judged))}, {against} {figure(share(second))} of {len(judged)} sentences right; "
        f"they disagree on {len(apart)}, {min(len(apart), SHOWN)} shown",
        highlight=False,
    )

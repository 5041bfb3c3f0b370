"""The embedded engine and a Rasa server on the same sentences: the figures of docs/understanding.md.

`python -m tools.compare_engines measure` on the shipped intents and the held-out sentences of tests/; with `--file F`
on a user's own labelled sentences, of which `export` gives Rasa four fifths to train on.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import click
import httpx
import numpy as np
from sklearn.metrics import f1_score

from voicebot.app.rasa_export import CONFIG, DOMAIN, NLU
from voicebot.settings import REPOSITORY, Settings
from voicebot.understanding.classifier import OUT_OF_SCOPE
from voicebot.understanding.nlu_yaml import RASA_CONFIG_DIR, Example, Training, load_training, training_files
from voicebot.understanding.normalise import normalise
from voicebot.understanding.rasa import Translation
from voicebot.understanding.rasa_files import domain_file, nlu_file
from voicebot.understanding.thresholds import thresholds_of
from voicebot.understanding.training import FOLDS, fold_of, train
from voicebot.understanding.types import Parse
from voicebot.understanding.yaml_source import Place

HELD_OUT = REPOSITORY / "tests" / "understanding" / "held_out.yml"
WARM_UP = "你好"


@dataclass(frozen=True)
class Told:
    """What an engine said to one sentence: its best intent whatever the probability, what it would be taken for."""

    best: str | None
    taken: str | None
    ms: float


def user_file(path: Path) -> tuple[Training, tuple[Example, ...]]:
    """A JSON Lines file of {"text", "label"}: four fifths to train on, one fifth to measure on."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    examples = [Example(text, row["label"], Place(str(path), 1, 1)) for row in rows if (text := normalise(row["text"]))]
    trained = tuple(each for each in examples if not held_out(each.text))
    return Training(trained, {}, {}, {}, "0" * 64), tuple(each for each in examples if held_out(each.text))


def held_out(text: str) -> bool:
    """Whether a user's sentence is in the last fifth, which no engine is trained on: decided by the text's hash."""
    return fold_of(text) == FOLDS - 1


def taken(parse: Parse) -> str | None:
    """The intent that a script would take it for, if it expected everything."""
    least = thresholds_of(parse.engine)
    sure = [each.intent for each in parse.ranking[:1] if each.score >= least.least(each.intent)]
    return sure[0] if sure else None


def ask_embedded(training: Training) -> Callable[[str], Told]:
    engine = train(training)

    def ask(text: str) -> Told:
        began = time.perf_counter()
        parse = engine.parse(text)
        ms = (time.perf_counter() - began) * 1000
        return Told(engine.intents[int(np.argmax(engine.logits(text)))], taken(parse), ms)

    return ask


def ask_rasa(training: Training, client: httpx.Client) -> Callable[[str], Told]:
    translation = Translation(training)
    client.post("/model/parse", json={"text": WARM_UP}).raise_for_status()

    def ask(text: str) -> Told:
        began = time.perf_counter()
        answer = client.post("/model/parse", json={"text": text}).raise_for_status()
        ms = (time.perf_counter() - began) * 1000
        parse = translation.parse(text, answer.content) if translation.worth_asking(text) else Parse()
        return Told(answer.json()["intent"]["name"], taken(parse), ms)

    return ask


def figures(sentences: Iterable[Example], ask: Callable[[str], Told]) -> dict[str, float | int]:
    """Accuracy and macro F1 of the best intent, what thresholds let through rightly and wrongly, milliseconds."""
    asked = [(each.intent, ask(each.text)) for each in sentences]
    known = [(intent, told) for intent, told in asked if intent != OUT_OF_SCOPE]
    strange = [told for intent, told in asked if intent == OUT_OF_SCOPE]
    labels = [intent for intent, _ in known]
    best = [told.best or "" for _, told in known]
    ms = [told.ms for _, told in asked]
    return {
        "sentences": len(known),
        "accuracy": round(float(np.mean([told.best == intent for intent, told in known])), 4),
        "macro_f1": round(float(f1_score(labels, best, labels=sorted(set(labels)), average="macro")), 4),
        "taken_rightly": round(float(np.mean([told.taken == intent for intent, told in known])), 4),
        "taken_wrongly": round(float(np.mean([told.taken not in (None, intent) for intent, told in known])), 4),
        "out_of_scope": len(strange),
        "out_of_scope_rejected": round(float(np.mean([told.taken is None for told in strange])), 4) if strange else 0,
        "ms_p50": round(float(np.percentile(ms, 50)), 2),
        "ms_p95": round(float(np.percentile(ms, 95)), 2),
    }


@click.group()
def main() -> None:
    """Compare the engines."""


@main.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--file", "path", type=click.Path(exists=True, path_type=Path), required=True)
def export(directory: Path, path: Path) -> None:
    """Write four fifths of a user's own sentences as Rasa's training files."""
    training, _ = user_file(path)
    directory.mkdir(parents=True, exist_ok=True)
    config = (Settings().intents_dir / RASA_CONFIG_DIR / CONFIG).read_text(encoding="utf-8")
    for name, text in ((CONFIG, config), (DOMAIN, domain_file(training)), (NLU, nlu_file(training))):
        (directory / name).write_text(text, encoding="utf-8")
    click.echo(f"{len(training.examples)} examples, {len(training.intents)} labels")


@main.command()
@click.option("--url", required=True, help="A Rasa server that was trained on the same sentences.")
@click.option("--token", default="")
@click.option("--file", "path", type=click.Path(exists=True, path_type=Path))
def measure(url: str, token: str, path: Path | None) -> None:
    """Ask both engines; one line of JSON each."""
    if path is not None:
        training, sentences = user_file(path)
    else:
        training, sentences = load_training(training_files(Settings().intents_dir)), load_training([HELD_OUT]).examples
    with httpx.Client(base_url=url, params={"token": token} if token else None, timeout=60) as client:
        for name, ask in (("embedded", ask_embedded(training)), ("rasa", ask_rasa(training, client))):
            click.echo(json.dumps({"engine": name, **figures(sentences, ask)}))


if __name__ == "__main__":
    main()

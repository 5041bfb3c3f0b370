"""How well and how quickly sentences are understood: the held-out ones, and how often a keyword is heard by its sound.

`python -m tools.bench_nlu --file F --map M` measures on labelled sentences of one's own as well.
"""

import json
from collections import Counter
from pathlib import Path
from time import process_time

import click
from rich.console import Console
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.cli.nlu_measure import HELD_OUT
from voicebot.dialog.loader import load_script
from voicebot.nlu.measure import Figures, measure
from voicebot.nlu.sentences import Sentence, mapped, read_map, read_rows
from voicebot.settings import Settings
from voicebot.understanding.keywords import find_keyword, sounding_like
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.training import train

INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)


def keywords(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Every keyword of the shipped scripts, with the intents of its answer."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(settings.dialogs_dir.glob("*.yaml")):
        script = load_script(path)
        answers = [answer for node in script.nodes.values() for answer in node.answers]
        for answer in (*answers, *script.anywhere):
            found |= {word: answer.intents for word in answer.keywords if "{" not in word}
    return found


def sound_hits(words: dict[str, tuple[str, ...]], sentences: tuple[Sentence, ...]) -> dict[str, float]:
    """Sentences in which keywords are heard by their sound where none is said, and how many of them mean
    another intent; all keywords of all scripts asked at once, which no call does.
    """
    heard: Counter[str] = Counter()
    for sentence in sentences:
        if any(find_keyword(sentence.text, word) for word in words):
            heard["by characters"] += 1
            continue
        hits = [word for word in words if sounding_like(sentence.text, word)]
        if hits:
            heard["by sound"] += 1
            heard["false"] += not any({*words[word]} & {*sentence.right} for word in hits)
    return {
        "keyword by its characters, share of sentences": heard["by characters"] / len(sentences),
        "keyword by its sound only, share of sentences": heard["by sound"] / len(sentences),
        "of these of another intent, share of all sentences": heard["false"] / len(sentences),
    }


def told(figures: Figures) -> dict[str, float | None]:
    """The figures that are one number."""
    names = ("accuracy", "new_accuracy", "macro_f1", "noisy_accuracy", "out_of_scope_rejected", "agreement_precision")
    return {name: getattr(figures, name) for name in (*names, "calibration_error", "us_per_sentence")}


@click.command()
@click.option("--file", "path", type=INPUT)
@click.option("--map", "meaning", type=INPUT)
@click.option("--json", "as_json", is_flag=True)
def main(path: Path | None, meaning: Path | None, as_json: bool) -> None:
    """Print the figures."""
    settings = settings_list.load()
    training = load_training(training_files(settings.intents_dir))
    began = process_time()
    train(training)
    figures: dict[str, dict[str, float | None]] = {"training": {"s": process_time() - began}}
    engine, seen = installed_classifier(settings), {one.text for one in training.examples}
    sets = {"held-out": mapped(read_rows(HELD_OUT), None)}
    if path is not None:
        rows = read_rows(path)
        sets[path.name] = mapped(rows, None if meaning is None else read_map(meaning, training.intents))
    for name, sentences in sets.items():
        figures[name] = told(measure(engine, training.intents, sentences, seen))
        figures[name] |= sound_hits(keywords(settings), sentences)
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    table = Table("sentences", "what", "measured")
    for name, rows_of in figures.items():
        for what, value in rows_of.items():
            table.add_row(name, what, "-" if value is None else f"{value:.4g}")
    Console().print(table)


if __name__ == "__main__":
    main()

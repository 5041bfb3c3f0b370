"""From text to model, stage by stage; a stage whose product is there is skipped.
The order of the stages lives here; what each does lives in its own file."""

from __future__ import annotations

from pathlib import Path

from tools.demo_model import corpus, export, lexicon, network, shards, train
from tools.demo_model.reader import Reader
from tools.demo_model.settings import BuildPaths
from voicebot.speech.espeak import EspeakVoice


def run(paths: BuildPaths, minutes: float, utterances: int, start: Path | None = None) -> None:
    """Text, pronunciations, sound, training, graph, export. Raises SpeechError when espeak is not usable."""
    paths.work.mkdir(parents=True, exist_ok=True)
    text(paths)
    units = export.units_of(lexicon.load(paths.lexicon))
    made = shards.make(paths, utterances)
    if not paths.network.exists():
        train.run(made, units, minutes, paths.network, start)
    package(paths)


def text(paths: BuildPaths) -> None:
    if not paths.corpus.exists():
        sentences = corpus.collect()
        corpus.save(sentences, paths.corpus)
        print(f"text: {len(sentences)} sentences, {sum(s.held_out for s in sentences)} held out", flush=True)
    if not paths.lexicon.exists():
        with EspeakVoice() as voice:
            readings = lexicon.learn(corpus.load(paths.corpus), Reader(voice))
        lexicon.save(readings, paths.lexicon)
        print(f"lexicon: {len(readings)} words and characters", flush=True)


def package(paths: BuildPaths) -> None:
    """Graph and network to the model's directory."""
    _, units, _ = network.load(paths.network)
    print("graph:", export.write_graph(paths, units), flush=True)
    export.write_acoustics(paths)

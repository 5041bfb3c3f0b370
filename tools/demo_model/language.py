"""The model's language: text, pronunciations and the decoding graph made of them. Needs pynini (and jieba for
Mandarin), not torch."""

from __future__ import annotations

from tools.demo_model import corpus, graph, lexicon, ngram
from tools.demo_model.phones import Phones
from tools.demo_model.profiles import Profile
from tools.demo_model.settings import SILENCE, BuildPaths
from voicebot.speech.espeak import EspeakVoice


def write_text(profile: Profile, paths: BuildPaths) -> None:
    """Corpus and lexicon, unless they are there."""
    paths.work.mkdir(parents=True, exist_ok=True)
    if not paths.corpus.exists():
        sentences = corpus.collect(profile)
        corpus.save(sentences, paths.corpus)
        print(f"text: {len(sentences)} sentences, {sum(s.held_out for s in sentences)} held out", flush=True)
    if not paths.lexicon.exists():
        with EspeakVoice() as voice:
            readings = lexicon.learn(profile, corpus.load(paths.corpus), voice)
        lexicon.save(readings, paths.lexicon)
        print(f"lexicon: {len(readings)} words", flush=True)


def write_graph(profile: Profile, paths: BuildPaths, phones: Phones) -> None:
    """graph/ of the model from corpus and lexicon."""
    readings = lexicon.load(paths.lexicon)
    trained = [sentence for sentence in corpus.load(paths.corpus) if not sentence.held_out]
    cut = [(profile.segment(sentence.text), sentence.weight) for sentence in trained]
    sayable = [(words, weight) for words, weight in cut if all(word in readings for word in words)]
    words = ngram.estimate(sayable, readings, profile.decoding.least_gain)
    size = graph.Builder(phones, readings, words, profile.decoding).write(paths.model)
    print("graph:", size, flush=True)


def renew(profile: Profile, paths: BuildPaths) -> None:
    """Text, lexicon and graph anew for the network that the model has: new words need no training, since their
    sounds are known."""
    for stale in (paths.corpus, paths.lexicon):
        stale.unlink(missing_ok=True)
    write_text(profile, paths)
    write_graph(profile, paths, Phones.from_table((paths.model / "graph" / "phones.txt").read_text()))


def units_of(readings: lexicon.Lexicon) -> list[str]:
    """The network's outputs: silence first, then every unit of the lexicon."""
    found = {unit for word in readings.values() for reading in word for unit in reading}
    return [SILENCE, *sorted(found)]

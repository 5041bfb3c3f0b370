"""A trained network and the graph as the directory that Vosk loads. Needs the extra `train`; never vosk."""

from __future__ import annotations

import numpy as np

from tools.demo_model import corpus, graph, kaldi, lexicon, network, ngram
from tools.demo_model.features import MFCC_CONF
from tools.demo_model.settings import FEATURES, SILENCE, SUBSAMPLING, BuildPaths
from tools.demo_model.words import segment

SOFTNESS = 1.0  # scales acoustic and graph costs and the beams alike: the same words, flatter posteriors
ACOUSTIC_SCALE = 0.3
BEAM = 12.0
LATTICE_BEAM = 6.0
RAREST_PRIOR = 1e-3  # rare units are not favoured without bound
ANY_SPEECH_PRIOR = 0.1  # the smaller, the sooner speech counts as an unknown word
COSTS = graph.GraphCosts(scale=SOFTNESS, silence=0.3, unknown_word=6.0, next_sentence=2.0)

MODEL_CONF = f"""--min-active=200
--max-active=2500
--beam={BEAM * SOFTNESS:g}
--lattice-beam={LATTICE_BEAM * SOFTNESS:g}
--acoustic-scale={ACOUSTIC_SCALE * SOFTNESS:g}
--frame-subsampling-factor={SUBSAMPLING}
--frames-per-chunk=9
--endpoint.silence-phones={graph.SILENCE_ID}
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""


def write_acoustics(paths: BuildPaths) -> None:
    """am/final.mdl and conf/ from the trained network."""
    net, units, priors = network.load(paths.network)
    shares = np.maximum(priors, RAREST_PRIOR)
    divided_out = np.concatenate([shares / shares.sum(), [1.0, ANY_SPEECH_PRIOR]])
    outputs = graph.Phones(tuple(units)).outputs()
    (paths.model / "am").mkdir(parents=True, exist_ok=True)
    (paths.model / "conf").mkdir(exist_ok=True)
    model = kaldi.acoustic_model(outputs, network.kaldi_layers(net), FEATURES, divided_out)
    (paths.model / "am" / "final.mdl").write_bytes(model)
    (paths.model / "conf" / "mfcc.conf").write_text(MFCC_CONF)
    (paths.model / "conf" / "model.conf").write_text(MODEL_CONF)


def write_graph(paths: BuildPaths, units: list[str], costs: graph.GraphCosts = COSTS) -> str:
    """graph/ from corpus and lexicon; returns a line about its size."""
    readings = lexicon.load(paths.lexicon)
    trained = [sentence for sentence in corpus.load(paths.corpus) if not sentence.held_out]
    cut = [(segment(sentence.text), sentence.weight) for sentence in trained]
    sayable = [(words, weight) for words, weight in cut if all(word in readings for word in words)]
    return graph.Builder(units, readings, ngram.estimate(sayable, readings), costs).write(paths.model)


def units_of(readings: lexicon.Lexicon) -> list[str]:
    """The network's outputs: silence first, then every unit of the lexicon."""
    found = {unit for word in readings.values() for reading in word for unit in reading}
    return [SILENCE, *sorted(found)]

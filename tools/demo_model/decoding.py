"""How the decoder weighs sound, words and unknown words: the tuned numbers, and conf/model.conf made of them.
Tuned on the sets of `cases` with few utterances a set; the report is measured on other draws of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tools.demo_model.settings import SUBSAMPLING

SILENCE_PHONE: Final = 1


@dataclass(frozen=True)
class GraphCosts:
    """Costs are -ln p before `scale`, which multiplies them all."""

    scale: float
    silence: float  # probability of a pause between words
    unknown_word: float  # cost of an unknown word, from any history
    next_sentence: float  # cost of going on after a sentence's end


# Scales acoustic and graph costs and the beams alike: the same words win, with flatter posteriors for a smaller one.
SOFTNESS: Final = 1.0
ACOUSTIC_SCALE: Final = 0.3
BEAM: Final = 12.0
LATTICE_BEAM: Final = 6.0
ANY_SPEECH_PRIOR: Final = 0.1  # the smaller, the sooner speech counts as an unknown word
RAREST_PRIOR: Final = 1e-3  # rare units are not favoured without bound
COSTS: Final = GraphCosts(scale=SOFTNESS, silence=0.3, unknown_word=6.0, next_sentence=2.0)

MODEL_CONF: Final = f"""--min-active=200
--max-active=2500
--beam={BEAM * SOFTNESS:g}
--lattice-beam={LATTICE_BEAM * SOFTNESS:g}
--acoustic-scale={ACOUSTIC_SCALE * SOFTNESS:g}
--frame-subsampling-factor={SUBSAMPLING}
--frames-per-chunk=9
--endpoint.silence-phones={SILENCE_PHONE}
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""

"""How the decoder weighs sound, words and unknown words: the tuned numbers, and conf/model.conf made of them.
Tuned on the sets of `cases` with few utterances a set; the report is measured on other draws of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tools.demo_model.settings import SUBSAMPLING

SILENCE_PHONE: Final = 1


@dataclass(frozen=True)
class GraphCosts:
    """Costs are -ln p."""

    silence: float  # probability of a pause between words
    unknown_word: float  # cost of an unknown word, from any history
    next_sentence: float  # cost of going on after a sentence's end


ACOUSTIC_SCALE: Final = 0.33
BEAM: Final = 12.0
LATTICE_BEAM: Final = 6.0
ANY_SPEECH_PRIOR: Final = 0.11  # the smaller, the sooner speech counts as an unknown word
SILENCE_PRIOR_FACTOR: Final = 0.15  # the smaller, the fewer words are heard in noise
RAREST_PRIOR: Final = 1e-3  # rare units are not favoured without bound
COSTS: Final = GraphCosts(silence=0.3, unknown_word=6.0, next_sentence=2.0)

MODEL_CONF: Final = f"""--min-active=200
--max-active=2500
--beam={BEAM:g}
--lattice-beam={LATTICE_BEAM:g}
--acoustic-scale={ACOUSTIC_SCALE:g}
--frame-subsampling-factor={SUBSAMPLING}
--frames-per-chunk=9
--endpoint.silence-phones={SILENCE_PHONE}
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""

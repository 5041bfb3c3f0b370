"""How the decoder weighs sound, words and unknown words: what is tuned for each language, and conf/model.conf made of
it. Tuned on the sets of `cases` with few utterances a set; the report is measured on other draws of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tools.demo_model.settings import SUBSAMPLING

SILENCE_PHONE: Final = 1
BEAM: Final = 12.0
LATTICE_BEAM: Final = 6.0
SILENCE_PRIOR_FACTOR: Final = 0.15  # the smaller, the fewer words are heard in noise
RAREST_PRIOR: Final = 1e-3  # rare units are not favoured without bound


@dataclass(frozen=True)
class Decoding:
    """The tuned numbers of a language. Costs are -ln p."""

    silence: float = 0.3
    """Probability of a pause between words."""
    unknown_word: float = 6.0
    """Cost of an unknown word, from any history."""
    next_sentence: float = 2.0
    """Cost of going on after a sentence's end."""
    any_speech_prior: float = 0.11
    """The smaller, the sooner speech counts as an unknown word."""
    acoustic_scale: float = 0.33
    least_gain: float = 6e-6
    """Nats a word: a third-order entry of the language model must save so many over backing off."""

    def model_conf(self) -> str:
        """The file conf/model.conf."""
        return f"""--min-active=200
--max-active=2500
--beam={BEAM:g}
--lattice-beam={LATTICE_BEAM:g}
--acoustic-scale={self.acoustic_scale:g}
--frame-subsampling-factor={SUBSAMPLING}
--frames-per-chunk=9
--endpoint.silence-phones={SILENCE_PHONE}
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""

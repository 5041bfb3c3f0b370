"""The trained network as the files that Vosk loads. Needs torch; never vosk in the same process."""

from __future__ import annotations

import numpy as np

from tools.demo_model import kaldi, network
from tools.demo_model.decoding import RAREST_PRIOR, SILENCE_PRIOR_FACTOR, Decoding
from tools.demo_model.features import MFCC_CONF
from tools.demo_model.phones import Phones
from tools.demo_model.settings import FEATURES, BuildPaths


def write_acoustics(paths: BuildPaths, decoding: Decoding) -> Phones:
    """am/final.mdl and conf/ from the trained network; returns its phones."""
    net, units, priors = network.load(paths.network)
    shares = np.maximum(priors, RAREST_PRIOR)
    shares[0] *= SILENCE_PRIOR_FACTOR
    divided_out = np.concatenate([shares, [1.0, decoding.any_speech_prior]])
    phones = Phones(tuple(units))
    (paths.model / "am").mkdir(parents=True, exist_ok=True)
    (paths.model / "conf").mkdir(exist_ok=True)
    model = kaldi.acoustic_model(phones.outputs(), network.kaldi_layers(net), FEATURES, divided_out)
    (paths.model / "am" / "final.mdl").write_bytes(model)
    (paths.model / "conf" / "mfcc.conf").write_text(MFCC_CONF)
    (paths.model / "conf" / "model.conf").write_text(decoding.model_conf())
    return phones

"""MFCC exactly as Vosk computes them from conf/mfcc.conf, by kaldi-native-fbank."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tools.demo_model.settings import FEATURES, HIGH_HZ, LOW_HZ, SAMPLE_RATE

MFCC_CONF = f"""--use-energy=false
--num-mel-bins={FEATURES}
--num-ceps={FEATURES}
--sample-frequency={SAMPLE_RATE}
--low-freq={LOW_HZ:g}
--high-freq={HIGH_HZ:g}
--dither=0
"""


def mfcc(samples: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float32]:
    """[frames, FEATURES] of samples on the int16 scale at 8 kHz."""
    import kaldi_native_fbank

    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = FEATURES
    options.mel_opts.low_freq = LOW_HZ
    options.mel_opts.high_freq = HIGH_HZ
    options.num_ceps = FEATURES
    options.use_energy = False
    computer = kaldi_native_fbank.OnlineMfcc(options)
    computer.accept_waveform(SAMPLE_RATE, samples.astype(np.float32).tolist())
    computer.input_finished()
    return np.stack([computer.get_frame(at) for at in range(computer.num_frames_ready)])

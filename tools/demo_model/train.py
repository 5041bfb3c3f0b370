"""Trains the acoustic network on the shards by frame-wise cross-entropy for a given number of minutes.
Random chunks out of one long stream; later runs may go on from an earlier network."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tools.demo_model import growth, network, shards
from tools.demo_model.settings import FEATURES, SUBSAMPLING

THREADS = 2
BATCH = 32
CHUNK = 80  # output frames
LEARNING_RATE = 2.5e-3
CONTINUED_LEARNING_RATE = 1.2e-3
WEIGHT_DECAY = 1e-3
WARM_UP_STEPS = 100
CLIP_NORM = 5.0
LABEL_SMOOTHING = 0.03  # keeps posteriors, and with them word confidences, from saturating
SPEECH_WEIGHT = 0.3
GAIN_SPREAD = 3.0  # of the first cepstral coefficient
COLOUR_SPREAD = 1.5  # of the next few
REPORT_EVERY = 100
VALIDATION_FRAMES = 8000


def run(shard_paths: Sequence[Path], units: list[str], minutes: float, out: Path, start: Path | None = None) -> None:
    """Trains for `minutes` of wall time and saves the network to `out`; `start` is a network to go on from."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    features, labels = shards.read(shard_paths, units)
    priors = (np.bincount(labels, minlength=len(units)) + 1.0) / (len(labels) + len(units))
    net = network.Tdnn(len(units))
    _measure_input(net, features)
    rate = LEARNING_RATE
    if start is not None:
        growth.take_over(net, units, network.read(start))
        rate = CONTINUED_LEARNING_RATE
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=WEIGHT_DECAY)
    chunks = Chunks(features, labels, np.random.default_rng(1))
    print(f"{len(labels)} output frames, {len(units)} units, {sum(p.numel() for p in net.parameters())} parameters")
    began, step, losses = time.monotonic(), 0, []
    while (done := (time.monotonic() - began) / (minutes * 60)) < 1:
        warm = min(1.0, (step + 1) / WARM_UP_STEPS)
        for group in optimiser.param_groups:
            group["lr"] = rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        net.train()
        net.input_norm.eval()
        inputs, targets = chunks.draw()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            units_heard, speech_heard = net(inputs)
        loss = functional.cross_entropy(
            units_heard.float().flatten(0, 1), targets.flatten(), label_smoothing=LABEL_SMOOTHING
        ) + SPEECH_WEIGHT * functional.cross_entropy(speech_heard.float().flatten(0, 1), (targets > 0).long().flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), CLIP_NORM)
        optimiser.step()
        losses.append(loss.item())
        step += 1
        if step % REPORT_EVERY == 0:
            seen = step * BATCH * CHUNK / len(labels)
            print(f"{done:4.0%} step {step} epoch {seen:.2f} loss {np.mean(losses[-REPORT_EVERY:]):.3f}", flush=True)
            network.save(net, units, priors, out.with_suffix(".unfinished.pt"))
    net.eval()
    print(f"validation frame accuracy {chunks.validate(net):.4f} after {step} steps", flush=True)
    network.save(net, units, priors, out)


class Chunks:
    """Random training chunks; the last frames are kept for validation."""

    def __init__(self, features: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> None:
        self._features, self._labels, self._rng = features, labels, rng
        self._input = np.arange(-network.LEFT, SUBSAMPLING * (CHUNK - 1) + network.RIGHT + 1)
        self._first = network.LEFT // SUBSAMPLING + 1
        self._last = len(labels) - VALIDATION_FRAMES - CHUNK - network.RIGHT

    def draw(self) -> tuple[torch.Tensor, torch.Tensor]:
        starts = self._rng.integers(self._first, self._last, BATCH)
        inputs = torch.from_numpy(self._features[(SUBSAMPLING * starts)[:, None] + self._input].astype(np.float32))
        inputs[:, :, 0] += torch.randn(BATCH, 1) * GAIN_SPREAD
        inputs[:, :, 1:6] += torch.randn(BATCH, 1, 5) * COLOUR_SPREAD
        return inputs, torch.from_numpy(self._labels[starts[:, None] + np.arange(CHUNK)])

    def validate(self, net: network.Tdnn) -> float:
        start = len(self._labels) - VALIDATION_FRAMES
        count = VALIDATION_FRAMES - network.RIGHT
        span = np.arange(-network.LEFT, SUBSAMPLING * (count - 1) + network.RIGHT + 1) + SUBSAMPLING * start
        with torch.no_grad():
            units_heard, _ = net(torch.from_numpy(self._features[span].astype(np.float32))[None])
        best = units_heard[0].argmax(-1).numpy()
        return float((best == self._labels[start : start + count]).mean())


def _measure_input(net: network.Tdnn, features: np.ndarray) -> None:
    """Fixes the input normalisation to the mean and variance of the data."""
    sample = features[:: max(1, len(features) // 300_000)].astype(np.float32)
    assert sample.shape[1] == FEATURES
    net.input_norm.reset_running_stats()
    net.input_norm.train()
    with torch.no_grad():
        net.input_norm(torch.from_numpy(sample))
    net.input_norm.eval()

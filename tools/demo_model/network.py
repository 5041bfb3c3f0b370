"""The acoustic network: a small TDNN whose every operation is an affine layer or a ReLU of nnet3, with two outputs:
which unit is spoken, and whether anything is (what a word outside the vocabulary sounds like).
Training it is `train`'s, writing it `kaldi`'s."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tools.demo_model import kaldi
from tools.demo_model.settings import FEATURES, SUBSAMPLING

WIDTH = 320
# Offsets of each layer's input in feature frames; from the second layer on there is one output in SUBSAMPLING frames.
# The last two look back further than forward: what the line sounded like costs no delay.
OFFSETS = ((-1, 0, 1), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-12, -6, -3, 0, 3), (-18, -6, -3, 0))
LEFT = -sum(offsets[0] for offsets in OFFSETS)
RIGHT = sum(offsets[-1] for offsets in OFFSETS)


class Tdnn(nn.Module):
    def __init__(self, outputs: int, width: int = WIDTH) -> None:
        super().__init__()
        self.width = width
        self.input_norm = nn.BatchNorm1d(FEATURES, affine=False, momentum=None)
        sizes = [FEATURES] + [width] * len(OFFSETS)
        self.affine = nn.ModuleList(
            nn.Linear(size * len(offsets), width) for size, offsets in zip(sizes, OFFSETS, strict=False)
        )
        self.norm = nn.ModuleList(nn.BatchNorm1d(width, affine=False, momentum=0.05) for _ in OFFSETS)
        self.units = nn.Linear(width, outputs)
        self.speech = nn.Linear(width, 2)  # no, yes

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """[batch, LEFT + SUBSAMPLING * (n - 1) + 1 + RIGHT, FEATURES] -> logits [batch, n, outputs], [batch, n, 2]."""
        count = (features.shape[1] - LEFT - RIGHT - 1) // SUBSAMPLING + 1
        hidden = self.input_norm(features.transpose(1, 2)).transpose(1, 2)
        first, step = -LEFT, 1  # time of hidden[0] and between its frames, in feature frames
        for at, offsets in enumerate(OFFSETS):
            following = OFFSETS[at + 1 :]
            new_first = sum(later[0] for later in following)
            last = SUBSAMPLING * (count - 1) + sum(later[-1] for later in following)
            new_step = 1 if at == 0 else SUBSAMPLING
            frames = (last - new_first) // new_step + 1
            stride = new_step // step
            starts = [(new_first + offset - first) // step for offset in offsets]
            spliced = [hidden[:, start : start + (frames - 1) * stride + 1 : stride] for start in starts]
            hidden = functional.relu(self.affine[at](torch.cat(spliced, -1)))
            hidden = self.norm[at](hidden.transpose(1, 2)).transpose(1, 2)
            first, step = new_first, new_step
        return self.units(hidden), self.speech(hidden)


def kaldi_layers(net: Tdnn) -> list[kaldi.Layer]:
    """The network with each normalisation folded into the affine layer after it."""
    layers = []
    scale, shift = _folded(net.input_norm)
    for at, offsets in enumerate(OFFSETS):
        weights, bias = _numbers(net.affine[at])
        scales, shifts = np.tile(scale, len(offsets)), np.tile(shift, len(offsets))
        layers.append(kaldi.Layer(f"tdnn{at + 1}", offsets, weights * scales, bias + weights @ shifts))
        scale, shift = _folded(net.norm[at])
    for name, head in (("units", net.units), ("speech", net.speech)):
        weights, bias = _numbers(head)
        layers.append(kaldi.Layer(name, (0,), weights * scale, bias + weights @ shift, is_output=True))
    return layers


def save(net: Tdnn, units: list[str], priors: np.ndarray, path: Path) -> None:
    partial = path.with_suffix(".partial")
    torch.save({"state": net.state_dict(), "offsets": OFFSETS, "units": units, "priors": priors}, partial)
    partial.rename(path)


@dataclass(frozen=True)
class Stored:
    """A network as `save` wrote it, of whatever size."""

    state: dict[str, torch.Tensor]
    offsets: tuple[tuple[int, ...], ...]
    units: list[str]
    priors: np.ndarray

    @property
    def width(self) -> int:
        return self.state["units.weight"].shape[1]


def read(path: Path) -> Stored:
    return Stored(**torch.load(path, weights_only=False))


def load(path: Path) -> tuple[Tdnn, list[str], np.ndarray]:
    """The network with its units and their priors. Raises ValueError for one of other offsets than OFFSETS."""
    stored = read(path)
    if stored.offsets != OFFSETS:
        raise ValueError(f"{path}: its layers look at {stored.offsets}, this tool's at {OFFSETS}; train again")
    net = Tdnn(len(stored.units), stored.width)
    net.load_state_dict(stored.state)
    net.eval()
    return net, stored.units, stored.priors


def _folded(norm: Any) -> tuple[np.ndarray, np.ndarray]:
    scale = 1 / torch.sqrt(norm.running_var + norm.eps)
    return scale.double().numpy(), (-norm.running_mean * scale).double().numpy()


def _numbers(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    return layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy()

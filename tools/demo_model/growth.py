"""A new network that computes at first what an earlier one did: units matched by name, inputs by their offset in time.
It may be wider and look further than the earlier one; what is new counts for nothing until training makes it count."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from tools.demo_model import network


def take_over(net: network.Tdnn, units: Sequence[str], earlier: network.Stored) -> None:
    """Weights of `earlier` into `net`, whose outputs are `units`.

    Raises ValueError when the earlier network is wider, deeper, or looks at a moment that `net` does not.
    """
    state = net.state_dict()
    old_width, width = earlier.width, net.width
    if old_width > width or len(earlier.offsets) != len(network.OFFSETS):
        raise ValueError(f"cannot grow from {len(earlier.offsets)} layers of {old_width} units; train without --start")
    for name in ("running_mean", "running_var"):
        state[f"input_norm.{name}"] = earlier.state[f"input_norm.{name}"]
    for at, (old_taps, taps) in enumerate(zip(earlier.offsets, network.OFFSETS, strict=True)):
        weight, bias = state[f"affine.{at}.weight"], state[f"affine.{at}.bias"]
        old_size, size = weight_size(old_taps, earlier.state[f"affine.{at}.weight"]), weight_size(taps, weight)
        weight[:old_width] = 0.0  # an old unit hears nothing of what is new
        for position, tap in enumerate(old_taps):
            if tap not in taps:
                raise ValueError(f"layer {at + 1} no longer looks at offset {tap}; train without --start")
            start = taps.index(tap) * size
            block = earlier.state[f"affine.{at}.weight"][:, position * old_size : (position + 1) * old_size]
            weight[:old_width, start : start + old_size] = block
        bias[:old_width] = earlier.state[f"affine.{at}.bias"]
        for name in ("running_mean", "running_var"):
            state[f"norm.{at}.{name}"][:old_width] = earlier.state[f"norm.{at}.{name}"]
    rows = [(at, earlier.units.index(unit)) for at, unit in enumerate(units) if unit in earlier.units]
    known, old_rows = [new for new, _ in rows], [old for _, old in rows]
    for head, here, there in (("units", known, old_rows), ("speech", [0, 1], [0, 1])):
        state[f"{head}.weight"][here] = 0.0
        state[f"{head}.weight"][here, :old_width] = earlier.state[f"{head}.weight"][there]
        state[f"{head}.bias"][here] = earlier.state[f"{head}.bias"][there]
    net.load_state_dict(state)


def weight_size(taps: Sequence[int], weight: torch.Tensor) -> int:
    """Numbers that a layer takes of each moment it looks at."""
    return weight.shape[1] // len(taps)

"""Kaldi's binary objects that Vosk loads: a transition model and an nnet3 network of affine layers.
Layouts as written by Kaldi 5.5 and read back by Vosk 0.3.45; bytes only, no training, no files."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

SELF_LOOP_PROBABILITY: Final = 0.5
_HEADER: Final = b"\0B"
_INT, _DOUBLE = b"\x04", b"\x08"  # the size byte before a basic value


@dataclass(frozen=True)
class Layer:
    """`weights` [out, in * len(offsets)] on the spliced input, then ReLU, or log-softmax for an output."""

    name: str
    offsets: tuple[int, ...]  # in feature frames
    weights: npt.NDArray[np.floating[Any]]
    bias: npt.NDArray[np.floating[Any]]
    is_output: bool = False


def self_loop_id(phone: int) -> int:
    """Transition-id of staying in a phone's only state."""
    return 2 * phone - 1


def exit_id(phone: int) -> int:
    """Transition-id of leaving it."""
    return 2 * phone


def acoustic_model(
    phone_outputs: Sequence[int], layers: Sequence[Layer], features: int, priors: npt.NDArray[np.floating[Any]]
) -> bytes:
    """The file am/final.mdl. `phone_outputs[k]` is the network output of phone k + 1; `priors` are divided out.
    Several output layers stand side by side: all see the last hidden one, and their results are appended."""
    return _HEADER + transition_model(phone_outputs) + network(layers, features, priors)


def transition_model(phone_outputs: Sequence[int]) -> bytes:
    """Phones 1..n with one emitting state each, so that ids are those of `self_loop_id` and `exit_id`."""
    phones = range(1, len(phone_outputs) + 1)
    topology = [
        _token("<Topology>"),
        _int_vector(phones),
        _int_vector([-1] + [0] * len(phone_outputs)),  # every phone uses the first entry
        _int(1),
        _int(2),
        *(_int(0), _int(2)),  # the emitting state: pdf class 0, two transitions
        *(_int(0), _float(SELF_LOOP_PROBABILITY), _int(1), _float(1 - SELF_LOOP_PROBABILITY)),
        *(_int(-1), _int(0)),  # the final state
        _token("</Topology>"),
    ]
    triples = [_int(phone) + _int(0) + _int(output) for phone, output in zip(phones, phone_outputs, strict=True)]
    stay_and_leave = [math.log(SELF_LOOP_PROBABILITY), math.log(1 - SELF_LOOP_PROBABILITY)]
    return b"".join(
        [
            _token("<TransitionModel>"),
            *topology,
            *(_token("<Triples>"), _int(len(triples)), *triples, _token("</Triples>")),
            *(_token("<LogProbs>"), vector([0.0] + stay_and_leave * len(phone_outputs)), _token("</LogProbs>")),
            _token("</TransitionModel>"),
        ]
    )


def network(layers: Sequence[Layer], features: int, priors: npt.NDArray[np.floating[Any]]) -> bytes:
    """An AmNnetSimple; the reader recomputes its context from the layers."""
    config = [f"input-node name=input dim={features}"]
    components: list[bytes] = []
    hidden, outputs = "input", []
    for layer in layers:
        affine, after = f"{layer.name}.affine", f"{layer.name}.{'logsoftmax' if layer.is_output else 'relu'}"
        config.append(f"component-node name={affine} component={affine} input={_splice(hidden, layer.offsets)}")
        config.append(f"component-node name={after} component={after} input={affine}")
        components += [_affine(affine, layer), _nonlinearity(after, layer)]
        if layer.is_output:
            outputs.append(after)
        else:
            hidden = after
    config.append(f"output-node name=output input={_append(outputs)} objective=linear")
    return b"".join(
        [
            _token("<Nnet3>"),
            ("\n" + "\n".join(config) + "\n\n").encode(),  # an empty line ends the text part
            *(_token("<NumComponents>"), _int(len(components)), *components),
            _token("</Nnet3>"),
            *(_token("<LeftContext>"), _int(0), _token("<RightContext>"), _int(0)),
            *(_token("<Priors>"), vector(priors)),
        ]
    )


def vector(values: Any) -> bytes:
    data = np.asarray(values, "<f4")
    return _token("FV") + _int(len(data)) + data.tobytes()


def matrix(values: npt.NDArray[np.floating[Any]]) -> bytes:
    """Kaldi's 16-bit CompressedMatrix (CM2), which Matrix::Read takes too: half the size, same accuracy."""
    data = np.asarray(values, "<f4")
    low, span = float(data.min()), float(data.max() - data.min())
    steps = np.round((data - low) * (65535 / span if span else 0.0)).astype("<u2")
    return _token("CM2") + struct.pack("<ffii", low, span, *data.shape) + steps.tobytes()


def _affine(name: str, layer: Layer) -> bytes:
    return b"".join(
        [
            *(_token("<ComponentName>"), _token(name), _token("<FixedAffineComponent>")),
            *(_token("<LinearParams>"), matrix(layer.weights), _token("<BiasParams>"), vector(layer.bias)),
            _token("</FixedAffineComponent>"),
        ]
    )


def _nonlinearity(name: str, layer: Layer) -> bytes:
    kind = "LogSoftmaxComponent" if layer.is_output else "RectifiedLinearComponent"
    return b"".join(
        [
            *(_token("<ComponentName>"), _token(name), _token(f"<{kind}>"), _token("<Dim>"), _int(len(layer.bias))),
            *(_token("<ValueAvg>"), vector([]), _token("<DerivAvg>"), vector([])),
            *(_token("<Count>"), _double(0.0)),
            *(_token("<NumDimsSelfRepaired>"), _double(0.0), _token("<NumDimsProcessed>"), _double(0.0)),
            _token(f"</{kind}>"),
        ]
    )


def _splice(source: str, offsets: Sequence[int]) -> str:
    return _append([source if offset == 0 else f"Offset({source}, {offset})" for offset in offsets])


def _append(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"Append({', '.join(parts)})"


def _token(text: str) -> bytes:
    return text.encode() + b" "


def _int(value: int) -> bytes:
    return _INT + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return _INT + struct.pack("<f", value)


def _double(value: float) -> bytes:
    return _DOUBLE + struct.pack("<d", value)


def _int_vector(values: Sequence[int]) -> bytes:
    """WriteIntegerVector: the element size once, a raw count, the data."""
    return _INT + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes()

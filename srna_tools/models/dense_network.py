"""Fully connected ReLU networks applied with numpy: MLP, domain adaptation, and linear models as one layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from srna_tools.errors import BundleError

_BLOCK = 128
_MISSING = np.empty(0)


@dataclass(frozen=True)
class DenseNetwork:
    """Weights of a network; ReLU between its layers, softmax at its end.

    Attributes
    ----------
    weights
        One (W, b) a layer, W of shape (inputs, outputs), float32.
    """

    kinds: ClassVar[tuple[str, ...]] = ("mlp", "logistic", "discriminant", "domain-adaptation")
    weights: tuple[tuple[np.ndarray, np.ndarray], ...]

    @property
    def inputs(self) -> int:
        """Number of model features."""
        return int(self.weights[0][0].shape[0])

    @property
    def outputs(self) -> int:
        """Number of classes."""
        return int(self.weights[-1][0].shape[1])

    def logits(self, values: np.ndarray) -> np.ndarray:
        """Outputs before the softmax, shape (samples, classes), float32.

        Matrix products round differently with the place of a row in the block. In float64 that is far below what
        the float32 result keeps, so that a sample's result is its own, whoever else is in the batch.
        """
        result = np.empty((len(values), self.outputs), dtype=np.float32)
        for start in range(0, len(values), _BLOCK):
            block = np.asarray(values[start : start + _BLOCK], dtype=np.float32)
            # Finite weights may still be so large that sums overflow; annotate refuses what comes of it.
            with np.errstate(over="ignore", invalid="ignore"):
                result[start : start + _BLOCK] = self._forward(block)
        return result

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """Class probabilities, shape (samples, classes), float64."""
        return softmax(self.logits(values))

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Two arrays a layer, and the layer sizes."""
        arrays = {}
        for number, (kernel, bias) in enumerate(self.weights):
            arrays[f"layer{number}.kernel"] = kernel
            arrays[f"layer{number}.bias"] = bias
        return arrays, {"layers": [list(kernel.shape) for kernel, _ in self.weights], "activation": "relu"}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            A layer is missing, layers do not fit each other, or a weight is not finite.
        """
        layers = description["layers"]
        if not layers:
            raise BundleError("the network has no layers")
        weights = []
        for number, (rows, columns) in enumerate(layers):
            kernel, bias = (arrays.get(f"layer{number}.{part}", _MISSING) for part in ("kernel", "bias"))
            if not (_is_float32(kernel, (rows, columns)) and _is_float32(bias, (columns,))):
                raise BundleError(
                    f"layer {number} of the network is missing or not of the shape {rows} x {columns} in float32"
                )
            if number and layers[number - 1][1] != rows:
                raise BundleError(
                    f"layer {number} of the network takes {rows} inputs, but gets {layers[number - 1][1]}"
                )
            if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
                raise BundleError(f"layer {number} of the network holds weights that are not finite")
            weights.append((kernel, bias))
        return cls(tuple(weights))

    @cached_property
    def _kernels(self) -> list[np.ndarray]:
        """Weights in float64, kept: whoever asks about few samples many times would wait for them."""
        return [kernel.astype(np.float64) for kernel, _ in self.weights]

    def _forward(self, block: np.ndarray) -> np.ndarray:
        for number, (kernel, (_, bias)) in enumerate(zip(self._kernels, self.weights, strict=True)):
            block = (block @ kernel + bias).astype(np.float32)
            if number < len(self.weights) - 1:
                np.maximum(block, 0, out=block)
        return block


def _is_float32(array: np.ndarray, shape: tuple[int, ...]) -> bool:
    return array.dtype == np.float32 and array.shape == shape


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of each row, float64; stable for large logits."""
    shifted = logits.astype(np.float64)
    with np.errstate(invalid="ignore"):
        shifted -= shifted.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))

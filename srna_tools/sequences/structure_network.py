"""The convolutional network on structure matrices, applied with numpy: only windows with a base pair are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.errors import BundleError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.sequences.interface import FamilyScores
from srna_tools.sequences.structure_folding import BasePairs, base_pairs, folded
from srna_tools.sequences.structure_matrices import Encoding, EncodingError, cells_of
from srna_tools.sequences.structure_windows import Windows, pooled_size, windows_of

Layer = tuple[np.ndarray, np.ndarray]

CONVOLUTIONS = 2
_LARGEST_SIZE, _LARGEST_KERNEL = 2000, 20


@dataclass(frozen=True)
class StructureNetwork:
    """Two convolutions, each with max pooling, and three dense layers (Tang & Sun 2019, figure 3).

    Attributes
    ----------
    encoding
        How base pairs become a matrix.
    size
        Rows and columns of the matrix; longer sequences are cut before they are folded.
    convolutions
        Kernel, shape (height, width, layers, filters), and bias of both, float32.
    first_dense
        Kernel, shape (rows x columns x filters, units), and bias, float32: most of the network's size.
    rest
        The dense layers after it.
    """

    kinds: ClassVar[tuple[str, ...]] = ("structure",)
    encoding: Encoding
    size: int
    convolutions: tuple[Layer, Layer]
    first_dense: Layer
    rest: DenseNetwork

    @property
    def outputs(self) -> int:
        """Number of families."""
        return self.rest.outputs

    @property
    def kernel(self) -> int:
        """Rows and columns that a convolution sees."""
        return int(self.convolutions[0][0].shape[0])

    @property
    def parameters(self) -> int:
        """Number of weights."""
        layers = [*self.convolutions, self.first_dense, *self.rest.weights]
        return sum(kernel.size + bias.size for kernel, bias in layers)

    def scores(self, sequences: Sequence[str]) -> FamilyScores:
        """Score clean sequences, on one thread.

        Raises
        ------
        MissingExtraError
            ViennaRNA is not installed.
        """
        cut = [sequence[: self.size] for sequence in sequences]
        logits = np.empty((len(cut), self.outputs), dtype=np.float64)
        with threadpool_limits(limits=1):
            for place, pairs in enumerate(folded(base_pairs, cut, self.encoding.threshold)):
                logits[place] = self.logits_of(cut[place], pairs)
        return FamilyScores(logits)

    def logits_of(self, sequence: str, pairs: BasePairs) -> np.ndarray:
        """Score one folded sequence of at most `size` bases, float64, shape (families,)."""
        windows = windows_of(cells_of(sequence, pairs, self.encoding), self.size, self.kernel)
        kernel, total = self._cells, self._empty_sum.copy()
        # Finite weights may still be so large that sums overflow; whoever reads the scores refuses what comes of it.
        with np.errstate(over="ignore", invalid="ignore"):
            changes = self._pooled(windows) - self._empty[1]
            for place, change in zip(windows.places, changes, strict=True):
                total += change @ kernel[place]
        return np.asarray(self.rest.logits(np.maximum(total, 0)[np.newaxis])[0], dtype=np.float64)

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Kernel and bias of each layer, and how sequences are encoded."""
        arrays, dense = self.rest.to_state()
        for number, layer in enumerate(self.convolutions):
            arrays |= _named(f"convolution{number}", layer)
        arrays |= _named("first_dense", self.first_dense)
        return arrays, {"encoding": asdict(self.encoding), "size": self.size, "rest": dense}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            A layer is missing, layers do not fit each other, a weight is not finite, or the encoding is unknown.
        """
        encoding, size = _encoding(description), description.get("size")
        if type(size) is not int or not 0 < size <= _LARGEST_SIZE:
            raise BundleError(f"the matrix of the structure network has the size {size!r}, which is no length")
        layers, layer_inputs, side = [], encoding.channels, size
        kernel_size = np.shape(arrays.get("convolution0.kernel", ()))[:1]
        if not kernel_size or not 0 < kernel_size[0] <= _LARGEST_KERNEL:
            raise BundleError("the first convolution of the structure network is missing or has no usual size")
        for number in range(CONVOLUTIONS):
            layers.append(_layer(arrays, f"convolution{number}", (*kernel_size * 2, layer_inputs)))
            layer_inputs, side = layers[-1][0].shape[-1], pooled_size(side, kernel_size[0])
        if side < 1:
            raise BundleError(f"the matrix of the structure network, of size {size}, is too small for its layers")
        first_dense = _layer(arrays, "first_dense", (side * side * layer_inputs,))
        rest = _rest(arrays, description)
        if rest.inputs != first_dense[0].shape[1]:
            raise BundleError(
                f"the second dense layer of the structure network takes {rest.inputs} inputs, but gets "
                f"{first_dense[0].shape[1]}"
            )
        return cls(encoding, size, (layers[0], layers[1]), first_dense, rest)

    @cached_property
    def _matrices(self) -> tuple[np.ndarray, np.ndarray]:
        """Kernels of the convolutions as matrices: a row for each number that they see."""
        first, second = (kernel.reshape(-1, kernel.shape[-1]) for kernel, _ in self.convolutions)
        return first, second

    @cached_property
    def _empty(self) -> tuple[np.ndarray, np.ndarray]:
        """What both convolutions give for windows without pairs."""
        (_, first_bias), (_, second_bias) = self.convolutions
        first = np.maximum(first_bias, 0)
        return first, np.maximum(np.tile(first, self.kernel**2) @ self._matrices[1] + second_bias, 0)

    @cached_property
    def _cells(self) -> np.ndarray:
        """Kernel of the first dense layer, shape (cells, filters, units)."""
        kernel = self.first_dense[0]
        return kernel.reshape(-1, self.convolutions[1][1].shape[0], kernel.shape[1])

    @cached_property
    def _empty_sum(self) -> np.ndarray:
        """What the first dense layer gives for an empty matrix, before the ReLU, float64."""
        over_cells = self._cells.sum(axis=0, dtype=np.float64)
        return np.asarray(self._empty[1] @ over_cells + self.first_dense[1], dtype=np.float64)

    def _pooled(self, windows: Windows) -> np.ndarray:
        """Result of the second pooling where it is not that of empty windows, shape (cells, filters)."""
        (_, first_bias), (_, second_bias) = self.convolutions
        # The largest of a pool is taken before the bias and the ReLU, which do not change which it is.
        first = np.maximum((windows.inputs @ self._matrices[0]).max(axis=1) + first_bias, 0)
        first = np.concatenate([first, self._empty[0][np.newaxis]])
        seen = first[windows.sources].reshape(*windows.sources.shape[:2], len(self._matrices[1]))
        return np.asarray(np.maximum((seen @ self._matrices[1]).max(axis=1) + second_bias, 0))


def smallest_size(kernel: int) -> int:
    """Smallest matrix of which both convolutions and poolings leave something."""
    return next(size for size in range(1, _LARGEST_SIZE) if pooled_size(pooled_size(size, kernel), kernel) > 0)


def _named(name: str, layer: Layer) -> dict[str, np.ndarray]:
    return {f"{name}.kernel": layer[0], f"{name}.bias": layer[1]}


def _encoding(description: dict[str, Any]) -> Encoding:
    try:
        encoding = Encoding(**description["encoding"])
    except (KeyError, TypeError, EncodingError) as error:
        raise BundleError(f"the structure network's encoding cannot be read ({error})") from error
    if type(encoding.ordered) is not bool:
        raise BundleError(f"the structure network's pairs are ordered or not, but not {encoding.ordered!r}")
    return encoding


def _layer(arrays: dict[str, np.ndarray], name: str, inputs: tuple[int, ...]) -> Layer:
    """Take out a layer with these dimensions before the last, which is the number of its units."""
    kernel, bias = arrays.get(f"{name}.kernel", np.empty(0)), arrays.get(f"{name}.bias", np.empty(0))
    fits = kernel.shape[:-1] == inputs and bias.ndim == 1 and len(bias) > 0 and kernel.shape[-1:] == bias.shape
    if not fits or kernel.dtype != np.float32 or bias.dtype != np.float32:
        raise BundleError(
            f"the layer {name} of the structure network is missing, does not fit the others, or is not float32"
        )
    if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
        raise BundleError(f"the layer {name} of the structure network holds weights that are not finite")
    return kernel, bias


def _rest(arrays: dict[str, np.ndarray], description: dict[str, Any]) -> DenseNetwork:
    try:
        return DenseNetwork.from_state(arrays, description["rest"])
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"the dense layers of the structure network cannot be read ({error})") from error

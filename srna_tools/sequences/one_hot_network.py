"""The one-hot network of Tang & Sun 2019, applied with numpy and numba on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.errors import BundleError
from srna_tools.sequences.interface import LONGEST, FamilyScores
from srna_tools.sequences.letters import LETTERS

_BLOCK = 128  # sequences whose dense layers are one matrix product
_MISSING = np.empty(0)

Layer = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class OneHotNetwork:
    """Convolutions of several widths with their global maxima, and two dense layers; ReLU after all but the last.

    Attributes
    ----------
    convolutions
        One (kernel, bias) a width, kernel of shape (width, 4, filters), float32.
    dense
        (W, b) of the hidden and the output layer, W of shape (inputs, outputs), float32.
    centroids
        Mean direction of the training sequences of each family in the hidden layer, each of unit length, float32,
        shape (families, hidden units).
    max_length
        Rows of the one-hot matrix: of longer sequences the first `max_length` bases are scored.

    References
    ----------
    Tang & Sun 2019, "The CNN architecture for one-hot encoding matrices" and figure 4.
    """

    kinds: ClassVar[tuple[str, ...]] = ("cnn",)
    convolutions: tuple[Layer, ...]
    dense: tuple[Layer, Layer]
    centroids: np.ndarray
    max_length: int

    @property
    def outputs(self) -> int:
        """Number of families."""
        return int(self.dense[-1][1].shape[0])

    @property
    def widths(self) -> tuple[int, ...]:
        """Bases that the filters of each convolution span."""
        return tuple(int(kernel.shape[0]) for kernel, _ in self.convolutions)

    @property
    def filters(self) -> tuple[np.ndarray, ...]:
        """Kernel of each convolution, shape (width, 4, filters)."""
        return tuple(kernel for kernel, _ in self.convolutions)

    def scores(self, sequences: Sequence[str]) -> FamilyScores:
        """Score clean sequences.

        ``distance`` is the cosine between the hidden layer and the nearest family's centroid: 1 where a sequence
        excites the same units as a family's members do. Scores are computed in float32, whose last digit varies with
        a sequence's place among the others.
        """
        logits = np.empty((len(sequences), self.outputs), dtype=np.float64)
        distance = np.empty(len(sequences), dtype=np.float64)
        kernel, bias = self.dense[1]
        with threadpool_limits(limits=1):
            for start in range(0, len(sequences), _BLOCK):
                part = sequences[start : start + _BLOCK]
                hidden = self._hidden_block(part)
                logits[start : start + len(part)] = (hidden @ kernel + bias)[: len(part)]
                cosines = (directions(hidden) @ self.centroids.T).max(axis=1)
                distance[start : start + len(part)] = cosines[: len(part)]
        return FamilyScores(logits, {"distance": distance})

    def embedding(self, sequences: Sequence[str]) -> np.ndarray:
        """Hidden layer of clean sequences, shape (sequences, hidden units), float32, not negative."""
        hidden = np.empty((len(sequences), len(self.dense[0][1])), dtype=np.float32)
        with threadpool_limits(limits=1):
            for start in range(0, len(sequences), _BLOCK):
                part = sequences[start : start + _BLOCK]
                hidden[start : start + len(part)] = self._hidden_block(part)[: len(part)]
        return hidden

    def pooled(self, sequences: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Where each filter is excited most.

        Returns
        -------
        Highest output of each filter after bias and ReLU, float32, and the base where its first such window begins,
        int32, both of shape (sequences, filters of all widths). Windows after the end of a sequence count as one that
        begins at its length.
        """
        from srna_tools.sequences.one_hot_forward import highest_scores_and_places, triplet_sequences

        ready = triplet_sequences(sequences, self.max_length, max(self.widths))
        values = np.empty((len(sequences), len(self.dense[0][0])), dtype=np.float32)
        places = np.zeros(values.shape, dtype=np.int32)
        for width, tables, columns in self._tables:
            highest_scores_and_places(ready, tables, width, self.max_length, values[:, columns], places[:, columns])
        return np.maximum(values + self._bias, 0), places

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Kernel and bias of each layer, the centroids, and the sizes."""
        arrays = {"centroids": self.centroids}
        for name, layers in (("convolution", self.convolutions), ("dense", self.dense)):
            for number, (kernel, bias) in enumerate(layers):
                arrays |= {f"{name}{number}.kernel": kernel, f"{name}{number}.bias": bias}
        sizes = {
            "widths": list(self.widths), "filters": [len(bias) for _, bias in self.convolutions],
            "hidden": len(self.dense[0][1]), "families": self.outputs,
        }  # fmt: skip
        return arrays, sizes | {"max_length": self.max_length}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            A size is missing or no whole number, a layer is missing or of another shape, or a weight is not finite.
        """
        widths, filters = _sizes(description.get("widths")), _sizes(description.get("filters"))
        hidden, families, max_length = _sizes([description.get(name) for name in ("hidden", "families", "max_length")])
        if max_length > LONGEST:
            raise BundleError(f"the one-hot network takes sequences of {max_length} nt, but {LONGEST} are the most")
        if len(widths) != len(filters) or max(widths) > max_length:
            raise BundleError("the convolutions of the one-hot network do not fit each other; train it again")
        convolutions = tuple(
            _layer(arrays, f"convolution{number}", (width, len(LETTERS), count))
            for number, (width, count) in enumerate(zip(widths, filters, strict=True))
        )
        dense = _layer(arrays, "dense0", (sum(filters), hidden)), _layer(arrays, "dense1", (hidden, families))
        return cls(convolutions, dense, _finite(arrays, "centroids", (families, hidden)), max_length)

    @cached_property
    def _tables(self) -> list[tuple[int, np.ndarray, slice]]:
        """Width, tables and columns of each convolution."""
        from srna_tools.sequences.one_hot_forward import triplet_tables

        ends = np.cumsum([len(bias) for _, bias in self.convolutions]).tolist()
        return [
            (len(kernel), triplet_tables(kernel), slice(end - len(bias), end))
            for (kernel, bias), end in zip(self.convolutions, ends, strict=True)
        ]

    @cached_property
    def _bias(self) -> np.ndarray:
        return np.concatenate([bias for _, bias in self.convolutions])

    def _hidden_block(self, sequences: Sequence[str]) -> np.ndarray:
        """Hidden layer of at most `_BLOCK` sequences; rows after theirs mean nothing.

        A block is always full: matrix products of other sizes would be summed in another order.
        """
        from srna_tools.sequences.one_hot_forward import highest_scores, triplet_sequences

        kernel, bias = self.dense[0]
        excited = np.zeros((_BLOCK, len(kernel)), dtype=np.float32)
        ready = triplet_sequences(sequences, self.max_length, max(self.widths))
        for width, tables, columns in self._tables:
            highest_scores(ready, tables, width, self.max_length, excited[: len(sequences), columns])
        excited += self._bias
        np.maximum(excited, 0, out=excited)
        hidden = excited @ kernel
        hidden += bias
        return np.asarray(np.maximum(hidden, 0, out=hidden))


def directions(hidden: np.ndarray) -> np.ndarray:
    """Rows scaled to unit length; rows of zeros stay."""
    length = np.linalg.norm(hidden, axis=1, keepdims=True)
    return np.asarray(hidden / np.where(length > 0, length, 1))


def _sizes(numbers: Any) -> tuple[int, ...]:
    if not isinstance(numbers, list) or not numbers or not all(type(size) is int and size > 0 for size in numbers):
        raise BundleError("the sizes of the one-hot network are missing or no whole numbers from 1 on; train it again")
    return tuple(numbers)


def _layer(arrays: dict[str, np.ndarray], name: str, shape: tuple[int, ...]) -> Layer:
    return _finite(arrays, f"{name}.kernel", shape), _finite(arrays, f"{name}.bias", shape[-1:])


def _finite(arrays: dict[str, np.ndarray], name: str, shape: tuple[int, ...]) -> np.ndarray:
    array = arrays.get(name, _MISSING)
    if array.dtype != np.float32 or array.shape != shape:
        wanted = " x ".join(map(str, shape))
        raise BundleError(f"'{name}' of the one-hot network is missing or not of the shape {wanted} in float32")
    if not np.isfinite(array).all():
        raise BundleError(f"'{name}' of the one-hot network holds numbers that are not finite")
    return array

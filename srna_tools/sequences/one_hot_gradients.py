"""Loss of the one-hot network on a batch, and its gradient.

The gradient reaches one window a filter and sequence, and windows are ones at their bases, so that the convolutions'
backward pass is a few additions, where general convolutions of 200 x 4 matrices take most of a step.

Importing this module imports numba, so it is imported where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from srna_tools.sequences.letters import packed
from srna_tools.sequences.one_hot_forward import highest_scores_and_places, triplet_sequences, triplet_tables
from srna_tools.sequences.one_hot_updates import add_window_gradients

#: Does something with each number, on any thread and in any order.
ForEach = Callable[[Callable[[int], None], Iterable[int]], object]
_PARTS = 4  # of a matrix product, whatever the number of threads: the same sums for the same result


@dataclass(frozen=True)
class Weights:
    """Weights of a network in training, or gradients in their place, float32.

    Attributes
    ----------
    kernels
        One a width, shape (width, 4, filters).
    rest
        Bias of all filters; weights and bias of the hidden layer; weights and bias of the output layer.
    """

    kernels: tuple[np.ndarray, ...]
    rest: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Every array."""
        return (*self.kernels, *self.rest)

    def zeros(self) -> Weights:
        """As many zeros."""
        zeros = [np.zeros_like(array) for array in self.arrays()]
        count = len(self.kernels)
        return Weights(tuple(zeros[:count]), (zeros[-5], zeros[-4], zeros[-3], zeros[-2], zeros[-1]))


class BatchLoss(NamedTuple):
    """Sum of cross-entropies of a batch, and how many sequences were assigned to their family."""

    loss: float
    right: int


def batch_gradient(
    weights: Weights, sequences: Sequence[str], families: np.ndarray, max_length: int, kept: np.ndarray,
    gradient: Weights, for_each: ForEach,
) -> BatchLoss:  # fmt: skip
    """Fill `gradient` with that of the mean cross-entropy.

    Parameters
    ----------
    kept
        Factor of each pooled output of each sequence, float32: 0 where dropout takes it, else 1 / (1 - rate).
    """
    bias, W1, b1, W2, b2 = weights.rest
    values, places = _highest(weights.kernels, sequences, len(bias), max_length, for_each)
    values += bias
    excited = np.maximum(values, 0) * kept
    hidden = np.empty((len(sequences), len(b1)), dtype=np.float32)
    _product(excited, W1, hidden, for_each)
    hidden += b1
    np.maximum(hidden, 0, out=hidden)
    logits = hidden @ W2 + b2
    probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    rows = np.arange(len(families))
    own = probabilities[rows, families]
    result = BatchLoss(float(-np.log(np.maximum(own, 1e-30)).sum()), int((logits.argmax(axis=1) == families).sum()))

    to_logits = probabilities
    to_logits[rows, families] -= 1
    to_logits /= np.float32(len(families))
    to_bias, to_W1, to_b1, to_W2, to_b2 = gradient.rest
    np.matmul(hidden.T, to_logits, out=to_W2)
    to_b2[:] = to_logits.sum(axis=0)
    to_hidden = (to_logits @ W2.T) * (hidden > 0)
    _product(excited.T, to_hidden, to_W1, for_each)
    to_b1[:] = to_hidden.sum(axis=0)
    to_pooled = np.empty_like(values)
    _product(to_hidden, W1.T, to_pooled, for_each)
    to_pooled *= kept
    to_pooled *= values > 0
    to_bias[:] = to_pooled.sum(axis=0)
    _to_kernels(gradient.kernels, to_pooled, places, sequences, max_length, for_each)
    return result


def _columns(kernels: Sequence[np.ndarray]) -> list[slice]:
    ends = np.cumsum([kernel.shape[2] for kernel in kernels]).tolist()
    return [slice(end - kernel.shape[2], end) for kernel, end in zip(kernels, ends, strict=True)]


def _highest(
    kernels: Sequence[np.ndarray], sequences: Sequence[str], filters: int, max_length: int, for_each: ForEach
) -> tuple[np.ndarray, np.ndarray]:
    ready = triplet_sequences(sequences, max_length, max(map(len, kernels)))
    values = np.empty((len(sequences), filters), dtype=np.float32)
    places = np.zeros((len(sequences), filters), dtype=np.int32)
    columns = _columns(kernels)

    def of_width(number: int) -> None:
        kernel, part = kernels[number], columns[number]
        highest_scores_and_places(
            ready, triplet_tables(kernel), len(kernel), max_length, values[:, part], places[:, part]
        )

    for_each(of_width, reversed(range(len(kernels))))
    return values, places


def _to_kernels(
    kernels: Sequence[np.ndarray], to_pooled: np.ndarray, places: np.ndarray, sequences: Sequence[str],
    max_length: int, for_each: ForEach,
) -> None:  # fmt: skip
    letters, starts = packed([sequence[:max_length] for sequence in sequences])
    columns = _columns(kernels)

    def of_width(number: int) -> None:
        kernels[number][:] = 0
        part = columns[number]
        add_window_gradients(
            to_pooled[:, part], places[:, part], letters, starts[:-1], np.diff(starts), kernels[number]
        )

    for_each(of_width, reversed(range(len(kernels))))


def _product(left: np.ndarray, right: np.ndarray, out: np.ndarray, for_each: ForEach) -> None:
    """Fill `out` with the matrix product, in parts of its columns."""
    edges = np.linspace(0, out.shape[1], _PARTS + 1).astype(int)

    def part(number: int) -> None:
        columns = slice(edges[number], edges[number + 1])
        out[:, columns] = left @ right[:, columns]

    for_each(part, range(_PARTS))

"""DeepLIFT in numpy: what each feature contributes to each class of a dense ReLU network."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.attribute import arguments, rules

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

RESCALE = "rescale"
REVEAL_CANCEL = "reveal-cancel"
GENOMICS_DEFAULT = "genomics-default"
RULES = (RESCALE, REVEAL_CANCEL, GENOMICS_DEFAULT)

#: Samples are computed in tiles of a multiple of this many. The number of rows that matrix products take at a time
#: divides it, so that they treat all rows of a tile alike.
_TILE_UNIT = 24
#: Rows (samples x classes) of a tile, in bytes for each feature: 720 of float32 or 360 of float64. That is enough for a
#: matrix product to run at full speed, and few, to save memory.
_TILE_BYTES = 2880


def contributions(
    weights: Sequence[tuple[ArrayLike, ArrayLike]],
    X: Any,
    reference: Any,
    rule: str = RESCALE,
    classes: Sequence[int] | None = None,
    block: int = 256,
    dtype: DTypeLike = np.float32,
    threads: int = 1,
) -> np.ndarray:
    r"""Contribution of every feature to the logit of every class, for every sample (DeepLIFT).

    .. math:: C_{ikj} = m_{ikj} \, (x_{ij} - x^0_{ij}), \qquad
              \sum_j C_{ikj} = \mathrm{logit}_k(x_i) - \mathrm{logit}_k(x^0_i)

    with multipliers :math:`m` carried from the logits back to the features by the chain rule. The target is the logit,
    before the softmax, because probabilities saturate (section 3.6).

    Parameters
    ----------
    weights
        ``(W, b)`` for each dense layer, W of shape (inputs, outputs), b of shape (outputs,). ReLU between the layers,
        none after the last. A single ``(W, b)`` is a linear model.
    X
        Samples x features, dense or scipy sparse.
    reference
        The neutral input: (features,) or (1, features), or one for each sample, (samples, features).
    rule
        ``rescale``, ``reveal-cancel`` or ``genomics-default``. The last is the default of the deeplift package:
        RevealCancel on dense layers and Rescale on convolutions. All layers are dense here, so it is RevealCancel.
    classes
        Indices of the classes to score, in the order wanted; without it all.
    block
        Most samples that are computed together; many classes lower it, which bounds the memory.
    dtype
        float32 or float64, of the computation and of the result.
    threads
        Groups of samples that are computed side by side, each with one BLAS thread.

    Returns
    -------
    Array of shape (samples, classes, features), in `dtype`.

    Raises
    ------
    ValueError
        Shapes do not fit, a value is missing or infinite, the rule or a class does not exist.

    Notes
    -----
    The result is bitwise the same for any number of `threads`. Every group of samples is filled up to the same height,
    so a sample's scores do not depend on who else is in the batch, but for rounding: matrix products may sum in another
    order at another row. OpenBLAS' kernels for AVX-512 do not, and there the scores are bitwise the same.

    With float32 the hidden units are still evaluated in float64, so that the scores are right to about 1e-6 of the
    largest. The deeplift package, all in float32, may be off by 1e-4, since Rescale divides by the change of a unit and
    RevealCancel asks whether it rose or fell. One rounding of the package is kept: where nothing raises (or lowers) a
    unit, RevealCancel divides the effect of a step of 1e-7 by that step, and only float64 can hold such a step.

    Beside the result a thread needs about 3 x (widest layer) x max(2,880 bytes, 24 x classes numbers), float32 a copy
    of the weights in float64, and RevealCancel 3 more copies of the weights.

    References
    ----------
    Shrikumar, Greenside & Kundaje 2017, Learning important features through propagating activation differences,
    arXiv:1704.02685, section 3. Used as in Fiosina, Fiosins & Bonn 2019, section 2.3.4.
    """
    number = arguments.number_type(dtype)
    arguments.at_least_one(block, "block")
    arguments.at_least_one(threads, "threads")
    network = _network(arguments.layers_of(weights, number), rule, classes)
    features = network.layers[0].weight.shape[0]
    samples = arguments.samples_of(X, features, number)
    references = arguments.references_of(reference, samples.shape[0], features, number)

    result = np.empty((samples.shape[0], len(network.target), features), number)
    height = _tile_height(block, len(network.target) * number.itemsize)

    def fill(start: int) -> None:
        baseline = shared or network.evaluate(_rows(references, start, height, number))
        out = result[start : start + height]
        tile = out if len(out) == height else np.empty((height, *out.shape[1:]), number)
        network.score(_rows(samples, start, height, number), baseline, tile)
        if tile is not out:
            out[:] = tile[: len(out)]

    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        # One reference for all is evaluated as high as a tile of samples, so that the arithmetic is the same: a sample
        # that equals it has no change at all, not even by rounding.
        shared = None
        if references.shape[0] == 1:
            shared = network.evaluate(np.repeat(_rows(references, 0, 1, number), height, axis=0))
        for _ in pool.map(fill, range(0, len(result), height)):
            pass  # takes the errors of the threads
    return result


@dataclass(frozen=True)
class _Evaluated:
    """Inputs and what they make of the hidden units, before their ReLU."""

    inputs: np.ndarray
    hidden: list[np.ndarray]


@dataclass(frozen=True)
class _Network:
    """The layers, the rule for their ReLUs, and the weights of the classes to score (classes, last hidden units)."""

    layers: list[rules.Layer]
    rule: rules.Rule
    target: np.ndarray

    def evaluate(self, inputs: np.ndarray) -> _Evaluated:
        return _Evaluated(inputs, rules.pre_activations(self.layers, inputs))

    def score(self, inputs: np.ndarray, baseline: _Evaluated, out: np.ndarray) -> None:
        """Fill `out` (samples, classes, features) with the contributions."""
        hidden = rules.pre_activations(self.layers, inputs)
        delta = inputs - baseline.inputs
        factors = rules.relu_factors(self.rule, self.layers, delta, hidden, baseline.hidden)
        if factors:
            rules.propagate(self.layers, factors, self.target, out)
        else:
            out[:] = self.target
        out *= delta[:, np.newaxis]


def _network(layers: list[rules.Layer], rule: str, classes: Sequence[int] | None) -> _Network:
    if rule not in RULES:
        raise ValueError(f"there is no rule '{rule}'; the rules are: {', '.join(RULES)}")
    *hidden, logits = layers
    target = np.ascontiguousarray(logits.weight.T[arguments.class_indices(classes, logits.bias.size)])
    if rule == RESCALE:
        return _Network(layers, rules.rescale, target)
    return _Network([*map(rules.with_signed_parts, hidden), logits], rules.reveal_cancel, target)


def _tile_height(block: int, bytes_per_sample: int) -> int:
    """Return the samples of a tile: a multiple of the unit, at most `block` but at least one unit."""
    return _TILE_UNIT * max(1, min(block, _TILE_BYTES // bytes_per_sample) // _TILE_UNIT)


def _rows(matrix: Any, start: int, height: int, number: np.dtype[Any]) -> np.ndarray:
    """Return dense rows from `start`, filled up with zeros to `height`."""
    rows = arguments.dense(matrix[start : start + height], number)
    missing = height - len(rows)
    return np.pad(rows, ((0, missing), (0, 0))) if missing else rows

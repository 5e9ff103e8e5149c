"""What a dense network cannot do while its first layer stays within bounds: proofs instead of evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from srna_tools.attribute.rules import relu

# Wide of what rounding in float32 may add to a bound: relative to the numbers that make it up.
_OF_A_UNIT, _OF_A_BOUND = 1e-5, 1e-4


class BoundedLayer(NamedTuple):
    """A dense layer after the first, float32, with what bounds need of it.

    `magnitude` is the absolute weights, `lengths` the Euclidean length of the weights of each unit.
    """

    weight: np.ndarray
    bias: np.ndarray
    magnitude: np.ndarray
    lengths: np.ndarray


class Boxes(NamedTuple):
    """Ranges of the units while inputs move, one box a row.

    Attributes
    ----------
    low, high
        Of the units of the first hidden layer that are not silent in all boxes, after its ReLU, shape (boxes, live).
    live
        Which units these are, shape (live,).
    hidden
        Of the later hidden layers before their ReLU, (low, high) each.
    middle
        Outputs about the middle of each box, shape (boxes, classes).
    """

    low: np.ndarray
    high: np.ndarray
    live: np.ndarray
    hidden: list[tuple[np.ndarray, np.ndarray]]
    middle: np.ndarray

    def take(self, rows: np.ndarray) -> Boxes:
        """Some of the boxes, in the given order."""
        hidden = [(low[rows], high[rows]) for low, high in self.hidden]
        return Boxes(self.low[rows], self.high[rows], self.live, hidden, self.middle[rows])


def bounded_layer(weight: np.ndarray, bias: np.ndarray) -> BoundedLayer:
    """Prepare a layer for bounds."""
    weight = np.ascontiguousarray(weight, dtype=np.float32)
    return BoundedLayer(weight, bias.astype(np.float32), np.abs(weight), np.linalg.norm(weight, axis=0))


def boxes_of(layers: Sequence[BoundedLayer], low: np.ndarray, high: np.ndarray) -> Boxes:
    """Carry ranges of the first layer before its ReLU, shape (boxes, units), through the later layers."""
    live = np.flatnonzero((high > 0).any(axis=0))
    first = low, high = relu(low[:, live]), relu(high[:, live])
    used, hidden = live, []
    for layer in layers[:-1]:
        centre, radius = (low + high) / 2, (high - low) / 2
        middle = centre @ layer.weight[used] + layer.bias
        spread = radius @ layer.magnitude[used]
        spread += _OF_A_UNIT * (np.linalg.norm(high, axis=1, keepdims=True) * layer.lengths + np.abs(layer.bias))
        hidden.append((middle - spread, middle + spread))
        used = np.flatnonzero((middle + spread > 0).any(axis=0))
        low, high = relu((middle - spread)[:, used]), relu((middle + spread)[:, used])
    outputs = (low + high) / 2 @ layers[-1].weight[used] + layers[-1].bias
    return Boxes(*first, live, hidden, outputs)


def stays_above(layers: Sequence[BoundedLayer], boxes: Boxes, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    r"""Whether the output `upper` is proven to exceed `lower` everywhere in a box, shape (boxes,).

    The difference of two outputs is carried back to the first layer as a linear function that lies below it. A ReLU
    that stays on one side of zero is linear; of one that crosses within :math:`[l, u]`

    .. math:: \max(h, 0) \le \frac{u}{u - l} (h - l), \qquad \max(h, 0) \ge \alpha h, \quad \alpha \in \{0, 1\}

    the first is used where the function falls with the unit, the second where it rises, with :math:`\alpha = 1` where
    :math:`u > -l`. The least value in the box is then read off its edges.

    Parameters
    ----------
    upper, lower
        Class numbers, one for each box.

    References
    ----------
    Zhang et al. 2018, Efficient neural network robustness certification with general activation functions (CROWN),
    arXiv:1811.00866, section 3.
    """
    last = layers[-1]
    slope = last.weight.T[upper] - last.weight.T[lower]
    constant = last.bias[upper] - last.bias[lower]
    size = np.abs(constant)
    below = [boxes.live, *(np.flatnonzero((high > 0).any(axis=0)) for _, high in boxes.hidden)]
    slope = slope[:, below[-1]]
    for layer, ranges, live, before in zip(
        layers[-2::-1], boxes.hidden[::-1], below[:0:-1], below[-2::-1], strict=True
    ):
        low, high = (side[:, live] for side in ranges)
        crosses = (low < 0) & (high > 0)
        kept = np.where(crosses, high > -low, low >= 0).astype(np.float32)
        falls = crosses & (slope < 0)
        np.divide(high, high - low, out=kept, where=falls)
        slope = slope * kept
        added = np.where(falls, -slope * low, 0).sum(axis=1)
        bias = layer.bias[live]
        constant = constant + added + slope @ bias
        size = size + np.abs(added) + np.abs(slope) @ np.abs(bias)
        slope = slope @ layer.weight[before][:, live].T
    least = np.minimum(slope * boxes.low, slope * boxes.high).sum(axis=1)
    size = size + np.einsum("ij,ij->i", np.abs(slope), boxes.high)
    return np.asarray(constant + least > _OF_A_BOUND * size)

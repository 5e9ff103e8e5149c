"""Gradients of least-squares weights, averaged over the straight path between two points."""

from __future__ import annotations

import numpy as np

# What a class mean contributes below this share of the longest point counts as nothing, on either side of zero: the
# model itself takes a weight so small for rounding. It is also the shortest piece of a path that is looked at.
_NEGLIGIBLE = 1e-9


def clipped_gradients(means: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    r"""Average gradient of the weights of plain least squares with negative ones set to 0.

    .. math:: w = \max(M^+ x, 0)

    Each weight counts on the part of the path where it is above 0, which is
    :math:`(w^{end} - w^{start}) / (u^{end} - u^{start})` of it, with :math:`u = M^+ x`.

    Parameters
    ----------
    means
        :math:`M`, one column a class, shape (dimensions, classes).
    start, end
        Ends of the path, shape (dimensions,).

    Returns
    -------
    Shape (classes, dimensions).
    """
    gradient = np.linalg.lstsq(means, np.eye(len(means)))[0]
    first, last = gradient @ start, gradient @ end
    change = last - first
    above = np.maximum(last, 0) - np.maximum(first, 0)
    share = np.divide(above, change, out=(last > 0).astype(np.float64), where=change != 0)
    return np.asarray(share[:, None] * gradient)


def nonnegative_gradients(means: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    r"""Average gradient of the weights of non-negative least squares.

    .. math:: w = \arg\min_w \lVert x - M w \rVert, \quad w \ge 0

    Where the same classes P have weight, :math:`w_P = M_P^+ x`. The points where that is so form a convex cone, so that
    each set of classes holds on one piece of the path: that of the middle is found, its ends follow from when a weight
    falls to 0 or another class would gain one, and what lies beside the piece is treated likewise. At the ends a weight
    is right to 1e-9 of the longest point.

    Parameters
    ----------
    means
        :math:`M`, one column a class, linearly independent, shape (dimensions, classes).
    start, end
        Ends of the path, shape (dimensions,).

    Returns
    -------
    Shape (classes, dimensions).
    """
    from scipy.optimize import nnls

    lengths = np.linalg.norm(means, axis=0)
    longest = max(np.linalg.norm(start), np.linalg.norm(end))
    result = np.zeros(means.T.shape)
    todo = [(0.0, 1.0)]
    while todo:
        low, high = todo.pop()
        if high - low <= _NEGLIGIBLE:
            continue
        middle = (low + high) / 2
        point = start + middle * (end - start)
        weights, _ = nnls(means, point)
        present = weights * lengths > _NEGLIGIBLE * np.linalg.norm(point)
        gradient = np.zeros_like(result)
        gradient[present] = np.linalg.lstsq(means[:, present], np.eye(len(means)))[0]
        slack = [_slack(means, lengths, gradient, present, end_) + _NEGLIGIBLE * longest for end_ in (start, end)]
        first, last = _where_positive(slack[0], slack[1], middle)
        first, last = max(first, low), min(last, high)
        result += (last - first) * gradient
        todo += [(low, first), (last, high)]
    return result


def _slack(
    means: np.ndarray, lengths: np.ndarray, gradient: np.ndarray, present: np.ndarray, point: np.ndarray
) -> np.ndarray:
    """Room before each class leaves or joins those with weight, in the unit of points; negative where it has."""
    weights = gradient @ point
    pull = means.T @ (point - means @ weights) / lengths
    return np.asarray(np.where(present, weights * lengths, -pull))


def _where_positive(start: np.ndarray, end: np.ndarray, middle: float) -> tuple[float, float]:
    """Part of the path around `middle` on which all of several linear functions are 0 or more."""
    change = end - start
    with np.errstate(over="ignore"):  # what hardly changes crosses zero at infinity
        crossing = np.divide(-start, change, out=np.full(len(start), np.nan), where=change != 0)
    first = max((float(place) for place in crossing[change > 0]), default=0.0)
    last = min((float(place) for place in crossing[change < 0]), default=1.0)
    return min(max(first, 0.0), middle), max(min(last, 1.0), middle)

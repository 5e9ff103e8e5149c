"""Natural cubic splines: smooth curves through a few knots, straight beyond the outermost ones."""

from __future__ import annotations

import numpy as np


def natural_spline(numbers: np.ndarray, knots: np.ndarray) -> np.ndarray:
    r"""Values of the basis functions: a constant, a straight line, and one curve for each knot but the last two.

    .. math:: d_k(x) = \frac{(x - \xi_k)_+^3 - (x - \xi_K)_+^3}{\xi_K - \xi_k}, \quad
              N_{k + 2}(x) = d_k(x) - d_{K - 1}(x)

    Parameters
    ----------
    numbers
        Where to evaluate, shape (numbers,).
    knots
        Ascending, at least two; the line and the curves are those of numbers scaled to 0..1 between the outermost.

    Returns
    -------
    Shape (numbers, knots).

    References
    ----------
    Hastie, Tibshirani & Friedman 2009, "The Elements of Statistical Learning", equations 5.4 and 5.5.
    """
    low, width = knots[0], knots[-1] - knots[0]
    x, places = (numbers - low) / width, (knots - low) / width
    cubes = np.maximum(x[:, None] - places, 0) ** 3
    d = (cubes[:, :-1] - cubes[:, -1:]) / (places[-1] - places[:-1])
    return np.column_stack([np.ones_like(x), x, d[:, :-1] - d[:, -1:]])


def knots_for(numbers: np.ndarray, degrees_of_freedom: int) -> np.ndarray:
    """Knots at evenly spaced quantiles of the numbers, from the smallest to the largest.

    Numbers that repeat too often to tell so many curves apart, or are too few to leave a residual, get fewer knots.

    Parameters
    ----------
    numbers
        At least two different ones.
    degrees_of_freedom
        Number of basis functions besides the constant.
    """
    for degrees in range(degrees_of_freedom, 1, -1):
        knots = np.unique(np.quantile(numbers, np.linspace(0, 1, degrees + 1)))
        full = len(knots) == degrees + 1 < len(numbers)
        if full and np.linalg.matrix_rank(natural_spline(numbers, knots)) == len(knots):
            return knots
    return np.array([numbers.min(), numbers.max()], dtype=np.float64)

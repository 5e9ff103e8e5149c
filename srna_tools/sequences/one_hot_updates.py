"""Two steps of training that numpy would take most passes over memory for, compiled by numba.

Importing this module imports numba, so it is imported where it is needed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srna_tools.compiled import numba


def _add_window_gradients(
    gradients: np.ndarray, places: np.ndarray, letters: np.ndarray, starts: np.ndarray, lengths: np.ndarray,
    kernel: np.ndarray,
) -> None:  # fmt: skip
    """Add what each sequence's best window contributes to the gradient of the filters of one width.

    The maximum passes the gradient to its window alone, and a window is ones at its bases.

    Parameters
    ----------
    gradients, places
        Gradient of each filter's highest score, and the base where its window begins, shape (sequences, filters).
    letters, starts, lengths
        Codes of the bases, one sequence after another, where each begins, and how many bases count.
    kernel
        Added to, shape (width, 4, filters).
    """
    for number in range(len(starts)):
        for unit in range(gradients.shape[1]):
            gradient = gradients[number, unit]
            if gradient != 0:
                place = places[number, unit]
                for base in range(min(len(kernel), lengths[number] - place)):
                    letter = letters[starts[number] + place + base]
                    if letter < kernel.shape[1]:
                        kernel[base, letter, unit] += gradient


def _adam(
    weights: np.ndarray, gradient: np.ndarray, mean: np.ndarray, square: np.ndarray, rate: float, step: int
) -> None:
    """Update flat arrays in place by Adam as Keras does it (Kingma & Ba 2015; the step's rate corrected for bias)."""
    first, second, small, one = np.float32(0.9), np.float32(0.999), np.float32(1e-7), np.float32(1)
    corrected = np.float32(rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step))
    for place in range(len(weights)):
        slope = gradient[place]
        mean[place] = first * mean[place] + (one - first) * slope
        square[place] = second * square[place] + (one - second) * slope * slope
        weights[place] -= corrected * mean[place] / (np.sqrt(square[place]) + small)


_compiled: Any = numba.njit(nogil=True, cache=True)
add_window_gradients = _compiled(_add_window_gradients)
adam = _compiled(_adam)

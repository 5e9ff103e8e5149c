"""Running sums of rows of weights along paths, compiled by numba: in numpy they take most passes over memory.

Importing this module imports numba, so it is imported where it is needed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srna_tools.compiled import numba


def _ranges(
    kernel: np.ndarray, features: np.ndarray, deltas: np.ndarray, totals: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    r"""Sum :math:`\delta_t W_{j_t}` over the moves :math:`t` of each path, and keep the range within each block.

    Parameters
    ----------
    kernel
        W, shape (features, units), float32.
    features, deltas
        Feature j and factor of each move, shape (paths, moves).
    totals, low, high
        Filled, shape (blocks, paths, units): the sums before each block, and the lowest and highest after its moves.

    Returns
    -------
    Sums after the last move, shape (paths, units).
    """
    paths, moves = features.shape
    block = moves // len(totals)
    sums = np.zeros((paths, kernel.shape[1]), dtype=np.float32)
    for path in range(paths):
        total = sums[path]
        for part in range(len(totals)):
            lowest, highest = low[part, path], high[part, path]
            totals[part, path] = total
            lowest[:] = np.float32(np.inf)
            highest[:] = np.float32(-np.inf)
            for move in range(part * block, (part + 1) * block):
                row, delta = kernel[features[path, move]], deltas[path, move]
                for unit in range(len(row)):
                    value = total[unit] + delta * row[unit]
                    total[unit] = value
                    lowest[unit] = min(lowest[unit], value)
                    highest[unit] = max(highest[unit], value)
            for unit in range(len(total)):
                # Comparisons pass over what is no number; once a sum is none it stays so.
                if not np.isfinite(total[unit]):
                    lowest[unit] = highest[unit] = np.float32(np.nan)
    return sums


def _after_each(
    kernel: np.ndarray, features: np.ndarray, deltas: np.ndarray, start: np.ndarray, total: np.ndarray
) -> np.ndarray:
    """Start of each path plus its running sum after each move, shape (moves, paths, units); `total` was summed before.

    Parameters
    ----------
    start, total
        Shape (paths, units).
    """
    paths, moves = features.shape
    after = np.empty((moves, paths, kernel.shape[1]), dtype=np.float32)
    for path in range(paths):
        for move in range(moves):
            row, delta, out = kernel[features[path, move]], deltas[path, move], after[move, path]
            for unit in range(len(row)):
                total[path, unit] += delta * row[unit]
                out[unit] = start[path, unit] + total[path, unit]
    return after


_compiled: Any = numba.njit(nogil=True, cache=True)
ranges = _compiled(_ranges)
after_each = _compiled(_after_each)

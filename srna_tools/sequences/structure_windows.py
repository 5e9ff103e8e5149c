"""Where a convolution over a mostly empty matrix has anything to do: the windows with a base pair in them.

A 200 x 200 matrix has a few hundred cells that are not 0. All windows without any give the same numbers, so that two
convolutions with max pooling need to be computed for the others alone; the result is exactly that of the whole matrix.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from srna_tools.sequences.structure_matrices import Cells, matrix_of

POOL = 2


class Windows(NamedTuple):
    """Windows of one or more matrices that are not empty, each group of `POOL` x `POOL` being pooled to one number.

    Attributes
    ----------
    inputs
        What the first convolution sees, float32, shape (pooled cells, POOL * POOL, kernel * kernel * layers).
    sources
        What the second one sees: rows of the first one's result, whose last row is that of empty windows, int64,
        shape (pooled cells, POOL * POOL, kernel * kernel).
    places
        Cell of each row of the second one's result in its pooled matrix, row by row, int64.
    matrices
        Number of the matrix of each row of the second one's result, int64.
    """

    inputs: np.ndarray
    sources: np.ndarray
    places: np.ndarray
    matrices: np.ndarray


def pooled_size(size: int, kernel: int) -> int:
    """Rows of a matrix after a convolution without padding, and pooling."""
    return (size - kernel + 1) // POOL


def windows_of(cells: Cells, size: int, kernel: int) -> Windows:
    """Find the windows of one matrix of `size` rows in which there is a base pair."""
    first_size = pooled_size(size, kernel)
    second_size = pooled_size(first_size, kernel)
    rows, columns = _touched(cells.rows, cells.columns, first_size, kernel)
    inputs = _windows(matrix_of(cells, size), rows, columns, kernel)
    numbers = np.full((first_size, first_size), len(rows), dtype=np.int64)
    numbers[rows, columns] = np.arange(len(rows))
    rows, columns = _touched(rows, columns, second_size, kernel)
    sources = _windows(numbers[:, :, np.newaxis], rows, columns, kernel)
    return Windows(inputs, sources, rows * second_size + columns, np.zeros(len(rows), dtype=np.int64))


def together(parts: list[Windows]) -> Windows:
    """Windows of several matrices as one."""
    counts = np.array([len(part.inputs) for part in parts], dtype=np.int64)
    before = np.cumsum(counts) - counts
    sources = [
        np.where(part.sources == count, counts.sum(), part.sources + start)
        for part, count, start in zip(parts, counts, before, strict=True)
    ]
    return Windows(
        np.concatenate([part.inputs for part in parts]),
        np.concatenate(sources),
        np.concatenate([part.places for part in parts]),
        np.repeat(np.arange(len(parts)), [len(part.places) for part in parts]),
    )


def _touched(rows: np.ndarray, columns: np.ndarray, size: int, kernel: int) -> tuple[np.ndarray, np.ndarray]:
    """Pooled cells, each once and in order, whose windows hold any of the cells given."""
    # A pooled cell p sees the rows from POOL * p to POOL * p + POOL + kernel - 2.
    seen = np.arange((POOL + kernel - 2) // POOL + 1)
    grid = []
    for places in (rows, columns):
        pooled = places[:, np.newaxis] // POOL - seen
        fits = (pooled >= 0) & (pooled < size) & (places[:, np.newaxis] - POOL * pooled <= POOL + kernel - 2)
        grid.append((pooled, fits))
    (down, down_fits), (across, across_fits) = grid
    both = down_fits[:, :, np.newaxis] & across_fits[:, np.newaxis, :]
    places = np.unique((down[:, :, np.newaxis] * size + across[:, np.newaxis, :])[both])
    return places // size, places % size


def _windows(matrix: np.ndarray, rows: np.ndarray, columns: np.ndarray, kernel: int) -> np.ndarray:
    """Cut the windows that are pooled to each cell, shape (cells, POOL * POOL, kernel * kernel * layers)."""
    offsets = np.arange(POOL)[:, np.newaxis] + np.arange(kernel)
    down = POOL * rows[:, np.newaxis, np.newaxis] + offsets
    across = POOL * columns[:, np.newaxis, np.newaxis] + offsets
    cut = matrix[down[:, :, np.newaxis, :, np.newaxis], across[:, np.newaxis, :, np.newaxis, :]]
    return np.asarray(cut.reshape(len(rows), POOL * POOL, np.prod(cut.shape[3:], dtype=int)))

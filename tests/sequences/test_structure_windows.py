"""Windows with base pairs against a search of the whole matrix."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.sequences.structure_matrices import Cells
from srna_tools.sequences.structure_windows import pooled_size, together, windows_of


def some_cells(size, number, seed, layers=2):
    generator = np.random.default_rng(seed)
    places = generator.choice(size * size, number, replace=False)
    return Cells(places // size, places % size, generator.random((number, layers)).astype(np.float32))


def not_empty(matrix, kernel):
    """Pooled cells of a matrix whose windows hold anything, by looking at each."""
    size = pooled_size(len(matrix), kernel)
    return {
        (row, column)
        for row in range(size)
        for column in range(size)
        if matrix[2 * row : 2 * row + kernel + 1, 2 * column : 2 * column + kernel + 1].any()
    }


@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize(("size", "number"), [(20, 6), (21, 30), (17, 0), (16, 256)])
def test_windows_are_all_that_hold_a_cell(kernel, size, number):
    cells = some_cells(size, number, seed=size)
    matrix = np.zeros((size, size), dtype=bool)
    matrix[cells.rows, cells.columns] = True
    first = not_empty(matrix, kernel)
    pooled = np.zeros((pooled_size(size, kernel),) * 2, dtype=bool)
    pooled[tuple(np.array(sorted(first), dtype=int).reshape(-1, 2).T)] = True
    second = not_empty(pooled, kernel)

    windows = windows_of(cells, size, kernel)

    side = pooled_size(len(pooled), kernel)
    assert [(place // side, place % side) for place in windows.places] == sorted(second)
    assert windows.inputs.shape == (len(first), 4, kernel * kernel * 2)
    assert windows.sources.shape == (len(second), 4, kernel * kernel)
    assert windows.sources.max(initial=0) <= len(first)


def test_windows_of_several_matrices_share_the_row_of_empty_windows():
    parts = [windows_of(some_cells(20, number, seed), 20, 2) for seed, number in enumerate((5, 0, 9))]

    joined = together(parts)

    rows = sum(len(part.inputs) for part in parts)
    assert joined.matrices.tolist() == [0] * len(parts[0].places) + [2] * len(parts[2].places)
    for number, part in enumerate(parts):
        of_part = joined.sources[joined.matrices == number]
        np.testing.assert_array_equal(of_part == rows, part.sources == len(part.inputs))
        inputs = np.concatenate([joined.inputs, np.zeros((1, 4, 8), np.float32)])
        alone = np.concatenate([part.inputs, np.zeros((1, 4, 8), np.float32)])
        np.testing.assert_array_equal(inputs[of_part], alone[part.sources])

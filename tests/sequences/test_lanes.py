"""Vector registers in compiled functions, against numpy."""

from __future__ import annotations

import numba
import numpy as np

from srna_tools.sequences.lanes import LANES, all_lanes, plus_product, read, times, write


@numba.njit
def _all_operations(numbers, factor, result):
    first, second = read(numbers, 0), read(numbers, 3)  # a register may begin anywhere
    write(result, 1, plus_product(times(first, second), all_lanes(factor), second))


def test_vectors_are_read_multiplied_added_and_written_lane_by_lane():
    numbers = np.random.default_rng(0).normal(size=LANES + 3).astype(np.float32)
    result = np.full(LANES + 2, 7, dtype=np.float32)
    _all_operations(numbers, np.float32(2.5), result)
    first, second = numbers[:LANES], numbers[3:]
    np.testing.assert_allclose(result[1:-1], first * second + np.float32(2.5) * second, rtol=1e-5, atol=1e-6)
    assert result[[0, -1]].tolist() == [7, 7]

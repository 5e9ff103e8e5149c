"""Running sums along paths against numpy's cumulative sums, and where sums overflow."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.attribute.running_sums import after_each, ranges


@pytest.fixture
def paths():
    generator = np.random.default_rng(5)
    kernel = generator.normal(size=(9, 7)).astype(np.float32)
    return kernel, generator.integers(0, 9, (3, 8)), generator.normal(size=(3, 8)).astype(np.float32)


def sums_of(kernel, features, deltas):
    """After each move, shape (moves, paths, units)."""
    return np.cumsum(kernel[features] * deltas[:, :, None], axis=1, dtype=np.float64).swapaxes(0, 1)


def test_ranges_are_those_of_all_sums_of_a_block(paths):
    totals, low, high = np.empty((3, 2, 3, 7), dtype=np.float32)

    last = ranges(*paths, totals, low, high)

    blocks = sums_of(*paths).reshape(2, 4, 3, 7)
    np.testing.assert_allclose(low, blocks.min(axis=1), atol=1e-5)
    np.testing.assert_allclose(high, blocks.max(axis=1), atol=1e-5)
    np.testing.assert_allclose(totals, [np.zeros((3, 7)), blocks[0, -1]], atol=1e-5)
    np.testing.assert_allclose(last, blocks[1, -1], atol=1e-5)


def test_sums_go_on_from_where_they_stood(paths):
    start = np.ones((3, 7), dtype=np.float32)
    before = np.full((3, 7), 2.0, dtype=np.float32)

    np.testing.assert_allclose(after_each(*paths, start, before), 3 + sums_of(*paths), atol=1e-5)


def test_a_range_with_sums_that_overflow_is_no_number(paths):
    kernel, features, deltas = paths
    kernel = np.full_like(kernel, 3e38)
    deltas[:] = np.where(np.arange(8) % 2, -2, 2)
    totals, low, high = np.empty((3, 2, 3, 7), dtype=np.float32)

    ranges(kernel, features, deltas, totals, low, high)

    assert np.isnan(low).all()
    assert np.isnan(high).all()

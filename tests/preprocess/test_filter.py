"""Feature filters against counting by hand and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse

from srna_tools.preprocess.filter import expressed_fraction, gini_coefficient, zero_fraction

COUNTS = sparse.csr_matrix([[1, 0, 0, 5], [0, 0, 2, 5], [3, 0, 0, 4], [9, 0, 0, 5]])
EVERYTHING = np.ones((1, 4), dtype=bool)
# The third sample's resource has no features 2 to 4, whatever the count says; nobody's has feature 2.
PARTLY = np.array([[True, False, True, True]] * 2 + [[True, False, False, False]] + [[True, False, True, True]])


def brute_force_gini(values):
    """Mean absolute difference of all pairs over twice the mean, the definition."""
    differences = np.abs(values[:, None] - values[None, :]).sum()
    return differences / (2 * len(values) ** 2 * values.mean()) if values.any() else 0.0


def test_zero_fraction_counts_only_samples_that_measured_the_feature():
    np.testing.assert_allclose(zero_fraction(COUNTS, EVERYTHING), [1 / 4, 1, 3 / 4, 0])
    np.testing.assert_allclose(zero_fraction(COUNTS, PARTLY), [1 / 4, 1, 2 / 3, 0])


def test_expressed_fraction_needs_more_than_the_limit():
    library = np.array([1e6, 1e6, 3e6, 1e6])
    np.testing.assert_allclose(expressed_fraction(COUNTS, library, 1.0, EVERYTHING), [1 / 4, 0, 1 / 4, 1])
    np.testing.assert_allclose(expressed_fraction(COUNTS, library, 0.9, EVERYTHING), [3 / 4, 0, 1 / 4, 1])
    np.testing.assert_allclose(expressed_fraction(COUNTS, library, 1.0, PARTLY), [1 / 4, 0, 1 / 3, 1])


@pytest.mark.parametrize(
    ("values", "gini"), [([2, 2, 2], 0), ([0, 0, 0], 0), ([0, 0, 0, 8], 3 / 4), ([1, 3], 1 / 4), ([1, 2, 3], 2 / 9)]
)
def test_gini_by_hand(values, gini):
    assert gini_coefficient(np.array(values)[:, None])[0] == pytest.approx(gini)


@given(
    arrays.arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.floats(0, 20, width=32)),
    st.randoms(use_true_random=False),
)
def test_gini_is_that_of_all_pairs_that_were_measured(values, random):
    measured = np.array([[random.random() < 0.7 for _ in row] for row in values])
    measured[0] = True
    expected = [brute_force_gini(column[seen]) for column, seen in zip(values.T, measured.T, strict=True)]
    np.testing.assert_allclose(gini_coefficient(values, measured), expected, atol=1e-9)
    everywhere = [brute_force_gini(column) for column in values.T]
    np.testing.assert_allclose(gini_coefficient(values), everywhere, atol=1e-9)

"""Natural splines: they hold every curve that scipy calls natural, and knots where the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from srna_tools.models.natural_spline import knots_for, natural_spline


def test_every_natural_spline_of_scipy_is_a_mixture_of_the_basis():
    generator = np.random.default_rng(0)
    knots = np.array([54.0, 70, 78, 90, 101, 117])
    x = np.linspace(54, 117, 300)
    for _ in range(5):
        curve = CubicSpline(knots, generator.normal(size=6), bc_type="natural")(x)
        basis = natural_spline(x, knots)
        coefficients = np.linalg.lstsq(basis, curve)[0]
        np.testing.assert_allclose(basis @ coefficients, curve, atol=1e-9)
    assert basis.shape == (300, 6)
    assert np.linalg.matrix_rank(basis) == 6


def test_beyond_the_outermost_knots_it_is_straight():
    basis = natural_spline(np.array([-3.0, -2, -1, 11, 12, 13]), np.array([0.0, 2, 5, 10]))
    second_differences = basis[[0, 3]] - 2 * basis[[1, 4]] + basis[[2, 5]]
    np.testing.assert_allclose(second_differences, 0, atol=1e-9)
    np.testing.assert_allclose(basis[:, 0], 1)


@pytest.mark.parametrize(
    ("numbers", "knots"),
    [
        (np.arange(101), [0, 20, 40, 60, 80, 100]),
        (np.repeat([1, 2, 3, 4], 30), [1, 2, 3, 4]),
        ([1, 1, 1, 1, 1, 1, 2, 5], [1, 5]),
        ([3, 9, 3], [3, 9]),
    ],
)
def test_knots_are_quantiles_as_many_as_the_numbers_can_tell_apart(numbers, knots):
    found = knots_for(np.asarray(numbers, dtype=float), 5)
    np.testing.assert_allclose(found, knots)
    assert np.linalg.matrix_rank(natural_spline(np.asarray(numbers, dtype=float), found)) == len(knots)

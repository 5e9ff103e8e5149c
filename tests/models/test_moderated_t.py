"""Moderated t statistics: against a hand-computed case, scipy's t test, and priors that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import polygamma

from srna_tools.models.moderated_t import (
    VariancePrior,
    inverse_trigamma,
    moderated_t,
    moderated_variance,
    variance_prior,
)

NO_PRIOR = VariancePrior(0.0, 0.0)


def test_a_case_by_hand():
    """Means 2 and 7; sum of squares 2 + 8 within, 4 degrees of freedom; 1/n 1/3 + 1/3."""
    values, codes = np.array([[1.0], [2], [3], [5], [7], [9]]), np.array([0, 0, 0, 1, 1, 1])
    found = moderated_t(values, codes, NO_PRIOR)
    np.testing.assert_allclose(found.t, [[-5 / math.sqrt(2.5 * 2 / 3)], [5 / math.sqrt(2.5 * 2 / 3)]])
    # A prior of 6 degrees of freedom and variance 5: (6 * 5 + 4 * 2.5) / 10 = 4.
    moderated = moderated_t(values, codes, VariancePrior(6.0, 5.0))
    np.testing.assert_allclose(moderated.t[1], 5 / math.sqrt(4 * 2 / 3))
    assert moderated.degrees_of_freedom.tolist() == [10, 10]
    np.testing.assert_allclose(moderated.p[0], 2 * stats.t.sf(5 / math.sqrt(4 * 2 / 3), 10))


@pytest.fixture
def table():
    generator = np.random.default_rng(3)
    codes = np.repeat([0, 1, 2], [5, 9, 12])
    return generator.normal(3, 2, (26, 40)) + codes[:, None] * generator.normal(0, 1, 40), codes


def test_without_a_prior_it_is_the_t_test(table):
    values, codes = table
    found = moderated_t(values, codes, NO_PRIOR)
    for code in range(3):
        expected = stats.ttest_ind(values[codes == code], values[codes != code], equal_var=True)
        np.testing.assert_allclose(found.t[code], expected.statistic)
        np.testing.assert_allclose(found.p[code], expected.pvalue)
    assert found.degrees_of_freedom.tolist() == [24] * 3


def test_with_an_infinite_prior_all_features_have_the_common_variance(table):
    values, codes = table
    found = moderated_t(values, codes, VariancePrior(math.inf, 2.25))
    difference = values[codes == 1].mean(axis=0) - values[codes != 1].mean(axis=0)
    expected = difference / (1.5 * math.sqrt(1 / 9 + 1 / 17))
    np.testing.assert_allclose(found.t[1], expected)
    np.testing.assert_allclose(found.p[1], 2 * stats.norm.sf(np.abs(expected)))


def test_the_prior_of_each_comparison_is_estimated_from_its_own_variances(table):
    values, codes = table
    found = moderated_t(values, codes)
    for code in range(3):
        within = [values[codes == code], values[codes != code]]
        variances = sum(((part - part.mean(axis=0)) ** 2).sum(axis=0) for part in within) / 24
        expected = moderated_t(values, codes, variance_prior(variances, 24))
        np.testing.assert_allclose(found.t[code], expected.t[code])
        np.testing.assert_allclose(found.degrees_of_freedom[code], expected.degrees_of_freedom[code])


@pytest.mark.parametrize(("prior_freedom", "variance"), [(4.0, 0.3), (12.0, 5.0), (50.0, 1e-6)])
def test_a_known_prior_is_recovered(prior_freedom, variance):
    generator = np.random.default_rng(8)
    true = prior_freedom * variance / generator.chisquare(prior_freedom, 200_000)
    seen = true * generator.chisquare(6, len(true)) / 6
    found = variance_prior(seen, 6)
    assert found.degrees_of_freedom == pytest.approx(prior_freedom, rel=0.1)
    assert found.variance == pytest.approx(variance, rel=0.02)


def test_variances_that_differ_by_chance_alone_have_an_infinite_prior():
    generator = np.random.default_rng(2)
    quantiles = stats.chi2.ppf((np.arange(1, 400) - 0.5) / 399, 8) / 8
    found = variance_prior(generator.permutation(3 * np.clip(quantiles, 0.3, 1.9)), 8)
    assert found.degrees_of_freedom == math.inf
    assert found.variance == pytest.approx(3, rel=0.1)
    assert moderated_variance(np.array([1.0, 9.0]), 8, found).tolist() == [found.variance] * 2


@given(st.floats(1e-12, 1e12))
def test_the_inverse_trigamma_is_one(value):
    assert float(polygamma(1, inverse_trigamma(value))) == pytest.approx(value, rel=1e-6)


def test_features_that_never_vary_differ_in_nothing_and_perfect_ones_infinitely():
    codes = np.array([0, 0, 0, 1, 1, 1])
    constant, perfect, other = np.full(6, 0.1), 0.1 + codes, np.array([1.0, 2, 4, 3, 5, 9])
    found = moderated_t(np.column_stack([constant, perfect, other]), codes, NO_PRIOR)
    assert found.t[:, 0].tolist() == [0, 0]
    assert found.t[:, 1].tolist() == [-math.inf, math.inf]
    assert found.p[:, :2].tolist() == [[1, 0], [1, 0]]


def test_zero_variances_tell_nothing_of_the_prior():
    variances = np.array([0.5, 1.0, 2.0, 4.0])
    assert variance_prior(np.append(variances, [0, 0]), 5) == variance_prior(variances, 5)
    assert variance_prior(np.array([0.0, 2.0]), 5) == NO_PRIOR


def test_two_samples_are_ranked_by_their_difference():
    """Nothing is known of the variance: all features are taken to vary alike."""
    found = moderated_t(np.array([[1.0, 5, 2], [4, 4, 2]]), np.array([0, 1]))
    np.testing.assert_allclose(found.t[1], np.array([3, -1, 0]) / math.sqrt(2))

"""Splines of a numeric phenotype: the F test of statsmodels, known curves, and the choice of features."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from srna_tools.models.linear import CANDIDATES, PUBLISHED, LinearSettings
from srna_tools.models.linear_numeric import (
    GRID,
    NumericSamples,
    fit_splines,
    numeric_folds,
    selected_profiles,
    train_profiles,
)
from srna_tools.models.moderated_t import moderated_variance, variance_prior
from srna_tools.models.natural_spline import knots_for, natural_spline


def simulated(samples=150, informative=30, features=200, noise=1.0, seed=0):
    """Features that follow smooth curves of an age, then features of noise; age from 0 to 80, two datasets."""
    generator = np.random.default_rng(seed)
    ages = generator.uniform(0, 80, samples)
    curves = np.sin(ages[:, None] / 80 * generator.uniform(1, 4, informative) + generator.uniform(0, 3, informative))
    values = generator.normal(0, noise, (samples, features))
    values[:, :informative] += 2 * curves
    datasets = np.where(generator.random(samples) < 0.5, "a", "b")
    return NumericSamples(values.astype(np.float32), ages, datasets, np.arange(samples))


def test_the_variance_and_f_statistic_are_those_of_ordinary_least_squares_before_moderation():
    samples = simulated(features=40)
    found = fit_splines(samples.values, samples.numbers)
    design = natural_spline(samples.numbers, knots_for(samples.numbers, 5))
    models = [sm.OLS(column, design).fit() for column in samples.values.T.astype(float)]
    variances = np.array([model.mse_resid for model in models])
    shrunk = moderated_variance(variances, 144, variance_prior(variances, 144))
    np.testing.assert_allclose(found.variance, shrunk)
    np.testing.assert_allclose(found.F, [model.fvalue * model.mse_resid for model in models] / shrunk, rtol=1e-8)
    along = natural_spline(found.grid, knots_for(samples.numbers, 5))
    np.testing.assert_allclose(found.profiles, along @ np.array([model.params for model in models]).T, atol=1e-8)
    assert (len(found.grid), found.grid[0], found.grid[-1]) == (GRID, samples.numbers.min(), samples.numbers.max())


def test_the_features_that_follow_the_number_are_selected():
    samples = simulated()
    model, number = train_profiles(samples, LinearSettings(30), 0)
    assert number == 30
    assert (model.selected < 30).mean() > 0.9
    new = simulated(seed=0, samples=400)
    assert np.corrcoef(model.numbers(new.values[150:]), new.numbers[150:])[0, 1] < 0.9  # other curves, another truth


def test_held_out_samples_are_predicted_and_permuted_numbers_are_not():
    samples = simulated(samples=300)
    train, test = np.arange(200), np.arange(200, 300)
    generator = np.random.default_rng(3)
    related = {}
    for name, numbers in (("true", samples.numbers), ("permuted", generator.permutation(samples.numbers))):
        inside = NumericSamples(samples.values[train], numbers[train], samples.datasets[train], train)
        model, number = train_profiles(inside, LinearSettings(), 0)
        assert number in CANDIDATES
        related[name] = np.corrcoef(model.numbers(samples.values[test]), samples.numbers[test])[0, 1]
    assert related["true"] > 0.95
    assert abs(related["permuted"]) < 0.4


def test_the_number_of_features_has_the_smallest_error_on_inner_folds():
    samples = simulated(samples=80, noise=2.5)
    _, folds = numeric_folds(samples.numbers, samples.datasets, samples.linked, 7)
    errors = []
    for candidate in CANDIDATES:
        off = np.zeros(80)
        for fold in folds:
            model = selected_profiles(fit_splines(samples.values[fold.train], samples.numbers[fold.train]), candidate)
            off[fold.test] = abs(model.numbers(samples.values[fold.test]) - samples.numbers[fold.test])
        errors.append(np.median(off))
    assert len(set(errors)) > 3
    assert train_profiles(samples, LinearSettings(), 7)[1] == CANDIDATES[int(np.argmin(errors))]


def test_folds_leave_datasets_and_linked_samples_whole():
    samples = simulated()
    scheme, folds = numeric_folds(samples.numbers, samples.datasets, samples.linked, 0)
    assert (scheme, len(folds)) == ("group-kfold", 2)
    assert all(not set(samples.datasets[fold.train]) & set(samples.datasets[fold.test]) for fold in folds)
    patients = np.arange(150) // 3
    scheme, folds = numeric_folds(samples.numbers, np.full(150, "one study"), patients, 0)
    assert (scheme, len(folds)) == ("kfold", 5)
    assert all(not set(patients[fold.train]) & set(patients[fold.test]) for fold in folds)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(150))


def test_samples_that_are_all_linked_cannot_be_split_and_get_the_published_number():
    samples = simulated(samples=20)
    linked = NumericSamples(samples.values, samples.numbers, np.full(20, "x"), np.zeros(20, dtype=int))
    assert numeric_folds(linked.numbers, linked.datasets, linked.linked, 0) == ("", ())
    assert train_profiles(linked, LinearSettings(), 0)[1] == PUBLISHED


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_features_without_residual_or_variance_are_no_error(noise):
    numbers = np.arange(20, dtype=float)
    straight, constant = numbers * 2, np.full(20, 0.1)
    other = np.random.default_rng(0).normal(0, 1, 20) * noise
    model = selected_profiles(fit_splines(np.column_stack([constant, other, straight]), numbers), 2)
    assert 2 in model.selected
    assert (model.variance > 0).all()
    new = np.column_stack([constant, np.zeros(20), straight])
    np.testing.assert_allclose(model.numbers(new), numbers, atol=0.2 if noise == 0 else 3)

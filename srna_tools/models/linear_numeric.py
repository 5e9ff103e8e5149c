"""Training of the linear model of numeric phenotypes (Ellis et al. 2018): a natural spline for each feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from srna_tools.models.linear import CANDIDATES, PUBLISHED, LinearSettings
from srna_tools.models.moderated_t import centred_on_the_mean, moderated_variance, residual_variance, variance_prior
from srna_tools.models.natural_spline import knots_for, natural_spline
from srna_tools.models.spline_profiles import SplineProfiles
from srna_tools.validation.inside import plan_inside
from srna_tools.validation.splits import Fold, Labelled, SplitPlan

DEGREES_OF_FREEDOM = 5
GRID = 200
_FOLDS, _FEWEST_VALUES = 5, 2
_DIGITS = 12


@dataclass(frozen=True)
class NumericSamples:
    """What the model learns from.

    Attributes
    ----------
    values
        Model inputs, shape (samples, features).
    numbers
        Phenotype of each sample.
    datasets
        Name of the dataset of each sample.
    linked
        Number of the set of linked samples of each sample, see `srna_tools.validation.linked`.
    """

    values: np.ndarray
    numbers: np.ndarray
    datasets: np.ndarray
    linked: np.ndarray


@dataclass(frozen=True)
class SplineFit:
    """Spline of each feature.

    Attributes
    ----------
    F
        Moderated F statistic of the spline terms, shape (features,).
    variance
        Moderated residual variance, shape (features,).
    profiles
        Expected values along the grid, shape (grid, features).
    grid
        Evenly spaced from the smallest to the largest number of the training.
    """

    F: np.ndarray
    variance: np.ndarray
    profiles: np.ndarray
    grid: np.ndarray


def train_profiles(samples: NumericSamples, settings: LinearSettings, seed: int) -> tuple[SplineProfiles, int]:
    """Fit a spline to each feature, and keep the features that it explains best.

    Returns
    -------
    The model, and the number of features, as given or as chosen on inner folds from `seed`.
    """
    number = settings.features_per_class or _tuned_number(samples, seed)
    return selected_profiles(fit_splines(samples.values, samples.numbers), number), number


def fit_splines(values: np.ndarray, numbers: np.ndarray) -> SplineFit:
    r"""Fit a natural spline of the numbers to every feature by least squares.

    .. math:: \tilde F = \frac{SS_{spline} / p}{\tilde s^2}

    Parameters
    ----------
    values
        Shape (samples, features).
    numbers
        At least two different ones.

    References
    ----------
    Ellis et al. 2018 for the splines; Smyth 2004, section 5, for the moderated F.
    """
    knots = knots_for(numbers, DEGREES_OF_FREEDOM)
    basis, triangle = np.linalg.qr(natural_spline(numbers, knots))
    centred = centred_on_the_mean(values)
    total = (centred**2).sum(axis=0)
    explained = ((basis[:, 1:].T @ centred) ** 2).sum(axis=0)
    freedom = len(numbers) - len(knots)
    variances = residual_variance(total - explained, total, freedom)
    variance = moderated_variance(variances, freedom, variance_prior(variances, freedom))
    with np.errstate(divide="ignore", invalid="ignore"):
        F = np.where(total > 0, explained / (len(knots) - 1) / variance, 0.0)
    grid = np.linspace(numbers.min(), numbers.max(), GRID)
    coefficients = np.linalg.solve(triangle, basis.T @ np.asarray(values, dtype=np.float64))
    return SplineFit(F, variance, natural_spline(grid, knots) @ coefficients, grid)


def selected_profiles(fit: SplineFit, number: int) -> SplineProfiles:
    """Model of the features with the largest F; of equals the first."""
    selected = np.sort(np.argsort(-fit.F, kind="stable")[:number]).astype(np.int32)
    variance = fit.variance[selected]
    # A feature that the spline explains without any residual counts like the best of the others.
    smallest = variance[variance > 0].min() if (variance > 0).any() else 1.0
    return SplineProfiles(
        selected, fit.grid, fit.profiles[:, selected], np.where(variance > 0, variance, smallest), len(fit.F)
    )


def numeric_folds(
    numbers: np.ndarray, datasets: np.ndarray, linked: np.ndarray, seed: int
) -> tuple[str, tuple[Fold, ...]]:
    """Split samples with numbers: whole datasets where there are several, else random folds.

    Low and high numbers are spread evenly over the folds. Linked samples stay together.

    Returns
    -------
    Name of the scheme, and its folds; none where a training set would hold a single number.
    """
    high = np.argsort(np.argsort(numbers, kind="stable")) >= len(numbers) / 2
    most = min(_FOLDS, len(numbers) // 2)

    def suits(plan: SplitPlan) -> bool:
        return all(len(np.unique(numbers[fold.train])) >= _FEWEST_VALUES for fold in plan.folds)

    plan = plan_inside(
        Labelled(high.astype(int), datasets, linked, datasets),
        dataset_folds=min(most, len(set(datasets))), random_folds=min(most, len(set(linked))), seed=seed, suits=suits,
    )  # fmt: skip
    return (plan.scheme, plan.folds) if plan else ("", ())


def _tuned_number(samples: NumericSamples, seed: int) -> int:
    """Number of features with the smallest median absolute error on inner folds; of equals the smallest number."""
    _, folds = numeric_folds(samples.numbers, samples.datasets, samples.linked, seed)
    if not folds:
        return PUBLISHED
    errors: list[list[np.ndarray]] = [[] for _ in CANDIDATES]
    for fold in folds:
        fit = fit_splines(samples.values[fold.train], samples.numbers[fold.train])
        for found, candidate in zip(errors, CANDIDATES, strict=True):
            predicted = selected_profiles(fit, candidate).numbers(samples.values[fold.test])
            found.append(np.abs(predicted - samples.numbers[fold.test]))
    medians = [float(np.median(np.concatenate(found))) for found in errors]
    # What differs beyond this digit is rounding, and would break ties.
    return CANDIDATES[int(np.argmin(np.round(medians, _DIGITS)))]

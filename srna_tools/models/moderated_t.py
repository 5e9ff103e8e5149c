"""Moderated t statistics of each class against the rest: the variances of features are shrunk towards a common one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# What is below this share of a feature's sum of squares is rounding, not variance.
_ROUNDING = 1e-12
_TOLERANCE = 1e-10
_STEPS = 50
# Beyond these the trigamma function is its own leading term: 1 / y**2 for small y, 1 / y for large ones.
_LARGE, _SMALL = 1e7, 1e-6
_FEWEST = 2


@dataclass(frozen=True)
class VariancePrior:
    """Distribution that the variances of all features come from: scaled inverse chi-squared.

    Attributes
    ----------
    degrees_of_freedom
        Weight of the prior: with 0 each feature keeps its own variance, with infinity all have the common one.
    variance
        The common variance.
    """

    degrees_of_freedom: float
    variance: float


@dataclass(frozen=True)
class ModeratedT:
    """Statistics of each class and feature.

    Attributes
    ----------
    t
        Shape (classes, features); infinite where a class differs and nothing varies, 0 where nothing differs.
    degrees_of_freedom
        Those of the residuals and of the prior together, shape (classes,).
    p
        Two-sided p values, shape (classes, features).
    """

    t: np.ndarray
    degrees_of_freedom: np.ndarray
    p: np.ndarray


def moderated_t(values: np.ndarray, codes: np.ndarray, prior: VariancePrior | None = None) -> ModeratedT:
    r"""Compare each class with all other samples, feature by feature.

    .. math:: \tilde t = \frac{\bar x_k - \bar x_{rest}}{\tilde s \sqrt{1 / n_k + 1 / n_{rest}}}

    The residual variance :math:`s^2` is that of the model with an intercept and one effect, class against rest, with
    :math:`n - 2` degrees of freedom; `moderated_variance` makes :math:`\tilde s^2` of it.

    Parameters
    ----------
    values
        Shape (samples, features).
    codes
        Class number of each sample; every number from 0 to the largest is there, and at least two.
    prior
        Of the variances; by default it is estimated anew for each class.

    References
    ----------
    Smyth 2004, "Linear models and empirical Bayes methods for assessing differential expression in microarray
    experiments", sections 3 and 6.
    """
    from scipy.special import ndtr, stdtr

    sizes = np.bincount(codes)[:, None]
    rest = len(codes) - sizes
    centred = centred_on_the_mean(values)
    sums = class_sums(centred, codes)
    # Centred values sum to 0, so that the sum of the rest is that of the class with the other sign.
    difference = sums / sizes + sums / rest
    total = (centred**2).sum(axis=0)
    residual = total - difference**2 * sizes * rest / len(codes)
    freedom = len(codes) - 2
    variances = residual_variance(residual, total, freedom)
    priors = [prior or variance_prior(one, freedom) for one in variances]
    moderated = np.array([moderated_variance(one, freedom, its) for one, its in zip(variances, priors, strict=True)])
    with np.errstate(divide="ignore", invalid="ignore"):
        t = difference / np.sqrt(moderated * (1 / sizes + 1 / rest))
    t = np.where(difference == 0, 0.0, t)
    degrees = np.array([freedom + its.degrees_of_freedom for its in priors])
    tail = np.where(np.isinf(degrees)[:, None], ndtr(-np.abs(t)), stdtr(degrees[:, None], -np.abs(t)))
    return ModeratedT(t, degrees, 2 * tail)


def variance_prior(variances: np.ndarray, degrees_of_freedom: int) -> VariancePrior:
    r"""Estimate the prior from the mean and the variance of the logarithms of the variances.

    Parameters
    ----------
    variances
        Residual variance of each feature, shape (features,); zeros tell nothing of the prior and are left out.
    degrees_of_freedom
        Of each variance, :math:`d`.

    Returns
    -------
    :math:`d_0` and :math:`s_0^2`. Without residual degrees of freedom nothing is known, and all features are taken to
    vary alike; with fewer than two variances nothing can be moderated.

    References
    ----------
    Smyth 2004, section 6.2.
    """
    from scipy.special import digamma, polygamma

    if degrees_of_freedom < 1:
        return VariancePrior(math.inf, 1.0)
    positive = variances[variances > 0]
    if len(positive) < _FEWEST:
        return VariancePrior(0.0, 0.0)
    half = degrees_of_freedom / 2
    scaled = np.log(positive) - digamma(half) + math.log(half)
    mean = float(scaled.mean())
    excess = float(scaled.var(ddof=1) - polygamma(1, half))
    if excess <= 0:
        return VariancePrior(math.inf, math.exp(mean))
    half_prior = inverse_trigamma(excess)
    return VariancePrior(2 * half_prior, math.exp(mean + float(digamma(half_prior)) - math.log(half_prior)))


def moderated_variance(variances: np.ndarray, degrees_of_freedom: int, prior: VariancePrior) -> np.ndarray:
    r"""Shrink variances towards the common one, :math:`\tilde s^2 = (d_0 s_0^2 + d s^2) / (d_0 + d)`."""
    if math.isinf(prior.degrees_of_freedom):
        return np.full(len(variances), prior.variance)
    weighted = prior.degrees_of_freedom * prior.variance + degrees_of_freedom * variances
    return np.asarray(weighted / (prior.degrees_of_freedom + degrees_of_freedom))


def inverse_trigamma(value: float) -> float:
    """Positive number whose trigamma function is `value`, by the Newton iteration of Smyth 2004, appendix."""
    from scipy.special import polygamma

    if value > _LARGE:
        return 1 / math.sqrt(value)
    if value < _SMALL:
        return 1 / value
    number = 0.5 + 1 / value
    for _ in range(_STEPS):
        trigamma = float(polygamma(1, number))
        step = trigamma * (1 - trigamma / value) / float(polygamma(2, number))
        number += step
        if -step < _TOLERANCE * number:
            break
    return number


def residual_variance(residual: np.ndarray, total: np.ndarray, degrees_of_freedom: int) -> np.ndarray:
    """Variance from sums of squares; what remains of a total by rounding alone is 0."""
    return np.where(residual > _ROUNDING * total, residual, 0.0) / max(degrees_of_freedom, 1)


def centred_on_the_mean(values: np.ndarray) -> np.ndarray:
    """Values minus the mean of their feature, float64; exactly 0 where a feature never varies."""
    values = np.asarray(values, dtype=np.float64)
    return np.where(values.min(axis=0) == values.max(axis=0), 0.0, values - values.mean(axis=0))


def class_sums(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Sum of the samples of each class, shape (classes, features)."""
    member = codes[None, :] == np.arange(codes.max() + 1)[:, None]
    return np.asarray(member.astype(np.float64) @ values)

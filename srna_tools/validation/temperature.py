"""Temperature scaling: one number that makes probabilities as sure as they are right."""

from __future__ import annotations

import numpy as np

from srna_tools.validation.probability_error import log_loss

# A model that is this much too sure, or too unsure, is not mended by one number.
LOWEST, HIGHEST = 0.05, 50.0


def with_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    r"""Soften (above 1) or sharpen (below 1) probabilities; their order stays.

    .. math:: p'_{ik} = p_{ik}^{1/T} / \sum_l p_{il}^{1/T}

    which divides the logits of a network by T, and serves models without logits as well. A probability of 0 stays 0.

    Parameters
    ----------
    probabilities
        Shape (samples, classes).

    References
    ----------
    Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.
    """
    largest = probabilities.max(axis=1, keepdims=True)
    powers = (probabilities / np.where(largest > 0, largest, 1.0)) ** (1.0 / temperature)
    total = powers.sum(axis=1, keepdims=True)
    return np.asarray(powers / np.where(total > 0, total, 1.0))


def best_temperature(true: np.ndarray, probabilities: np.ndarray) -> float:
    """Find the temperature with the smallest log loss, between `LOWEST` and `HIGHEST`.

    Parameters
    ----------
    true
        Class number of each sample.
    probabilities
        Of samples that the model was not trained on, shape (samples, classes).
    """
    from scipy.optimize import minimize_scalar

    weights = np.ones((1, len(true)))

    def loss(logarithm: float) -> float:
        return float(log_loss(true, with_temperature(probabilities, np.exp(logarithm)), weights)[0])

    found = minimize_scalar(loss, bounds=(np.log(LOWEST), np.log(HIGHEST)), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))

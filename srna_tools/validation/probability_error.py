"""Metrics of the probabilities themselves: log loss, Brier score and expected calibration error.

Weights have shape (draws, samples); results have shape (draws,).
"""

from __future__ import annotations

import numpy as np

from srna_tools.validation.class_metrics import ratio

#: Guo et al. 2017, section 5.
CALIBRATION_BINS = 15
_SMALLEST = 1e-15


def log_loss(true: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> np.ndarray:
    r"""Mean of the negative logarithm of the probability that the true class got.

    .. math:: -\frac{\sum_i w_i \log \max(p_{i y_i}, 10^{-15})}{\sum_i w_i}

    with rows of :math:`p` scaled to sum 1, which rounded ones do not exactly. The limit keeps a class that was missing
    from the training (probability 0) finite: it costs 34.5.
    """
    total = probabilities.sum(axis=1)
    of_true = ratio(probabilities[np.arange(len(true)), true], total, 0.0)
    return ratio(weights @ -np.log(np.maximum(of_true, _SMALLEST)), weights.sum(axis=1))


def brier_score(true: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> np.ndarray:
    r"""Squared distance between the probabilities and the truth, over all classes: 0 is best, 2 is worst.

    .. math:: \frac{\sum_i w_i \sum_k (p_{ik} - [y_i = k])^2}{\sum_i w_i}

    References
    ----------
    Brier 1950, for several classes as there (twice the figure that is common for two classes).
    """
    truth = true[:, None] == np.arange(probabilities.shape[1])
    return ratio(weights @ ((probabilities - truth) ** 2).sum(axis=1), weights.sum(axis=1))


def expected_calibration_error(
    right: np.ndarray, probability: np.ndarray, weights: np.ndarray, bins: int = CALIBRATION_BINS
) -> np.ndarray:
    r"""Mean distance between how sure predictions are and how often they are right.

    .. math:: \sum_b \frac{W_b}{W} \lvert \mathrm{acc}_b - \mathrm{conf}_b \rvert

    over bins of equal width; :math:`W_b` is the weight of the samples of a bin, :math:`\mathrm{acc}_b` the share of
    them that are predicted right and :math:`\mathrm{conf}_b` the mean probability of their predicted class.

    Parameters
    ----------
    right
        Whether each prediction is right.
    probability
        Probability of the predicted class.

    References
    ----------
    Guo et al. 2017, "On Calibration of Modern Neural Networks", equation 3.
    """
    in_bin = bin_of(probability, bins)[:, None] == np.arange(bins)
    surplus = weights @ (in_bin * (right - probability)[:, None])
    return ratio(np.abs(surplus).sum(axis=1), weights.sum(axis=1))


def bin_of(probability: np.ndarray, bins: int) -> np.ndarray:
    """Number of the bin of equal width, from 0; a probability on an edge belongs below it, 0 to the first bin."""
    return np.asarray(np.clip(np.searchsorted(edges(bins), probability, side="left") - 1, 0, bins - 1))


def edges(bins: int) -> np.ndarray:
    """Edges of bins of equal width between 0 and 1, shape (bins + 1,)."""
    return np.arange(bins + 1) / bins

"""Metrics of predicted classes: accuracy, precision, recall and F1, for many weightings of the samples at once.

Weights have shape (draws, samples); results have shape (draws,), or (draws, classes) where a class has its own.
"""

from __future__ import annotations

import numpy as np


def accuracy(true: np.ndarray, predicted: np.ndarray, weights: np.ndarray) -> np.ndarray:
    r"""Share of samples that are predicted right: micro accuracy, mean sample accuracy (msa).

    .. math:: \frac{\sum_i w_i [\hat y_i = y_i]}{\sum_i w_i}

    References
    ----------
    Wartmann et al. 2020, "Evaluation".
    """
    return ratio(weights @ (true == predicted), weights.sum(axis=1))


def mean_class_accuracy(true: np.ndarray, predicted: np.ndarray, weights: np.ndarray, classes: int) -> np.ndarray:
    """Mean over the classes that have samples of the share of them that is predicted right (mca), shape (draws,).

    References
    ----------
    Wartmann et al. 2020, "Evaluation".
    """
    samples = weight_of_class(true, weights, classes)
    return mean_over_classes(recall(true, predicted, weights, classes), samples)


def accuracies_of(true: np.ndarray, predicted: np.ndarray) -> tuple[float, float]:
    """Accuracy over samples (msa) and mean class accuracy (mca) of labels, each sample counting once."""
    names, codes = np.unique(np.concatenate([true, predicted]).astype(str), return_inverse=True)
    weights = np.ones((1, len(true)))
    pair = codes[: len(true)], codes[len(true) :], weights
    return float(accuracy(*pair)[0]), float(mean_class_accuracy(*pair, len(names))[0])


def mean_dataset_accuracy(
    true: np.ndarray, predicted: np.ndarray, datasets: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    r"""Mean of the accuracies of the datasets, so that a large study counts as much as a small one.

    .. math:: \frac{\sum_i v_i [\hat y_i = y_i]}{\sum_i v_i}, \quad v_i = w_i / n_{d(i)}

    with :math:`n_d` samples in dataset :math:`d`: a dataset that is drawn twice counts twice.

    Parameters
    ----------
    datasets
        Number of the dataset of each sample.
    """
    return accuracy(true, predicted, weights / np.bincount(datasets)[datasets])


def precision(true: np.ndarray, predicted: np.ndarray, weights: np.ndarray, classes: int) -> np.ndarray:
    r"""Of the samples that are predicted as a class, the share that belong to it.

    .. math:: \frac{\sum_i w_i [\hat y_i = y_i = k]}{\sum_i w_i [\hat y_i = k]}

    0 for a class that is never predicted, as scikit-learn has it with ``zero_division=0``.
    """
    return ratio(_weight_of_hits(true, predicted, weights, classes), weight_of_class(predicted, weights, classes), 0.0)


def recall(true: np.ndarray, predicted: np.ndarray, weights: np.ndarray, classes: int) -> np.ndarray:
    r"""Of the samples of a class, the share that are predicted as it: the accuracy of the class.

    .. math:: \frac{\sum_i w_i [\hat y_i = y_i = k]}{\sum_i w_i [y_i = k]}

    NaN for a class without samples.
    """
    return ratio(_weight_of_hits(true, predicted, weights, classes), weight_of_class(true, weights, classes))


def f1(true: np.ndarray, predicted: np.ndarray, weights: np.ndarray, classes: int) -> np.ndarray:
    r"""Harmonic mean of precision :math:`P` and recall :math:`R`.

    .. math:: \frac{2 P R}{P + R} = \frac{2 \sum_i w_i [\hat y_i = y_i = k]}{\sum_i w_i ([\hat y_i = k] + [y_i = k])}

    NaN for a class without samples, since it has no recall.
    """
    samples = weight_of_class(true, weights, classes)
    both = samples + weight_of_class(predicted, weights, classes)
    return ratio(2.0 * _weight_of_hits(true, predicted, weights, classes), np.where(samples > 0, both, 0.0))


def mean_over_classes(figures: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Macro mean: every class that has samples counts the same; classes without samples or figure are left out.

    Of the recall it is the macro accuracy, the mean class accuracy (mca) of Wartmann et al. 2020.

    Parameters
    ----------
    figures
        Figure of each class, shape (draws, classes).
    samples
        Weight of the samples of each class, of the same shape.
    """
    counts = (samples > 0) & ~np.isnan(figures)
    return ratio(np.where(counts, figures, 0.0).sum(axis=1), counts.sum(axis=1))


def weight_of_class(codes: np.ndarray, weights: np.ndarray, classes: int) -> np.ndarray:
    """Weight of the samples of each class, shape (draws, classes)."""
    return np.asarray(weights @ _one_hot(codes, classes))


def ratio(numerator: np.ndarray, denominator: np.ndarray, empty: float = np.nan) -> np.ndarray:
    """Divide; `empty` where the denominator is 0."""
    return np.asarray(np.divide(numerator, denominator, out=np.full(denominator.shape, empty), where=denominator > 0))


def _weight_of_hits(true: np.ndarray, predicted: np.ndarray, weights: np.ndarray, classes: int) -> np.ndarray:
    return np.asarray(weights @ (_one_hot(true, classes) * (true == predicted)[:, None]))


def _one_hot(codes: np.ndarray, classes: int) -> np.ndarray:
    return np.asarray(codes[:, None] == np.arange(classes), dtype=np.float64)

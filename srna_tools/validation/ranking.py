"""Metrics of the order of samples by probability of a class: areas under the ROC and the precision-recall curve.

Both come from the same counts at each cut-off, made with one sort for many weightings of the samples at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from srna_tools.validation.class_metrics import ratio


@dataclass(frozen=True)
class AcceptedCounts:
    """What a falling cut-off accepts.

    Attributes
    ----------
    positives
        Weight of the accepted samples of the class, shape (draws, distinct scores), highest cut-off first.
    negatives
        Weight of the other accepted samples, of the same shape.
    """

    positives: np.ndarray
    negatives: np.ndarray


def accepted_counts(scores: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> AcceptedCounts:
    """Count what is accepted at each cut-off; samples of the same score are accepted together.

    Parameters
    ----------
    scores
        Probability of the class, shape (samples,).
    positive
        Whether a sample belongs to the class.
    weights
        Shape (draws, samples).
    """
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    ordered, member = weights[:, order], positive[order]
    return AcceptedCounts(
        positives=np.cumsum(ordered * member, axis=1)[:, ends],
        negatives=np.cumsum(ordered * ~member, axis=1)[:, ends],
    )


def area_under_roc(counts: AcceptedCounts) -> np.ndarray:
    r"""Chance that a sample of the class gets a higher score than another sample, ties counting half.

    .. math:: \frac{\sum_{i \in k} \sum_{j \notin k} w_i w_j ([s_i > s_j] + [s_i = s_j] / 2)}
              {\sum_{i \in k} w_i \sum_{j \notin k} w_j}

    Returns
    -------
    Shape (draws,), NaN where a draw holds only samples of the class, or none.

    References
    ----------
    Hanley & McNeil 1982.
    """
    # Trapezoids: a step to the right times the mean height before and after it.
    steps = np.diff(counts.negatives, axis=1, prepend=0.0)
    heights = counts.positives - np.diff(counts.positives, axis=1, prepend=0.0) / 2.0
    return ratio((steps * heights).sum(axis=1), counts.positives[:, -1] * counts.negatives[:, -1])


def average_precision(counts: AcceptedCounts) -> np.ndarray:
    r"""Area under the precision-recall curve: mean of the precision over the samples of the class.

    .. math:: \sum_t (R_t - R_{t-1}) P_t

    over falling cut-offs :math:`t`, without interpolation, as scikit-learn has it.

    Returns
    -------
    Shape (draws,), NaN where a draw holds no sample of the class.
    """
    gained = np.diff(counts.positives, axis=1, prepend=0.0)
    precisions = ratio(counts.positives, counts.positives + counts.negatives, 0.0)
    return ratio((gained * precisions).sum(axis=1), counts.positives[:, -1])

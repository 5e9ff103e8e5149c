"""Feature filters: which features carry information, estimated on training samples alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse


def zero_fraction(counts: sparse.csr_matrix, measured: np.ndarray) -> np.ndarray:
    """Share of zeros of each feature among the samples whose resource measured it.

    Parameters
    ----------
    counts
        Shape (samples, features).
    measured
        Boolean, shape (samples, features), or (1, features) where it holds for all samples.

    Returns
    -------
    Shape (features,); 1 where no sample measured the feature.

    References
    ----------
    Fiosina, Fiosins & Bonn 2019, section 2.2 drops features above 0.3.
    """
    mask = np.broadcast_to(measured, counts.shape)
    samples = mask.sum(axis=0)
    seen = np.asarray((counts > 0).multiply(mask).sum(axis=0)).ravel()
    return np.asarray(1.0 - np.divide(seen, samples, out=np.zeros(counts.shape[1]), where=samples > 0))


def expressed_fraction(
    counts: sparse.csr_matrix, library: np.ndarray, least_rpm: float, measured: np.ndarray
) -> np.ndarray:
    """Share of the samples that measured a feature in which it exceeds `least_rpm` reads per million.

    Parameters
    ----------
    counts, measured
        As in `zero_fraction`.
    library
        Library size of each sample, shape (samples,).
    """
    mask = np.broadcast_to(measured, counts.shape)
    samples = mask.sum(axis=0)
    entries = counts.tocoo()
    above = entries.data * 1e6 > least_rpm * library[entries.row]
    above &= mask[entries.row, entries.col]
    number = np.bincount(entries.col[above], minlength=counts.shape[1])
    return np.asarray(np.divide(number, samples, out=np.zeros(counts.shape[1]), where=samples > 0))


def gini_coefficient(values: np.ndarray, measured: np.ndarray | None = None) -> np.ndarray:
    r"""Gini coefficient of each feature over samples: 0 where all are equal, near 1 where one holds everything.

    .. math:: G_j = \frac{\sum_i (2 i - n_j - 1) \, x_{(i) j}}{n_j \sum_i x_{ij}}

    with :math:`x_{(i)}` in ascending order over the :math:`n_j` samples that measured the feature. Features
    that are zero everywhere get 0.

    Parameters
    ----------
    values
        Not negative, shape (samples, features).
    measured
        Boolean, shape of `values`; without it every sample measured every feature.

    References
    ----------
    Wartmann et al. 2020, "Dimensionality Reduction and Normalization" (bounds 0.5-1 for tissue).
    """
    mask = np.ones(values.shape, dtype=bool) if measured is None else measured
    # Sorting moves what was not measured to the end, where it adds nothing.
    ordered = np.nan_to_num(np.sort(np.where(mask, np.asarray(values, dtype=np.float64), np.nan), axis=0))
    number, total = mask.sum(axis=0), ordered.sum(axis=0)
    by_place = 2.0 * np.arange(1, len(ordered) + 1) @ ordered - (number + 1) * total
    return np.asarray(np.divide(by_place, number * total, out=np.zeros(ordered.shape[1]), where=total > 0))

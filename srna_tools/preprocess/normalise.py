"""Library-size normalisation: counts of libraries of different depth made comparable.

All functions are pure, take counts of shape (samples, features) and give float64 of the same shape.
A sample whose library is empty becomes zeros: whether it may be used is decided elsewhere.
"""

from __future__ import annotations

import numpy as np

METHODS = ("rpm", "log-rpm", "log-tpm", "clr", "rank", "presence")
MILLION = 1e6


def reads_per_million(counts: np.ndarray, library: np.ndarray) -> np.ndarray:
    r"""Scale each sample to one million reads of its library.

    .. math:: x_{ij} = 10^6 \, c_{ij} / d_i

    Parameters
    ----------
    counts
        Raw counts, shape (samples, features).
    library
        Library size :math:`d_i` of each sample; it may count more features than `counts` holds.

    References
    ----------
    Fiosina, Fiosins & Bonn 2019, section 2.2.
    """
    scale = np.divide(MILLION, library, out=np.zeros(len(library)), where=np.asarray(library) > 0)
    return np.asarray(np.asarray(counts, dtype=np.float64) * scale[:, None])


def log_reads_per_million(counts: np.ndarray, library: np.ndarray) -> np.ndarray:
    r"""Logarithm of reads per million, :math:`\log_2(1 + \mathrm{RPM})`."""
    return np.log2(1.0 + reads_per_million(counts, library))


def log_transcripts_per_million(counts: np.ndarray, lengths: np.ndarray, rate_total: np.ndarray) -> np.ndarray:
    r"""Logarithm of transcripts per million, which corrects for length.

    .. math:: x_{ij} = \log_2\Bigl(1 + 10^6 \frac{c_{ij} / l_j}{\sum_j c_{ij} / l_j}\Bigr)

    Parameters
    ----------
    lengths
        Length of each feature in nucleotides.
    rate_total
        The denominator of each sample over its whole library.

    References
    ----------
    Wartmann et al. 2020, "Dimensionality Reduction and Normalization".
    """
    return np.log2(1.0 + reads_per_million(np.asarray(counts, dtype=np.float64) / lengths, rate_total))


def centred_log_ratio(counts: np.ndarray, measured: np.ndarray | None = None) -> np.ndarray:
    r"""Logarithm of each count against the geometric mean of its sample.

    .. math:: x_{ij} = \log(c_{ij} + 1) - \frac{1}{p} \sum_j \log(c_{ij} + 1)

    Parameters
    ----------
    measured
        Boolean, shape of `counts`; the mean runs over the measured features alone.

    References
    ----------
    Aitchison 1982; one pseudo-count since sRNA counts have many zeros.
    """
    logs = np.log(np.asarray(counts, dtype=np.float64) + 1.0)
    mask = np.ones(logs.shape, dtype=bool) if measured is None else measured
    number = np.maximum(mask.sum(axis=1), 1)
    return np.where(mask, logs - (np.where(mask, logs, 0.0).sum(axis=1) / number)[:, None], 0.0)


def within_sample_rank(counts: np.ndarray, measured: np.ndarray | None = None) -> np.ndarray:
    """Rank of each feature among the measured features of its sample, scaled to 0..1; ties share their mean rank."""
    values = np.asarray(counts, dtype=np.float64)
    mask = np.ones(values.shape, dtype=bool) if measured is None else measured
    ranks = np.zeros(values.shape)
    for row in range(values.shape[0]):
        seen = mask[row]
        if seen.sum() > 1:
            # Mean of the first and last place of a value among the ordered ones; scipy.stats takes long to import.
            ordered = np.sort(values[row, seen])
            places = [np.searchsorted(ordered, values[row, seen], side) for side in ("left", "right")]
            ranks[row, seen] = (places[0] + places[1] - 1.0) / (2.0 * (seen.sum() - 1.0))
    return ranks


def presence(counts: np.ndarray) -> np.ndarray:
    """Say 1 where a feature has a read, else 0."""
    return (np.asarray(counts) > 0).astype(np.float64)

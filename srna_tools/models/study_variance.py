"""How samples of one class differ between and within studies, and inputs in which these differences all look alike."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Self

import numpy as np

from srna_tools.models.interface import TrainingSamples

_LOG = logging.getLogger(__name__)
_LEAST = 1e-3  # of the mean variance, added to that of each feature


@dataclass(frozen=True)
class StudyMeans:
    """Mean of each class in each of its datasets.

    Attributes
    ----------
    means
        One row a class and dataset, shape (cells, features).
    classes
        Class number of each row.
    cell_of
        Row that each sample belongs to.
    """

    means: np.ndarray
    classes: np.ndarray
    cell_of: np.ndarray

    @classmethod
    def of(cls, samples: TrainingSamples) -> Self:
        """Average the samples of each class and dataset."""
        datasets = np.unique(samples.datasets, return_inverse=True)[1]
        cells, cell_of = np.unique(np.column_stack([samples.codes, datasets]), axis=0, return_inverse=True)
        cell_of = cell_of.ravel()
        means = np.zeros((len(cells), samples.values.shape[1]))
        np.add.at(means, cell_of, np.asarray(samples.values, dtype=np.float64))
        return cls(means / np.bincount(cell_of)[:, None], cells[:, 0], cell_of)

    def by_class(self, classes: int) -> np.ndarray:
        """Mean of the datasets of each class: a large study counts no more than a small one."""
        return np.array([self.means[self.classes == code].mean(axis=0) for code in range(classes)])


def deviations(samples: TrainingSamples, cells: StudyMeans) -> np.ndarray:
    r"""Rows whose sum of squares is the covariance of a sample of a new study around the mean of its class.

    .. math:: T = \frac{\sum_c \sum_{s \in c} n_c (m_{cs} - m_c)(m_{cs} - m_c)^\top / (n_c - 1)}{\sum_c (n_c - 1)}
              + \frac{1}{|\{cs\}|} \sum_{cs} \frac{1}{n_{cs}} \sum_i (x_i - m_{cs})(x_i - m_{cs})^\top

    The first part is how the :math:`n_c` studies of a class differ, the second how the :math:`n_{cs}` samples of
    one class and study differ; every study counts the same, whatever its size. Studies with a single sample of a
    class say nothing on the second part, classes of a single study nothing on the first.

    Returns
    -------
    Float64, shape (rows, features); its rows' outer products add up to T.
    """
    between, freedom = [], 0
    for code in np.unique(cells.classes):
        of_class = cells.means[cells.classes == code]
        number = len(of_class)
        if number > 1:
            between.append((of_class - of_class.mean(axis=0)) * np.sqrt(number / (number - 1)))
            freedom += number - 1
    sizes = np.bincount(cells.cell_of)
    several = sizes[cells.cell_of] > 1
    within = samples.values[several] - cells.means[cells.cell_of[several]]
    within /= np.sqrt(sizes[cells.cell_of[several]] * max(int((sizes > 1).sum()), 1))[:, None]
    if not between:
        _LOG.warning("no class comes from two datasets: how studies differ cannot be learned from these samples")
        return np.asarray(within)
    return np.vstack([np.vstack(between) / np.sqrt(freedom), within])


@dataclass(frozen=True)
class Whitening:
    r"""The linear map :math:`z = (x - \mu) S^{-1} \left[(1 - \lambda) C + \lambda I\right]^{-1/2}`.

    :math:`S` holds the deviation of each feature, :math:`C = S^{-1} T S^{-1}` is T as correlations, and
    :math:`\lambda` the share that is shrunk, since fewer studies than features make C unsure. In z, deviations that
    studies bring about are as small as any other: what is left to tell classes apart is what differs more between
    classes than between studies of one class. The units of features play no role.

    The map is kept as a multiple of the identity plus a few directions, since C has no more directions than samples.

    Attributes
    ----------
    mean
        :math:`\mu`, shape (features,): the mean over classes of their means.
    deviation
        :math:`S`, shape (features,).
    directions
        Orthonormal columns, shape (features, rank).
    gains
        What a direction is multiplied with beyond `rest`, shape (rank,).
    rest
        What every direction is multiplied with.

    References
    ----------
    Hatch, Kajarekar & Stolcke 2006, "Within-class covariance normalization for SVM-based speaker recognition", there
    with sessions of a speaker in the place of studies of a class; Schaefer & Strimmer 2005, "A shrinkage approach to
    large-scale covariance matrix estimation", target D.
    """

    mean: np.ndarray
    deviation: np.ndarray
    directions: np.ndarray
    gains: np.ndarray
    rest: float

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Map model inputs, shape (samples, features), float64."""
        return self._turned((np.asarray(values, dtype=np.float64) - self.mean) / self.deviation)

    def folded(self, kernel: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weights that do with x what `kernel` and `bias` do with z; float64."""
        # The root of the matrix is symmetric, so that it acts on the kernel's columns as it does on samples.
        folded = self._turned(np.asarray(kernel, dtype=np.float64).T).T / self.deviation[:, None]
        return folded, np.asarray(bias - self.mean @ folded)

    def _turned(self, rows: np.ndarray) -> np.ndarray:
        return np.asarray(self.rest * rows + ((rows @ self.directions) * self.gains) @ self.directions.T)


@dataclass(frozen=True)
class StudyVariance:
    """What samples tell of T, before it is known how much of its correlations is to be taken back.

    Attributes
    ----------
    mean, deviation
        As in `Whitening`.
    directions, singular
        Right singular vectors (features, rank) and values (rank,) of the rows that add up to C.
    """

    mean: np.ndarray
    deviation: np.ndarray
    directions: np.ndarray
    singular: np.ndarray

    @classmethod
    def of(cls, samples: TrainingSamples) -> Self:
        """Decompose the deviations of samples."""
        cells = StudyMeans.of(samples)
        rows = deviations(samples, cells)
        mean = cells.by_class(samples.classes).mean(axis=0)
        variance = (rows**2).sum(axis=0)
        if not variance.any():
            return cls(mean, np.ones(len(mean)), np.zeros((len(mean), 0)), np.zeros(0))
        # A feature that never varied may yet do so: it must not decide alone.
        deviation = np.sqrt(variance + _LEAST * variance.mean())
        _, singular, directions = np.linalg.svd(rows / deviation, full_matrices=False)
        return cls(mean, deviation, directions.T, singular)

    def whitening(self, shrinkage: float) -> Whitening:
        """Make the map; without any deviation it only subtracts the mean, and multiplies."""
        rest = 1 / np.sqrt(shrinkage)
        gains = 1 / np.sqrt((1 - shrinkage) * self.singular**2 + shrinkage) - rest
        return Whitening(self.mean, self.deviation, self.directions, gains, rest)

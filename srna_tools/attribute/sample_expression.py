"""Expression beside explanations: the reads per million of a sample, and those of samples of its class and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from srna_tools.preprocess.library import normalised
from srna_tools.preprocess.transform import Transform

if TYPE_CHECKING:
    import anndata


class Beside(NamedTuple):
    """Reads per million of some features; NaN where nothing measured them.

    Attributes
    ----------
    sample
        Of the sample.
    of_class, of_others
        Mean over the other samples of the class, and over the samples of all other classes.
    class_samples, other_samples
        How many these are.
    """

    sample: np.ndarray
    of_class: np.ndarray
    of_others: np.ndarray
    class_samples: int
    other_samples: int


def reads_per_million(samples: anndata.AnnData, transform: Transform) -> np.ndarray:
    """Reads per million of the model's features, shape (samples, features), NaN where they were not measured."""
    library, _ = transform.library_of(samples)
    rpm, measured = normalised("rpm", library, np.array(transform.features), np.array(transform.types), {})
    return np.where(measured, rpm, np.nan)


class SampleExpression:
    """Reads per million of all samples, to be compared with each other.

    Parameters
    ----------
    rpm
        As `reads_per_million` gives them.
    codes
        Class number of each sample, -1 for those of none: they are compared, but nothing is compared with them.
    """

    def __init__(self, rpm: np.ndarray, codes: np.ndarray) -> None:
        self.rpm, self.codes = rpm, codes

    def beside(self, row: int, code: int, features: np.ndarray) -> Beside:
        """Compare a sample with the samples of a class and of all others; it does not count for any of them itself."""
        counts = self.codes >= 0
        counts[row] = False
        members, others = (np.flatnonzero(counts & chosen) for chosen in (self.codes == code, self.codes != code))
        of_class, of_others = (_mean_of_measured(self.rpm[np.ix_(rows, features)]) for rows in (members, others))
        return Beside(self.rpm[row, features], of_class, of_others, len(members), len(others))


def _mean_of_measured(rpm: np.ndarray) -> np.ndarray:
    """Mean of each column over the rows that are not NaN; NaN where all are."""
    number = (~np.isnan(rpm)).sum(axis=0)
    total = np.nansum(rpm, axis=0)
    return np.asarray(np.divide(total, number, out=np.full(len(total), np.nan), where=number > 0))

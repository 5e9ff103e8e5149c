"""How much each class expresses each feature, beside the scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ClassExpression:
    """Reads per million of classes.

    Attributes
    ----------
    rpm_sums
        Sum over the samples of each class, shape (classes, features).
    measured
        Number of the samples of each class that measured a feature, same shape.
    """

    rpm_sums: np.ndarray
    measured: np.ndarray

    @classmethod
    def of(cls, rpm: np.ndarray, codes: np.ndarray, classes: int) -> ClassExpression:
        """Sum reads per million, NaN where not measured, over the samples of each class, -1 for those of none."""
        measured = ~np.isnan(rpm)
        member = (codes[None, :] == np.arange(classes)[:, None]).astype(np.float64)
        return cls(member @ np.where(measured, rpm, 0.0), member @ measured)

    def means(self) -> np.ndarray:
        """Mean reads per million over the samples that measured a feature, NaN where none did, (classes, features)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.rpm_sums / self.measured)

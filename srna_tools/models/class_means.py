"""Samples as mixtures of class means: the classifier of the linear model, applied with numpy and scipy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from srna_tools.errors import BundleError

_ABSURD = 1e30  # no mean of a transformed library comes near; the squares of larger ones may overflow
# A weight whose class mean contributes less than this share of the sample's length is rounding.
_NEGLIGIBLE = 1e-9
_TWO = 2
NO_CLASS = "the sample resembles no class: the projection gave every class weight 0"


@dataclass(frozen=True)
class ClassMeans:
    """Mean of each class in the selected features.

    Attributes
    ----------
    selected
        Positions of the model features that are used, ascending, int32.
    means
        Mean of each class, shape (selected, classes), float64.
    features
        Number of model features.
    """

    kinds: ClassVar[tuple[str, ...]] = ("linear",)
    selected: np.ndarray
    means: np.ndarray
    features: int

    @property
    def inputs(self) -> int:
        """Number of model features."""
        return self.features

    @property
    def outputs(self) -> int:
        """Number of classes."""
        return int(self.means.shape[1])

    def weights(self, values: np.ndarray) -> np.ndarray:
        r"""Share of each class mean in each sample, shape (samples, classes), none below 0.

        .. math:: \arg\min_w \lVert x - M w \rVert, \quad w \ge 0 \text{ for more than two classes}

        With two classes the weights are those of plain least squares, and negative ones count as 0.

        References
        ----------
        Ellis et al. 2018, "Improving the value of public RNA-seq expression data by phenotype prediction".
        """
        from scipy.optimize import nnls

        rotation, triangle = self._factors
        lengths = np.linalg.norm(self.means, axis=0)
        samples = np.asarray(values, dtype=np.float32)[:, self.selected].astype(np.float64, order="C")
        result = np.empty((len(samples), self.outputs))
        # Sample by sample: products of whole blocks would round with the place in the block.
        for row, sample in enumerate(samples):
            projected = rotation.T @ sample
            if self.outputs == _TWO:
                weights = np.maximum(np.linalg.lstsq(triangle, projected)[0], 0)
            else:
                weights, _ = nnls(triangle, projected)
            result[row] = np.where(weights * lengths > _NEGLIGIBLE * np.linalg.norm(sample), weights, 0.0)
        return result

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """Weights of each sample divided by their sum; all the same where every weight is 0."""
        weights = self.weights(values)
        total = weights.sum(axis=1, keepdims=True)
        return np.asarray(np.divide(weights, total, out=np.full(weights.shape, 1 / self.outputs), where=total > 0))

    def resembles_none(self, values: np.ndarray) -> np.ndarray:
        """Whether a sample has no weight in any class, shape (samples,)."""
        return np.asarray((self.weights(values) == 0).all(axis=1))

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Two arrays, and the number of model features."""
        return {"selected": self.selected, "means": self.means}, {"features": self.features}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            An array is missing, of another shape or number type, or not finite; a position points outside.
        """
        selected, means = selection_in(arrays, description), arrays.get("means")
        if means is None or means.dtype != np.float64 or means.ndim != _TWO or len(means) != len(selected):
            raise BundleError(
                f"the class means are missing, or not {len(selected)} rows of numbers in float64, one a feature"
            )
        if not (np.abs(means) <= _ABSURD).all():
            raise BundleError("the class means are not finite, or absurd")
        return cls(selected, means, int(description["features"]))

    @cached_property
    def _factors(self) -> tuple[np.ndarray, np.ndarray]:
        """Q and R of the means: the small problem with R has the same solution as that with all features."""
        return np.linalg.qr(self.means)


def selection_in(arrays: dict[str, np.ndarray], description: dict[str, Any]) -> np.ndarray:
    """Positions of the used features as they are stored.

    Raises
    ------
    BundleError
        They are missing, point outside the model features, or do not ascend.
    """
    selected, features = arrays.get("selected"), int(description["features"])
    if selected is None or selected.dtype != np.int32 or selected.ndim != 1 or not selected.size:
        raise BundleError("the selected features are missing, or not a list of positions in int32")
    if selected[0] < 0 or selected[-1] >= features or (np.diff(selected) <= 0).any():
        raise BundleError(f"the selected features do not ascend, or point outside of the {features} model features")
    return selected

"""A number read off profiles: the predictor of the linear model of numeric phenotypes, applied with numpy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from srna_tools.errors import BundleError
from srna_tools.models.class_means import selection_in

_ABSURD = 1e30  # no transformed value, and no phenotype, comes near; the squares of larger ones may overflow


@dataclass(frozen=True)
class SplineProfiles:
    """Expected values of the selected features along a grid of the phenotype.

    Attributes
    ----------
    selected
        Positions of the model features that are used, ascending, int32.
    grid
        Values of the phenotype, ascending over the training range, float64.
    profiles
        Expected value of each feature at each of them, shape (grid, selected), float64.
    variance
        Moderated residual variance of each selected feature, float64.
    features
        Number of model features.
    """

    kinds: ClassVar[tuple[str, ...]] = ("linear-numeric",)
    selected: np.ndarray
    grid: np.ndarray
    profiles: np.ndarray
    variance: np.ndarray
    features: int

    @property
    def inputs(self) -> int:
        """Number of model features."""
        return self.features

    @property
    def outputs(self) -> int:
        """Number of classes: none, as the model predicts numbers."""
        return 0

    def numbers(self, values: np.ndarray) -> np.ndarray:
        r"""Value of the phenotype whose profile is nearest to each sample, shape (samples,); of equals the smallest.

        .. math:: \arg\min_g \sum_f (x_f - m_f(g))^2 / s_f^2
        """
        weighted, norms = self._weighted
        samples = np.asarray(values, dtype=np.float32)[:, self.selected].astype(np.float64, order="C")
        # Sample by sample: products of whole blocks would round with the place in the block.
        nearest = [int(np.argmin(norms - 2 * (weighted @ sample))) for sample in samples]
        return np.asarray(self.grid[np.array(nearest, dtype=np.intp)])

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """Shape (samples, 0): there are no classes."""
        return np.zeros((len(values), 0))

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Four arrays, and the number of model features."""
        arrays = {name: getattr(self, name) for name in ("selected", "grid", "profiles", "variance")}
        return arrays, {"features": self.features}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            An array is missing, of another shape or number type, or holds what no training makes.
        """
        selected = selection_in(arrays, description)
        grid = arrays.get("grid", np.empty(0))
        expected = {"grid": grid.shape[:1], "profiles": (grid.size, selected.size), "variance": (selected.size,)}
        for name, shape in expected.items():
            array = arrays.get(name)
            if array is None or array.dtype != np.float64 or array.shape != shape or not array.size:
                raise BundleError(f"the '{name}' of the model are missing, or not {shape} numbers in float64")
            if not (np.abs(array) <= _ABSURD).all():
                raise BundleError(f"the '{name}' of the model are not finite, or absurd")
        if (np.diff(grid) <= 0).any() or (arrays["variance"] < 1 / _ABSURD).any():
            raise BundleError("the grid of the model does not ascend, or a variance is not above 0")
        return cls(selected, grid, arrays["profiles"], arrays["variance"], int(description["features"]))

    @cached_property
    def _weighted(self) -> tuple[np.ndarray, np.ndarray]:
        """Profiles over the variances, and the weighted square of each profile."""
        weighted = self.profiles / self.variance
        return weighted, (weighted * self.profiles).sum(axis=1)

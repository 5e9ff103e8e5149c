"""The linear model explained: exact shares of the features in the weights of the classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.attribute.engine import reference_in_words
from srna_tools.attribute.projection_path import clipped_gradients, nonnegative_gradients
from srna_tools.errors import SampleError
from srna_tools.models.class_means import ClassMeans

_TWO = 2


@dataclass(frozen=True)
class ProjectionEngine:
    r"""Integrated gradients of the class weights of a linear model, which are exact here.

    .. math:: C_{kj} = (x_j - x^0_j) \int_0^1 \frac{\partial w_k}{\partial x_j}\bigl(x^0 + t (x - x^0)\bigr) \, dt,
              \qquad \sum_j C_{kj} = w_k(x) - w_k(x^0)

    The weights are linear in pieces, so that the integral is a sum over the pieces. From a reference of zero there is
    one: as no weight changes its sign on a ray from zero, :math:`C_{kj}` is what feature j gives the projection.
    Features that the model does not use score 0.

    Attributes
    ----------
    reference_name
        ``zero`` or ``mean``: which of the two `reference` is.

    Raises
    ------
    SampleError
        The means of more than two classes are not linearly independent: other weights fit a sample as well.

    References
    ----------
    Sundararajan, Taly & Yan 2017, Axiomatic attribution for deep networks, arXiv:1703.01365.
    """

    model: ClassMeans
    reference: np.ndarray
    reference_name: str
    block: int = 512

    def __post_init__(self) -> None:
        """Refuse means that leave the weights open."""
        if self.model.outputs > _TWO and np.linalg.matrix_rank(self.model.means) < self.model.outputs:
            raise SampleError(
                "the mean of a class is a mixture of those of other classes, so that the weights of the classes are "
                "not settled and cannot be explained; train the model with more features a class, or fewer classes"
            )

    def scores(self, values: np.ndarray) -> np.ndarray:
        """Scores of the weights, shape (samples, classes, features), float32."""
        model, start = self.model, self._selected(self.reference[None, :])[0]
        scores = np.zeros((len(values), model.outputs, model.inputs), dtype=np.float32)
        with threadpool_limits(1, user_api="blas"):
            rotation, triangle = np.linalg.qr(model.means)
            gradients = clipped_gradients if model.outputs == _TWO else nonnegative_gradients
            # Sample by sample, as the model itself: a sample's scores are its own, whoever else is in the batch.
            for row, sample in enumerate(self._selected(values)):
                mean_gradient = gradients(triangle, rotation.T @ start, rotation.T @ sample) @ rotation.T
                scores[row][:, model.selected] = mean_gradient * (sample - start)
        return scores

    def outputs(self, values: np.ndarray) -> np.ndarray:
        """Weights of the classes, before they are divided by their sum, shape (samples, classes)."""
        return self.model.weights(values)

    def start(self) -> np.ndarray:
        """Weights of the reference, shape (classes,)."""
        weights: np.ndarray = self.model.weights(self.reference[None, :])[0]
        return weights

    def facts(self) -> dict[str, str]:
        """Method, that no rule applies, and the reference."""
        return {
            "method": "integrated-gradients",
            "engine": "built-in",
            "rule": "none",
            "reference": self.reference_name,
        }

    def describe(self) -> str:
        """Say how the scores come about, in a line for captions."""
        start = reference_in_words(self.reference_name)
        return (
            "Exact integrated gradients of the class weights of the linear model; no rule applies; compared with "
            f"{start} (reference: {self.reference_name})"
        )

    def _selected(self, values: np.ndarray) -> np.ndarray:
        """Used features in the precision in which the model takes them, shape (samples, selected), float64."""
        return np.asarray(values, dtype=np.float32)[:, self.model.selected].astype(np.float64, order="C")

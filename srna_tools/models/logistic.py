"""Multinomial logistic regression with an L2 penalty: the honest alternative to a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.interface import TrainedModel, TrainingSamples
from srna_tools.models.study_effect import require_known

_SECONDS_PER_VALUE = 2.5e-7  # of a sample, a feature and a class; on a two-core server


@dataclass(frozen=True)
class LogisticSettings:
    """Hyperparameters: ``C`` is the inverse strength of the penalty."""

    C: float = 1.0
    max_iterations: int = 5000
    balanced: bool = False
    study_effect: str = "keep"

    def __post_init__(self) -> None:
        """Refuse a treatment of the study effect that does not exist."""
        require_known(self.study_effect)


def train_logistic(samples: TrainingSamples, settings: LogisticSettings, seed: int, threads: int) -> TrainedModel:
    """Fit the model on one thread; `seed` and `threads` play no role in its convex optimisation."""
    del seed, threads
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=settings.C, max_iter=settings.max_iterations, class_weight="balanced" if settings.balanced else None
    )
    with threadpool_limits(limits=1):
        model.fit(np.asarray(samples.values, dtype=np.float64), samples.codes)
    kernel, bias = model.coef_.T, model.intercept_
    if kernel.shape[1] == 1:
        # scikit-learn stores two classes as one logit z; (-z/2, z/2) has the same softmax.
        kernel, bias = np.hstack([-kernel / 2, kernel / 2]), np.concatenate([-bias / 2, bias / 2])
    return TrainedModel(DenseNetwork(((kernel.astype(np.float32), bias.astype(np.float32)),)))


def logistic_seconds(class_sizes: np.ndarray, features: int, settings: LogisticSettings) -> float:
    """Rough time of a fit on one core."""
    del settings
    return _SECONDS_PER_VALUE * int(class_sizes.sum()) * features * len(class_sizes)

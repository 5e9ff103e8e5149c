"""Linear discriminant analysis for samples of studies yet unseen: the variance between studies of a class counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.errors import SampleError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.interface import TrainedModel, TrainingSamples
from srna_tools.models.shrinkage import FOLDS, SHRINKAGES, discriminant_weights, tune
from srna_tools.models.study_variance import StudyMeans, StudyVariance

_SECONDS_PER_VALUE = 4.0e-9  # of two samples and a feature, for the decomposition; on a two-core server


@dataclass(frozen=True)
class DiscriminantSettings:
    """Hyperparameters.

    Attributes
    ----------
    shrinkage
        Share by which correlations of features are taken back; 0: chosen on training studies left out in turn.
    """

    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 <= self.shrinkage <= 1:
            raise SampleError(f"the shrinkage must be from 0 (chosen) to 1, not {self.shrinkage:g}")


def train_discriminant(
    samples: TrainingSamples, settings: DiscriminantSettings, seed: int, threads: int
) -> TrainedModel:
    r"""Fit class means and the covariance T of a sample of a new study around the mean of its class.

    With z the whitened inputs (`Whitening`) and :math:`m_k` the mean of class k in them, the logit is

    .. math:: g_k = \frac{1}{\theta} \left( m_k^\top z - \tfrac{1}{2} m_k^\top m_k \right)

    All classes have the same prior: how common a class is in the training samples says nothing on new ones.
    Features are far from independent draws of a Gaussian, so the plain model is much too sure; the temperature
    :math:`\theta` is the one with the smallest log loss on training studies that are left out in turn.

    References
    ----------
    Hastie, Tibshirani & Friedman 2009, "The Elements of Statistical Learning", section 4.3.1 (regularised).
    """
    del threads
    candidates = (settings.shrinkage,) if settings.shrinkage else SHRINKAGES
    with threadpool_limits(limits=1):
        shrinkage, temperature = tune(samples, candidates, seed)
        means = StudyMeans.of(samples).by_class(samples.classes)
        kernel, bias = discriminant_weights(StudyVariance.of(samples), means, shrinkage)
    layer = ((kernel / temperature).astype(np.float32), (bias / temperature).astype(np.float32))
    return TrainedModel(DenseNetwork((layer,)), chosen={} if settings.shrinkage else {"shrinkage": shrinkage})


def discriminant_seconds(class_sizes: np.ndarray, features: int, settings: DiscriminantSettings) -> float:
    """Rough time of a fit on one core."""
    del settings
    samples = int(class_sizes.sum())
    return (1 + FOLDS) * _SECONDS_PER_VALUE * samples * features * min(samples, features)

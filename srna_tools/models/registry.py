"""All kinds of models in one table: their settings, their training function, their default transform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srna_tools.errors import BundleError
from srna_tools.extras import NETWORK_LIBRARIES
from srna_tools.models.class_means import ClassMeans
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.discriminant import DiscriminantSettings, discriminant_seconds, train_discriminant
from srna_tools.models.domain_adaptation import (
    DomainAdaptationSettings,
    domain_adaptation_seconds,
    train_domain_adaptation,
)
from srna_tools.models.interface import Classifier, Train
from srna_tools.models.linear import LinearSettings, linear_seconds, train_linear
from srna_tools.models.logistic import LogisticSettings, logistic_seconds, train_logistic
from srna_tools.models.mlp import MlpSettings, mlp_seconds, train_mlp
from srna_tools.models.random_forest import ForestSettings, RandomForest, forest_seconds, train_random_forest
from srna_tools.models.spline_profiles import SplineProfiles
from srna_tools.models.study_effect import without_study_effect
from srna_tools.preprocess.specification import EXPRESSED, PUBLISHED, RANKED, SCALED, TransformSpecification

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class ModelKind:
    """One kind of model.

    Attributes
    ----------
    settings
        Class of its settings.
    train
        From samples, settings, seed and threads to a trained model.
    transform
        Normalisation and filters, unless srna-normalize recorded others.
    seconds
        Rough time of a fit on one core, from samples of each class, number of features and settings.
    """

    settings: type[Any]
    train: Train
    transform: TransformSpecification
    seconds: Callable[[np.ndarray, int, Any], float]
    uses_tensorflow: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Libraries of extras that its training needs."""
        return NETWORK_LIBRARIES if self.uses_tensorflow else ()


MODELS: dict[str, ModelKind] = {
    "mlp": ModelKind(MlpSettings, without_study_effect(train_mlp), PUBLISHED, mlp_seconds, uses_tensorflow=True),
    "random-forest": ModelKind(ForestSettings, train_random_forest, PUBLISHED, forest_seconds),
    "logistic": ModelKind(LogisticSettings, without_study_effect(train_logistic), RANKED, logistic_seconds),
    "discriminant": ModelKind(DiscriminantSettings, train_discriminant, EXPRESSED, discriminant_seconds),
    "linear": ModelKind(LinearSettings, train_linear, EXPRESSED, linear_seconds),
    "domain-adaptation": ModelKind(
        DomainAdaptationSettings,
        without_study_effect(train_domain_adaptation),
        SCALED,
        domain_adaptation_seconds,
        uses_tensorflow=True,
    ),
}


def from_state(kind: str, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Classifier:
    """Make a stored model of any kind.

    Raises
    ------
    BundleError
        Unknown kind, or the arrays do not fit.
    """
    stored: tuple[type[DenseNetwork] | type[RandomForest] | type[ClassMeans] | type[SplineProfiles], ...]
    stored = (DenseNetwork, RandomForest, ClassMeans, SplineProfiles)
    for classifier in stored:
        if kind in classifier.kinds:
            return classifier.from_state(arrays, description)
    raise BundleError(f"holds a model of the unknown kind '{kind}'; a newer version of srna-tools wrote it")

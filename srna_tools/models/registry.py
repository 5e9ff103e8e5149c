"""All kinds of models in one table: their settings, their training function, their default transform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from srna_tools.errors import BundleError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.interface import Classifier, TrainedModel
from srna_tools.models.logistic import LogisticSettings, train_logistic
from srna_tools.models.mlp import MlpSettings, train_mlp
from srna_tools.models.random_forest import ForestSettings, RandomForest, train_random_forest
from srna_tools.preprocess.specification import ACROSS_STUDIES, PUBLISHED, TransformSpecification


@dataclass(frozen=True)
class ModelKind:
    """One kind of model."""

    settings: type[Any]
    train: Callable[[np.ndarray, np.ndarray, int, Any, int, int], TrainedModel]
    transform: TransformSpecification


MODELS: dict[str, ModelKind] = {
    "mlp": ModelKind(MlpSettings, train_mlp, PUBLISHED),
    "random-forest": ModelKind(ForestSettings, train_random_forest, PUBLISHED),
    "logistic": ModelKind(LogisticSettings, train_logistic, ACROSS_STUDIES),
}


def from_state(kind: str, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Classifier:
    """Make a stored model of any kind.

    Raises
    ------
    BundleError
        Unknown kind, or the arrays do not fit.
    """
    stored: tuple[type[DenseNetwork] | type[RandomForest], ...] = (DenseNetwork, RandomForest)
    for classifier in stored:
        if kind in classifier.kinds:
            return classifier.from_state(arrays, description)
    raise BundleError(f"holds a model of the unknown kind '{kind}'; a newer version of srna-tools wrote it")

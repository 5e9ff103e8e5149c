"""The multi-layer perceptron of Fiosina, Fiosins & Bonn 2019, section 2.3.1, trained with Keras."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from srna_tools.errors import SampleError, listed
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.interface import TrainedModel, TrainingSamples
from srna_tools.models.keras_training import SeededLayers, dense_weights, fit_classifier, require_layers, start_keras
from srna_tools.models.study_effect import require_known

if TYPE_CHECKING:
    import numpy as np

LOSSES = ("categorical", "binary")
_SECONDS_PER_STEP, _SECONDS_PER_WEIGHT = 1.2e-3, 2.4e-9  # of a step; on a two-core server


@dataclass(frozen=True)
class MlpSettings:
    """Hyperparameters; the defaults are the paper's (learning rate: Keras' default for Adam)."""

    hidden: tuple[int, ...] = (1000, 250, 250)
    dropout: tuple[float, ...] = (0.5, 0.4, 0.4)
    epochs: int = 50
    batch_size: int = 30
    learning_rate: float = 1e-3
    loss: str = "categorical"
    balanced: bool = False
    study_effect: str = "keep"

    def __post_init__(self) -> None:
        """Refuse layers that no network has, and dropout rates that do not belong to layers."""
        if len(self.dropout) != len(self.hidden):
            raise SampleError(
                f"{len(self.hidden)} hidden layers need as many dropout rates, but {len(self.dropout)} were given"
            )
        require_layers(self.hidden, self.dropout, "hidden layers")
        if self.loss not in LOSSES:
            raise SampleError(f"the loss must be one of {listed(LOSSES)}, not '{self.loss}'")
        require_known(self.study_effect)


def train_mlp(samples: TrainingSamples, settings: MlpSettings, seed: int, threads: int) -> TrainedModel:
    """Train the network on one thread, so that a seed gives the same weights on any machine of one kind.

    Parameters
    ----------
    threads
        Unused: one fit runs on one thread, fits run side by side.
    """
    del threads
    values, codes, classes = samples.values, samples.codes, samples.classes
    keras = start_keras(seed)
    network = _network(keras, values.shape[1], classes, settings, seed)
    curve = fit_classifier(keras, network, values, codes, settings, loss=settings.loss)
    return TrainedModel(DenseNetwork(dense_weights(network)), curve, network)


def mlp_seconds(class_sizes: np.ndarray, features: int, settings: MlpSettings) -> float:
    """Rough time of a fit on one core."""
    widths = (features, *settings.hidden, len(class_sizes))
    weights = sum(first * second for first, second in pairwise(widths))
    steps = settings.epochs * -(-int(class_sizes.sum()) // settings.batch_size)
    return steps * (_SECONDS_PER_STEP + _SECONDS_PER_WEIGHT * weights)


def _network(keras: Any, inputs: int, classes: int, settings: MlpSettings, seed: int) -> Any:
    make = SeededLayers(keras, seed)
    layers = [keras.Input((inputs,))]
    for width, rate in zip(settings.hidden, settings.dropout, strict=True):
        layers += [make.dense(width, "relu"), make.dropout(rate)]
    return keras.Sequential([*layers, make.dense(classes, "softmax")])

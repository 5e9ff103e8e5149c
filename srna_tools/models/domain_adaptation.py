"""Domain adaptation with a siamese network, Wartmann et al. 2020: classes from large datasets, bias from the others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from srna_tools.errors import SampleError, listed
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.domains import split_domains
from srna_tools.models.interface import TrainedModel, TrainingSamples
from srna_tools.models.keras_training import (
    SeededLayers,
    dense_weights,
    fit_classifier,
    require_layers,
    start_keras,
)
from srna_tools.models.siamese import adapt, embeddings, mapper_layers
from srna_tools.models.study_effect import require_known

_SECONDS_PER_STEP, _SECONDS_PER_WEIGHT = 1.6e-3, 4e-9  # of a step of either cycle; on a two-core server


@dataclass(frozen=True)
class DomainAdaptationSettings:
    """Hyperparameters.

    The defaults are those of the paper's tissue model, but for the epochs: its 10 are as many steps on its 5,480
    source samples as 150 epochs on the few hundred of a usual collection.

    Attributes
    ----------
    source_datasets, bias_datasets
        Names of datasets or resources, see `srna_tools.models.domains.split_domains`.
    mapper
        Widths of the layers from the inputs to the embedding; the last is linear.
    mapper_dropout, classifier_dropout
        Dropout between the layers of the mapper, and before the classification layer.
    epochs, learning_rate
        Of the first cycle: source mapper and classification layer.
    bias_epochs, bias_learning_rate
        Of the second cycle: bias mapper.
    margin
        By how much a sample of another class should be farther away than one of the same class.
    balanced
        Whether all classes weigh the same in both cycles.
    study_effect
        See `srna_tools.models.study_effect`.
    """

    source_datasets: tuple[str, ...] = ()
    bias_datasets: tuple[str, ...] = ()
    mapper: tuple[int, ...] = (512,)
    mapper_dropout: float = 0.3
    classifier_dropout: float = 0.5
    epochs: int = 150
    bias_epochs: int = 150
    batch_size: int = 64
    learning_rate: float = 1e-4
    bias_learning_rate: float = 5e-4
    margin: float = 5.0
    balanced: bool = True
    study_effect: str = "keep"

    def __post_init__(self) -> None:
        """Refuse mappers that no network has, impossible dropout, and a dataset in both domains."""
        # A mapper without layers is one that is refused, too.
        require_layers(self.mapper or (0,), (self.mapper_dropout, self.classifier_dropout), "the mapper")
        both = sorted(set(self.source_datasets) & set(self.bias_datasets))
        if both:
            raise SampleError(f"{listed(both)} cannot be a source and a bias dataset at once; name it in one of them")
        require_known(self.study_effect)


def train_domain_adaptation(
    samples: TrainingSamples, settings: DomainAdaptationSettings, seed: int, threads: int
) -> TrainedModel:
    """Train both cycles on one thread, so that a seed gives the same weights on any machine of one kind.

    First the source mapper and the classification layer learn the classes of the source samples. Then the source
    mapper is frozen, and a copy of it, the bias mapper, learns to put the bias samples where the source mapper puts
    samples of their class. Bias mapper and classification layer together are the model: an ordinary ReLU network.

    Parameters
    ----------
    threads
        Unused: one fit runs on one thread, fits run side by side.

    Raises
    ------
    SampleError
        Samples belong to both domains.
    """
    del threads
    domains = split_domains(samples, settings.source_datasets, settings.bias_datasets)
    values, codes = np.asarray(samples.values, dtype=np.float32), samples.codes
    keras = start_keras(seed)
    make = SeededLayers(keras, seed)
    source_layers = mapper_layers(make, settings.mapper, settings.mapper_dropout)
    dropout, relu = make.dropout(settings.classifier_dropout), keras.layers.ReLU()
    classification = [dropout, relu, make.dense(samples.classes, "softmax")]
    bias_layers = mapper_layers(make, settings.mapper, settings.mapper_dropout)
    shape = keras.Input((values.shape[1],))
    network = keras.Sequential([shape, *source_layers, *classification])
    curve = fit_classifier(keras, network, values[domains.source], codes[domains.source], settings)
    curves = [curve.assign(cycle="source")]
    if domains.bias.any():
        source_mapper, bias_mapper = keras.Sequential([shape, *source_layers]), keras.Sequential([shape, *bias_layers])
        bias_mapper.set_weights(source_mapper.get_weights())
        kernel, bias = classification[-1].get_weights()
        adapted = adapt(
            bias_mapper,
            (values[domains.bias], codes[domains.bias]),
            (embeddings(source_mapper, values[domains.source]), codes[domains.source]),
            lambda embedded: (np.maximum(embedded, 0) @ kernel + bias).argmax(axis=1),
            epochs=settings.bias_epochs, batch_size=settings.batch_size, learning_rate=settings.bias_learning_rate,
            margin=settings.margin, balanced=settings.balanced, seed=seed,
        )  # fmt: skip
        curves.append(adapted.assign(cycle="bias"))
        network = keras.Sequential([shape, *bias_layers, *classification])
    columns = ["cycle", "epoch", "loss", "accuracy"]
    return TrainedModel(
        DenseNetwork(dense_weights(network)),
        pd.concat(curves, ignore_index=True)[columns],
        network,
        facts=domains.facts(samples.datasets),
    )


def domain_adaptation_seconds(class_sizes: np.ndarray, features: int, settings: DomainAdaptationSettings) -> float:
    """Rough time of a fit on one core, as if half of the samples were source."""
    widths = (features, *settings.mapper, len(class_sizes))
    weights = sum(first * second for first, second in pairwise(widths))
    batches = int(class_sizes.sum()) / 2 / settings.batch_size + 1
    return (settings.epochs + settings.bias_epochs) * batches * (_SECONDS_PER_STEP + _SECONDS_PER_WEIGHT * weights)

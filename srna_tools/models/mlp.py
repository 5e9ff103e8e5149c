"""The multi-layer perceptron of Fiosina, Fiosins & Bonn 2019, section 2.3.1, trained with Keras."""

from __future__ import annotations

import os
import random
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pandas as pd
from tqdm import tqdm

from srna_tools.errors import MissingExtraError, SampleError, listed
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.fused_adam import fused_adam
from srna_tools.models.interface import TrainedModel, TrainingSamples, balanced_weights

LOSSES = ("categorical", "binary")
_STEPS_PER_CALL = 60  # fewer returns to Python between batches; does not change the result
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

    def __post_init__(self) -> None:
        """Refuse layers that no network has, and dropout rates that do not belong to layers."""
        if len(self.dropout) != len(self.hidden):
            raise SampleError(
                f"{len(self.hidden)} hidden layers need as many dropout rates, but {len(self.dropout)} were given"
            )
        if not all(isinstance(width, int) and width > 0 for width in self.hidden):
            raise SampleError(f"the widths of hidden layers must be whole numbers from 1 on, not {listed(self.hidden)}")
        if not all(0 <= rate < 1 for rate in self.dropout):
            raise SampleError(f"dropout rates must be from 0 to below 1, not {listed(self.dropout)}")
        if self.loss not in LOSSES:
            raise SampleError(f"the loss must be one of {listed(LOSSES)}, not '{self.loss}'")


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


class Schedule(Protocol):
    """How a network is trained: the settings that several kinds share."""

    @property
    def epochs(self) -> int:
        """Passes over the samples."""

    @property
    def batch_size(self) -> int:
        """Samples a step."""

    @property
    def learning_rate(self) -> float:
        """Of Adam."""

    @property
    def balanced(self) -> bool:
        """Whether all classes weigh the same."""


def fit_classifier(
    keras: Any, network: Any, values: np.ndarray, codes: np.ndarray, schedule: Schedule, loss: str = "categorical"
) -> pd.DataFrame:
    """Train a network that ends in a softmax, with Adam on cross-entropy.

    Returns
    -------
    One row an epoch: ``epoch loss accuracy``.
    """
    classes = network.output_shape[1]
    network.compile(
        optimizer=fused_adam(schedule.learning_rate),
        loss=f"{loss}_crossentropy",
        weighted_metrics=["categorical_accuracy"],
        steps_per_execution=max(1, min(_STEPS_PER_CALL, len(values) // schedule.batch_size)),
    )
    history = network.fit(
        np.asarray(values, dtype=np.float32),
        np.eye(classes, dtype=np.float32)[codes],
        sample_weight=balanced_weights(codes, classes) if schedule.balanced else None,
        epochs=schedule.epochs,
        batch_size=schedule.batch_size,
        verbose=0,
        callbacks=[_progress(keras, schedule.epochs)],
    ).history
    return pd.DataFrame(
        {
            "epoch": np.arange(1, schedule.epochs + 1),
            "loss": history["loss"],
            "accuracy": history["categorical_accuracy"],
        }
    )


def mlp_seconds(class_sizes: np.ndarray, features: int, settings: MlpSettings) -> float:
    """Rough time of a fit on one core."""
    widths = (features, *settings.hidden, len(class_sizes))
    weights = sum(first * second for first, second in pairwise(widths))
    steps = settings.epochs * -(-int(class_sizes.sum()) // settings.batch_size)
    return steps * (_SECONDS_PER_STEP + _SECONDS_PER_WEIGHT * weights)


def _network(keras: Any, inputs: int, classes: int, settings: MlpSettings, seed: int) -> Any:
    """Layers with the seeds that Keras would draw from Python's own generator, which other threads may use as well."""
    generator = random.Random(seed)  # noqa: S311 - no secret

    def drawn() -> int:
        return generator.randint(1, 10**9)

    def dense(width: int, activation: str) -> Any:
        return keras.layers.Dense(width, activation, kernel_initializer=keras.initializers.GlorotUniform(drawn()))

    layers = [keras.Input((inputs,))]
    for width, rate in zip(settings.hidden, settings.dropout, strict=True):
        layers.append(dense(width, "relu"))
        layers.append(keras.layers.Dropout(rate, seed=drawn() if rate else None))
    return keras.Sequential([*layers, dense(classes, "softmax")])


def dense_weights(network: Any) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Kernel and bias of each dense layer of a Keras model, float32."""
    dense = [layer.get_weights() for layer in network.layers if layer.get_weights()]
    return tuple((np.asarray(kernel, np.float32), np.asarray(bias, np.float32)) for kernel, bias in dense)


def start_keras(seed: int) -> Any:
    """Import Keras on TensorFlow, quiet, on one thread and deterministic from `seed`.

    Raises
    ------
    MissingExtraError
        TensorFlow is not installed.
    """
    first = "tensorflow" not in sys.modules
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # oneDNN chooses its order of summation by the machine; without it a seed gives the same weights on more machines.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    try:
        import keras
        import tensorflow
    except ModuleNotFoundError as error:
        raise MissingExtraError("TensorFlow", "train") from error
    if first:
        tensorflow.config.threading.set_intra_op_parallelism_threads(1)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    tensorflow.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed)
    return keras


def _progress(keras: Any, epochs: int) -> Any:
    bar = tqdm(total=epochs, desc="training the network", unit=" epochs", leave=False, disable=None)

    def close(logs: Any) -> None:
        del logs
        bar.close()

    return keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: bar.update(), on_train_end=close)

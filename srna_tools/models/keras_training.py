"""What all networks share: Keras started the same way everywhere, and training on classes with Adam."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd
from tqdm import tqdm

from srna_tools.errors import SampleError, listed
from srna_tools.extras import import_from_extra
from srna_tools.models.fused_adam import fused_adam
from srna_tools.models.interface import balanced_weights

_STEPS_PER_CALL = 60  # fewer returns to Python between batches; does not change the result


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
    tensorflow, keras = import_from_extra("tensorflow"), import_from_extra("keras")
    if first:
        tensorflow.config.threading.set_intra_op_parallelism_threads(1)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    tensorflow.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed)
    return keras


class SeededLayers:
    """Makes the layers of one training, each with its own seed drawn from that of the training.

    Keras would draw them from Python's own generator, which other threads may use as well.
    """

    def __init__(self, keras: Any, seed: int) -> None:
        self._keras = keras
        self._generator = random.Random(seed)  # noqa: S311 - no secret

    def dense(self, width: int, activation: str) -> Any:
        """Make a fully connected layer."""
        initial = self._keras.initializers.GlorotUniform(self._drawn())
        return self._keras.layers.Dense(width, activation, kernel_initializer=initial)

    def dropout(self, rate: float) -> Any:
        """Make a dropout layer; one that drops nothing draws no seed."""
        return self._keras.layers.Dropout(rate, seed=self._drawn() if rate else None)

    def _drawn(self) -> int:
        return self._generator.randint(1, 10**9)


def require_layers(widths: Sequence[int], rates: Sequence[float], what: str) -> None:
    """Refuse layers that no network has.

    Raises
    ------
    SampleError
        A width is no whole number from 1 on, or a dropout rate is not from 0 to below 1.
    """
    if not all(isinstance(width, int) and width > 0 for width in widths):
        raise SampleError(f"the widths of {what} must be whole numbers from 1 on, not {listed(widths)}")
    if not all(0 <= rate < 1 for rate in rates):
        raise SampleError(f"dropout rates must be from 0 to below 1, not {listed(rates)}")


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


def dense_weights(network: Any) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Kernel and bias of each dense layer of a Keras model, float32."""
    dense = [layer.get_weights() for layer in network.layers if layer.get_weights()]
    return tuple((np.asarray(kernel, np.float32), np.asarray(bias, np.float32)) for kernel, bias in dense)


def _progress(keras: Any, epochs: int) -> Any:
    bar = tqdm(total=epochs, desc="training the network", unit=" epochs", leave=False, disable=None)

    def close(logs: Any) -> None:
        del logs
        bar.close()

    return keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: bar.update(), on_train_end=close)

"""The one-hot network as a Keras model, for those who want a ``.keras`` file or go on from it."""

from __future__ import annotations

from typing import Any

from srna_tools.models.keras_training import start_keras
from srna_tools.sequences.letters import LETTERS
from srna_tools.sequences.one_hot_network import OneHotNetwork


def as_keras(network: OneHotNetwork, dropout: float = 0.7) -> Any:
    """Build the Keras model with the same weights: one-hot matrices (`one_hot`) in, probabilities out.

    Parameters
    ----------
    dropout
        Rate before the hidden layer, which plays a role where the model is trained on.

    Raises
    ------
    MissingExtraError
        TensorFlow is not installed.
    """
    keras = start_keras(0)
    layers = keras.layers
    matrix = keras.Input((network.max_length, len(LETTERS)))
    convolutions = [layers.Conv1D(kernel.shape[2], len(kernel), activation="relu") for kernel in network.filters]
    pooled = [layers.GlobalMaxPooling1D()(convolution(matrix)) for convolution in convolutions]
    (_, b1), (_, b2) = network.dense
    hidden, last = layers.Dense(len(b1), "relu"), layers.Dense(len(b2), "softmax")
    joined = layers.Concatenate()(pooled) if len(pooled) > 1 else pooled[0]
    model = keras.Model(matrix, last(hidden(layers.Dropout(dropout, seed=1)(joined))))
    for layer, weights in zip([*convolutions, hidden, last], network.convolutions + network.dense, strict=True):
        layer.set_weights(weights)
    return model

"""The networks of Wartmann et al. 2020 ("Domain Adaptation Model") and the training of the second one, in Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.fused_adam import fused_adam
from srna_tools.models.interface import balanced_weights
from srna_tools.models.keras_training import SeededLayers, dense_weights
from srna_tools.models.triplets import mine, sigmoid

# Under the root, where its slope would be infinite.
_LEAST_SQUARE = 1e-12


def mapper_layers(make: SeededLayers, widths: Sequence[int], dropout: float) -> list[Any]:
    """Layers from the inputs to the embedding: ReLU and dropout between them, the last one linear."""
    layers = []
    for width in widths[:-1]:
        layers += [make.dense(width, "relu"), make.dropout(dropout)]
    return [*layers, make.dense(widths[-1], "linear")]


def triplet_losses(anchors: Any, positives: Any, negatives: Any, margin: float) -> Any:
    r"""Loss of each triplet of embeddings, :math:`\max(0, d(a, p) - d(a, n) + m)`; tensors in, a tensor out."""
    import tensorflow

    def distance(others: Any) -> Any:
        squares = tensorflow.reduce_sum(tensorflow.square(anchors - others), axis=1)
        return tensorflow.sqrt(tensorflow.maximum(squares, _LEAST_SQUARE))

    return tensorflow.nn.relu(distance(positives) - distance(negatives) + margin)


def adapt(
    bias_mapper: Any,
    anchors: tuple[np.ndarray, np.ndarray],
    sources: tuple[np.ndarray, np.ndarray],
    classify: Callable[[np.ndarray], np.ndarray],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    margin: float,
    balanced: bool,
    seed: int,
) -> pd.DataFrame:
    """Train the bias mapper, in place, to put bias samples where the source mapper puts their class.

    Each epoch has one triplet a bias sample, mined with the mapper as it is then, in batches of new order. The last
    batch may be smaller; none is left out.

    Parameters
    ----------
    bias_mapper
        Keras model without a softmax.
    anchors
        Inputs and class numbers of the bias samples.
    sources
        Embeddings (by the source mapper, before the sigmoid) and class numbers of the source samples.
    classify
        From embeddings to class numbers, for the accuracy of the curve.
    balanced
        Weigh each triplet, so that all classes of the anchors weigh the same.

    Returns
    -------
    One row an epoch: ``epoch loss accuracy``.
    """
    values, codes = np.asarray(anchors[0], dtype=np.float32), anchors[1]
    places, source_codes = sigmoid(sources[0]), sources[1]
    own = np.unique(codes, return_inverse=True)[1]
    weights = balanced_weights(own, int(own.max()) + 1) if balanced else np.ones(len(codes))
    train = _epoch(bias_mapper, values, places, weights, batch_size, learning_rate, margin)
    generator = np.random.default_rng(seed)
    rows = []
    # Products of matrices must not depend on the number of cores: an anchor might get another negative.
    with threadpool_limits(limits=1), tqdm(
        total=epochs, desc="adapting to the bias datasets", unit=" epochs", leave=False, disable=None
    ) as bar:  # fmt: skip
        embedded = embeddings(bias_mapper, values)
        for epoch in range(1, epochs + 1):
            positives, negatives = mine(sigmoid(embedded), codes, places, source_codes, margin, generator)
            loss = train(generator.permutation(len(codes)), positives, negatives)
            embedded = embeddings(bias_mapper, values)
            rows.append((epoch, loss, float((classify(embedded) == codes).mean())))
            bar.update()
    return pd.DataFrame(rows, columns=["epoch", "loss", "accuracy"])


def embeddings(mapper: Any, values: np.ndarray) -> np.ndarray:
    """What a mapper makes of samples, without dropout, before the sigmoid."""
    return DenseNetwork(dense_weights(mapper)).logits(values)


def _epoch(
    mapper: Any, values: np.ndarray, places: np.ndarray, weights: np.ndarray, batch_size: int, learning_rate: float,
    margin: float,
) -> Callable[[np.ndarray, np.ndarray, np.ndarray], float]:  # fmt: skip
    """Make the function that trains for an epoch on given triplets, compiled once, and returns the mean loss."""
    import tensorflow

    optimiser = fused_adam(learning_rate)
    optimiser.build(mapper.trainable_variables)
    inputs, embedded = tensorflow.constant(values), tensorflow.constant(places)
    weight = tensorflow.constant(weights, dtype="float32")
    samples = len(values)

    @tensorflow.function(autograph=False)  # type: ignore[untyped-decorator]
    def step(batch: Any, positives: Any, negatives: Any) -> Any:
        with tensorflow.GradientTape() as tape:
            here = tensorflow.sigmoid(mapper(tensorflow.gather(inputs, batch), training=True))
            losses = triplet_losses(
                here, tensorflow.gather(embedded, positives), tensorflow.gather(embedded, negatives), margin
            )
            weighted = losses * tensorflow.gather(weight, batch)
            loss = tensorflow.reduce_mean(weighted)
        optimiser.apply(tape.gradient(loss, mapper.trainable_variables), mapper.trainable_variables)
        return tensorflow.reduce_sum(weighted)

    @tensorflow.function(autograph=False)  # type: ignore[untyped-decorator]
    def whole(order: Any, positives: Any, negatives: Any) -> Any:
        def one(start: Any, total: Any) -> tuple[Any, Any]:
            batch = order[start : start + batch_size]
            chosen = (tensorflow.gather(rows, batch) for rows in (positives, negatives))
            return start + batch_size, total + step(batch, *chosen)

        start = tensorflow.constant(0), tensorflow.constant(0.0)
        return tensorflow.while_loop(lambda at, _: at < samples, one, start)[1] / samples

    def train(order: np.ndarray, positives: np.ndarray, negatives: np.ndarray) -> float:
        return float(whole(*(tensorflow.constant(rows, dtype="int32") for rows in (order, positives, negatives))))

    return train

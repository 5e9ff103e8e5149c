"""The network on structure matrices trained with Keras' layers, on the windows that hold a base pair."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from srna_tools.errors import SampleError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.fused_adam import fused_adam
from srna_tools.models.keras_training import SeededLayers, dense_weights, require_layers, start_keras
from srna_tools.sequences.families import Families
from srna_tools.sequences.interface import TrainedFamilyModel
from srna_tools.sequences.structure_folding import THRESHOLD, BasePairs, base_pairs, folded
from srna_tools.sequences.structure_matrices import SIZE, Encoding, cells_of
from srna_tools.sequences.structure_network import CONVOLUTIONS, StructureNetwork, smallest_size
from srna_tools.sequences.structure_windows import POOL, Windows, pooled_size, together, windows_of


@dataclass(frozen=True)
class StructureSettings:
    """Hyperparameters; the defaults are those of Tang & Sun 2019, "CNN architecture for the matrices containing base
    pairing information", which does not give the number of epochs.

    A matrix of 200 rows makes 78.7 million weights of 47 families, 315 MB; of `max_length` 120 it is 111 MB, and
    training is three times as fast. Longer sequences are cut.
    """  # noqa: D205

    matrix: str = "pair"
    ordered: bool = True
    threshold: float = THRESHOLD
    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 1e-3
    dropout: float = 0.5
    convolutions: tuple[int, ...] = (64, 128)
    kernel: int = 2
    dense: tuple[int, ...] = (256, 128)
    max_length: int = SIZE

    def __post_init__(self) -> None:
        """Refuse layers that no network has, and matrices that are too small for them."""
        _ = self.encoding
        require_layers(self.convolutions, (self.dropout,), "convolutions")
        require_layers(self.dense, (self.dropout,), "dense layers")
        require_layers((self.epochs, self.batch_size, self.kernel), (), "epochs, batches and kernels")
        if len(self.convolutions) != CONVOLUTIONS or not self.dense:
            raise SampleError(
                f"the structure network has {CONVOLUTIONS} convolutions and at least one dense layer, "
                f"but {len(self.convolutions)} and {len(self.dense)} were given"
            )
        if self.max_length < smallest_size(self.kernel):
            raise SampleError(
                f"matrices of {self.max_length} bases are too small for two convolutions with pooling; "
                f"the smallest length is {smallest_size(self.kernel)}"
            )

    @property
    def encoding(self) -> Encoding:
        """How base pairs become numbers."""
        return Encoding(self.matrix, self.ordered, self.threshold)


def train_structure(families: Families, settings: StructureSettings, seed: int, threads: int) -> TrainedFamilyModel:
    """Fold the sequences and train the network on one thread; `threads` fold.

    Raises
    ------
    MissingExtraError
        TensorFlow or ViennaRNA is not installed.
    """
    cut = [sequence[: settings.max_length] for sequence in families.sequences]
    pairs = list(
        tqdm(folded(base_pairs, cut, settings.threshold, threads), desc="folding", unit=" sequences", total=len(cut),
             leave=False, disable=None)
    )  # fmt: skip
    return train_on_pairs(cut, pairs, families.members, len(families.names), settings, seed)


def train_on_pairs(
    sequences: list[str], pairs: list[BasePairs], members: np.ndarray, families: int, settings: StructureSettings,
    seed: int,
) -> TrainedFamilyModel:  # fmt: skip
    """Train on sequences that are folded already, none longer than `settings.max_length`.

    The weights are updated as Keras would update them on whole matrices: windows without pairs all give the same.
    """
    keras = start_keras(seed)
    network = structure_layers(keras, families, settings, seed)
    network.compile(optimizer=fused_adam(settings.learning_rate), loss="sparse_categorical_crossentropy")
    network.optimizer.build(network.trainable_variables)
    step = _training_step(network, settings)
    rows, generator = [], np.random.default_rng(seed)
    for epoch in tqdm(range(1, settings.epochs + 1), desc="training the network", unit=" epochs", leave=False,
                      disable=None):  # fmt: skip
        sums = np.zeros(2)
        for chosen in _batches(len(sequences), settings.batch_size, generator):
            windows = _windows_of(chosen, sequences, pairs, settings)
            sums += [float(value) for value in step(*windows, members[chosen])]
        loss, accuracy = sums / len(sequences)
        rows.append({"epoch": epoch, "loss": loss, "accuracy": accuracy})
    model = network_of(network, settings)
    facts = {"parameters": model.parameters, "megabytes": round(model.parameters * 4 / 1e6, 1)}
    return TrainedFamilyModel(model, pd.DataFrame(rows), network, facts)


def structure_layers(keras: Any, families: int, settings: StructureSettings, seed: int) -> Any:
    """Make the paper's network as a Keras model of whole matrices, shape (length, length, layers)."""
    size = settings.max_length
    make, seeds = SeededLayers(keras, seed), random.Random(f"convolutions {seed}")  # noqa: S311 - no secret
    layers = [keras.Input((size, size, settings.encoding.channels))]
    for filters in settings.convolutions:
        initial = keras.initializers.GlorotUniform(seeds.randint(1, 10**9))
        layers += [
            keras.layers.Conv2D(filters, settings.kernel, activation="relu", kernel_initializer=initial),
            keras.layers.MaxPooling2D(POOL),
        ]
    layers.append(keras.layers.Flatten())
    for width in settings.dense:
        layers += [make.dense(width, "relu"), make.dropout(settings.dropout)]
    return keras.Sequential([*layers, make.dense(families, "softmax")])


def network_of(network: Any, settings: StructureSettings) -> StructureNetwork:
    """Take the weights out of a Keras model of `structure_layers`."""
    first, second, dense, *rest = dense_weights(network)
    return StructureNetwork(settings.encoding, settings.max_length, (first, second), dense, DenseNetwork(tuple(rest)))


def _batches(number: int, size: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    order = generator.permutation(number)
    yield from (order[start : start + size] for start in range(0, number, size))


def _windows_of(
    chosen: np.ndarray, sequences: list[str], pairs: list[BasePairs], settings: StructureSettings
) -> Windows:
    """Encode a batch; the windows of all sequences together would take gigabytes."""
    encoding, size, kernel = settings.encoding, settings.max_length, settings.kernel
    return together([windows_of(cells_of(sequences[one], pairs[one], encoding), size, kernel) for one in chosen])


def _training_step(network: Any, settings: StructureSettings) -> Any:
    """Make a function that takes one step of Adam on a batch, and gives the sums of loss and of right answers."""
    import tensorflow

    logits_of = window_logits(network, settings)

    def step(inputs: Any, sources: Any, places: Any, matrices: Any, members: Any) -> Any:
        with tensorflow.GradientTape() as tape:
            logits = logits_of(inputs, sources, places, matrices, tensorflow.size(members), training=True)
            losses = tensorflow.nn.sparse_softmax_cross_entropy_with_logits(members, logits)
            loss = tensorflow.reduce_mean(losses)
        gradients = tape.gradient(loss, network.trainable_variables)
        network.optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        right = tensorflow.cast(tensorflow.argmax(logits, axis=1), members.dtype) == members
        return tensorflow.reduce_sum(losses), tensorflow.math.count_nonzero(right)

    spec, seen, float32, int64 = tensorflow.TensorSpec, settings.kernel**2, tensorflow.float32, tensorflow.int64
    signature = [
        spec((None, POOL**2, seen * settings.encoding.channels), float32), spec((None, POOL**2, seen), int64),
        spec((None,), int64), spec((None,), int64), spec((None,), int64),
    ]  # fmt: skip
    return tensorflow.function(step, input_signature=signature)


def window_logits(network: Any, settings: StructureSettings) -> Any:
    """Make a function that applies a Keras model of `structure_layers` to windows instead of matrices."""
    import tensorflow

    first, second = (layer for layer in network.layers if hasattr(layer, "kernel_size"))
    flatten = next(place for place, layer in enumerate(network.layers) if layer.name.startswith("flatten"))
    *dense, last = network.layers[flatten + 1 :]
    cells, seen = (
        pooled_size(pooled_size(settings.max_length, settings.kernel), settings.kernel) ** 2,
        settings.kernel**2,
    )

    def pooled(layer: Any, windows: Any) -> Any:
        kernel = tensorflow.reshape(layer.kernel, (-1, layer.filters))
        flat = tensorflow.reshape(windows, (-1, tensorflow.shape(kernel)[0])) @ kernel
        largest = tensorflow.reduce_max(tensorflow.reshape(flat, (-1, POOL**2, layer.filters)), axis=1)
        return tensorflow.nn.relu(largest + layer.bias)

    def logits_of(inputs: Any, sources: Any, places: Any, matrices: Any, number: Any, training: bool) -> Any:
        empty = tensorflow.nn.relu(first.bias)[tensorflow.newaxis]
        seen_by_second = tensorflow.gather(tensorflow.concat([pooled(first, inputs), empty], axis=0), sources)
        windows = pooled(second, seen_by_second)
        # The windows of one pool are alike where there is no pair, and one of them stands for the four.
        nothing = pooled(second, tensorflow.tile(empty, (POOL**2 * seen, 1)))
        matrix = tensorflow.tile(nothing, (tensorflow.cast(number, tensorflow.int32) * cells, 1))
        targets = (matrices * cells + places)[:, tensorflow.newaxis]
        values = tensorflow.reshape(
            tensorflow.tensor_scatter_nd_update(matrix, targets, windows), (-1, cells * second.filters)
        )
        for layer in dense:
            values = layer(values, training=training)
        return values @ last.kernel + last.bias

    return logits_of

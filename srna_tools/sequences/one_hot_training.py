"""Training of the one-hot network of Tang & Sun 2019 with Adam on cross-entropy."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from srna_tools.errors import SampleError
from srna_tools.models.keras_training import require_layers
from srna_tools.sequences.augmentation import with_point_mutations, with_random_flanks
from srna_tools.sequences.families import Families
from srna_tools.sequences.interface import TrainedFamilyModel
from srna_tools.sequences.letters import LETTERS
from srna_tools.sequences.one_hot_network import OneHotNetwork, directions

if TYPE_CHECKING:
    from srna_tools.sequences.one_hot_gradients import BatchLoss, ForEach, Weights


@dataclass(frozen=True)
class CnnSettings:
    """Hyperparameters; the architecture, the rate of dropout, Adam's rate and the batch are the paper's.

    Dropout acts on the pooled outputs of the filters, as in the network of Kim 2014 that the paper follows; with a
    second one behind the hidden layer, as many epochs were measured to learn less.

    Each epoch sees every sequence once, with up to `flank_augmentation` random bases on each side and a share
    `mutation_rate` of its bases mutated, all drawn anew.
    """

    widths: tuple[int, ...] = (2, 4, 6, 8, 10, 12, 14, 16)
    filters: int = 512
    dense: int = 1024
    dropout: float = 0.7
    learning_rate: float = 1e-3
    batch_size: int = 64
    epochs: int = 20
    max_length: int = 200
    flank_augmentation: int = 10
    mutation_rate: float = 0.05

    def __post_init__(self) -> None:
        """Refuse layers that no network has, and rates that are none."""
        counts = (*self.widths, self.filters, self.dense, self.batch_size, self.epochs, self.max_length)
        require_layers(counts, (self.dropout, self.mutation_rate), "the one-hot network, its batches and its epochs")
        if not self.widths or max(self.widths) > self.max_length:
            raise SampleError(f"the one-hot network needs filters of at most {self.max_length} bases, its length limit")
        if self.flank_augmentation < 0 or not 0 < self.learning_rate < math.inf:
            raise SampleError("the flanks of training sequences and the learning rate must not be negative or zero")


def train_cnn(families: Families, settings: CnnSettings, seed: int, threads: int) -> TrainedFamilyModel:
    """Train the network; the result depends on the seed, not on the number of threads.

    Keras would give the same from the same start, several times as slowly (`one_hot_gradients` says why).

    References
    ----------
    Tang & Sun 2019, "The CNN architecture for one-hot encoding matrices".
    """
    start, run = np.random.SeedSequence(seed).spawn(2)
    weights = _initial(settings, len(families.names), np.random.default_rng(start))
    with threadpool_limits(limits=1), ThreadPoolExecutor(max(1, threads)) as pool:
        curve = _fit(weights, families, settings, np.random.default_rng(run), lambda do, all_: list(pool.map(do, all_)))
    return TrainedFamilyModel(_network(weights, families, settings), curve)


def _initial(settings: CnnSettings, families: int, generator: np.random.Generator) -> Weights:
    """Weights as Keras draws them: uniform, the limits by the numbers of inputs and outputs (Glorot & Bengio 2010)."""
    from srna_tools.sequences.one_hot_gradients import Weights

    def drawn(shape: tuple[int, ...]) -> np.ndarray:
        limit = math.sqrt(6 / (math.prod(shape[:-2]) * (shape[-2] + shape[-1])))
        return generator.uniform(-limit, limit, shape).astype(np.float32)

    filters = settings.filters * len(settings.widths)
    kernels = tuple(drawn((width, len(LETTERS), settings.filters)) for width in settings.widths)
    W1, W2 = drawn((filters, settings.dense)), drawn((settings.dense, families))
    zeros = [np.zeros(size, dtype=np.float32) for size in (filters, settings.dense, families)]
    return Weights(kernels, (zeros[0], W1, zeros[1], W2, zeros[2]))


def _fit(
    weights: Weights, families: Families, settings: CnnSettings, generator: np.random.Generator, for_each: ForEach
) -> pd.DataFrame:
    from srna_tools.sequences.one_hot_gradients import batch_gradient

    gradient, mean, square = weights.zeros(), weights.zeros(), weights.zeros()
    flat = [[array.reshape(-1) for array in each.arrays()] for each in (weights, gradient, mean, square)]
    rows, step = [], 0
    for epoch in tqdm(range(1, settings.epochs + 1), "training the network", unit=" epochs", leave=False, disable=None):
        sequences = _augmented(families.sequences, settings, generator)
        order = generator.permutation(len(sequences))
        losses: list[BatchLoss] = []
        for first in range(0, len(order), settings.batch_size):
            batch = order[first : first + settings.batch_size]
            kept = _kept(len(batch), len(weights.rest[0]), settings.dropout, generator)
            chosen, members = [sequences[place] for place in batch], families.members[batch]
            losses.append(batch_gradient(weights, chosen, members, settings.max_length, kept, gradient, for_each))
            step += 1
            update = partial(_update, flat, settings.learning_rate, step)
            for_each(update, range(len(flat[0])))
        loss, right = np.sum(losses, axis=0) / len(order)
        rows.append((epoch, loss, right))
    return pd.DataFrame(rows, columns=["epoch", "loss", "accuracy"])


def _update(flat: list[list[np.ndarray]], rate: float, step: int, number: int) -> None:
    from srna_tools.sequences.one_hot_updates import adam

    adam(*(each[number] for each in flat), rate, step)


def _augmented(sequences: tuple[str, ...], settings: CnnSettings, generator: np.random.Generator) -> tuple[str, ...]:
    if settings.mutation_rate:
        sequences = with_point_mutations(sequences, settings.mutation_rate, generator)
    if settings.flank_augmentation:
        sequences = with_random_flanks(sequences, 0, settings.flank_augmentation, generator)
    return sequences


def _kept(sequences: int, units: int, rate: float, generator: np.random.Generator) -> np.ndarray:
    """Factors by which dropout multiplies: those of the units that stay make up for the others."""
    kept = generator.random((sequences, units), dtype=np.float32) >= rate
    return np.asarray(kept * np.float32(1 / (1 - rate)))


def _network(weights: Weights, families: Families, settings: CnnSettings) -> OneHotNetwork:
    bias, W1, b1, W2, b2 = weights.rest
    biases = np.split(bias, len(weights.kernels))
    convolutions = tuple(zip(weights.kernels, biases, strict=True))
    none = np.zeros((len(families.names), len(b1)), dtype=np.float32)
    network = OneHotNetwork(convolutions, ((W1, b1), (W2, b2)), none, settings.max_length)
    hidden = directions(network.embedding(families.sequences))
    centroids = np.stack([hidden[families.members == family].sum(axis=0) for family in range(len(families.names))])
    return OneHotNetwork(convolutions, network.dense, directions(centroids), settings.max_length)

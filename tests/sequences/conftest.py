"""A small model of families, real but quick, and families that are simulated."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from srna_tools.errors import BundleError
from srna_tools.sequences.families import Families
from srna_tools.sequences.interface import FamilyScores, TrainedFamilyModel
from srna_tools.sequences.registry import FAMILY_MODELS, FamilyModelKind

WORDS = ["".join(letters) for letters in product("ACGU", repeat=3)]


def shares(sequences):
    """Share of each word of three bases."""
    counts = np.array([[sequence.count(word) for word in WORDS] for sequence in sequences], dtype=float)
    return counts.reshape(-1, len(WORDS)) / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@dataclass(frozen=True)
class TinySettings:
    """How sharply families are told apart."""

    sharpness: float = 2000.0


@dataclass(frozen=True)
class TinyModel:
    """Logits are the squared distance to the mean composition of each family."""

    kinds = ("tiny",)
    means: np.ndarray
    sharpness: float

    @property
    def outputs(self):
        return len(self.means)

    def scores(self, sequences):
        distances = ((shares(sequences)[:, None] - self.means) ** 2).sum(axis=2)
        return FamilyScores(-self.sharpness * distances, {"nearness": -distances.min(axis=1)})

    def to_state(self):
        return {"means": self.means}, {"sharpness": self.sharpness}

    @classmethod
    def from_state(cls, arrays, description):
        means, sharpness = arrays["means"], description["sharpness"]
        if means.dtype != np.float64 or means.ndim != 2 or means.shape[1] != len(WORDS) or set(arrays) != {"means"}:
            raise BundleError("has means of the wrong shape")
        if not np.isfinite(means).all() or np.abs(means).max(initial=0) > 1:
            raise BundleError("has means that are none")
        if type(sharpness) is not float or not 0 < sharpness < 1e6:
            raise BundleError("has a wrong sharpness")
        return cls(means, sharpness)


def train_tiny(families, settings, seed, threads):
    del seed, threads
    means = np.array([shares(families.of(family)).mean(axis=0) for family in range(len(families.names))])
    return TrainedFamilyModel(TinyModel(means, settings.sharpness), facts={"words": len(WORDS)})


@pytest.fixture(scope="session")
def tiny():
    """Name of the kind of the small model, which is known while the tests run."""
    FAMILY_MODELS["tiny"] = FamilyModelKind(TinyModel, TinySettings, train_tiny)
    yield "tiny"
    del FAMILY_MODELS["tiny"]


@pytest.fixture(scope="session")
def simulated_families():
    """Make families of mutated copies of random ancestors."""

    def make(families=8, each=20, length=70, mutated=0.1, seed=0):
        generator = np.random.default_rng(seed)
        ancestors = generator.integers(4, size=(families, length))
        copies = np.repeat(ancestors, each, axis=0)
        changes = generator.random(copies.shape) < mutated
        copies[changes] = generator.integers(4, size=changes.sum())
        sequences = tuple("".join(np.array(list("ACGU"))[copy]) for copy in copies)
        names = tuple(f"mir-{number}" for number in range(1, families + 1))
        return Families(names, sequences, np.repeat(np.arange(families), each))

    return make


@pytest.fixture(scope="session")
def random_sequences():
    """Make sequences of no family."""

    def make(number=100, length=70, seed=99):
        letters = np.random.default_rng(seed).integers(4, size=(number, length))
        return tuple("".join(np.array(list("ACGU"))[row]) for row in letters)

    return make


def _mutated(generator, founder, changes):
    letters = np.array(list(founder))
    places = generator.choice(len(letters), changes, replace=False)
    letters[places] = generator.choice(list("ACGU"), changes)
    return "".join(letters)


@pytest.fixture(scope="session")
def mutated_families():
    """Make families, each of mutated copies of a random sequence: some to train on, others to judge by."""

    def make(families=6, changes=12, training=12, test=8, length=80):
        generator = np.random.default_rng(11)
        names = tuple(f"mir-{number}" for number in range(families))
        founders = ["".join(generator.choice(list("ACGU"), length)) for _ in names]

        def draw(each):
            sequences = tuple(_mutated(generator, founder, changes) for founder in founders for _ in range(each))
            return Families(names, sequences, np.repeat(np.arange(families), each))

        return draw(training), draw(test)

    return make

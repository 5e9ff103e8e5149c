"""Small problems to train on."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.models.interface import TrainingSamples


@pytest.fixture(scope="session")
def problem():
    """Make values, class numbers and values to predict; classes differ by their means."""

    def make(classes=3, samples=90, features=12, seed=0, distance=1.5):
        generator = np.random.default_rng(seed)
        codes = np.sort(np.arange(samples) % classes)
        centres = generator.normal(0, distance, size=(classes, features))
        values = (centres[codes] + generator.normal(size=(samples, features))).astype(np.float32)
        new = generator.normal(0, 2, size=(300, features)).astype(np.float32)
        return values, codes, new

    return make


@pytest.fixture(scope="session")
def training_samples():
    """Values and class numbers as training functions take them; all of one dataset unless `datasets` says more."""

    def make(values, codes, classes, datasets=None):
        named = np.full(len(codes), "one study") if datasets is None else np.asarray(datasets, dtype=str)
        return TrainingSamples(values, codes, classes, named)

    return make

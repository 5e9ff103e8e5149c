"""A model whose answers are known: the probabilities follow from one feature."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.bundle import Bundle
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.preprocess import Transform, TransformSpecification


@pytest.fixture(scope="session")
def make_bundle(make_samples):
    """Make a model of two features: its three logits are `slope` times each feature's share, and `bias`.

    Trained on samples where each feature has nothing to everything, so that nothing is clipped.
    """

    def make(label="tissue", slope=10.0, classes=("brain", "liver", "skin"), bias=-100.0, absent="zero", names=None):
        training = make_samples([[0, 100], [100, 0], [50, 50]], names, absent=absent)
        specification = TransformSpecification(max_zero_fraction=1.0)
        kernel = np.zeros((2, len(classes)), dtype=np.float32)
        kernel[0, 0] = kernel[1, 1] = slope
        rest = np.array([0, 0, *[bias] * (len(classes) - 2)], dtype=np.float32)
        transform = Transform.fit(training, specification)
        return Bundle("mlp", label, tuple(classes), DenseNetwork(((kernel, rest),)), transform)

    return make

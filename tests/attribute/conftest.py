"""Simulated samples and bundles trained on them."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.mlp import MlpSettings
from srna_tools.models.random_forest import ForestSettings
from srna_tools.simulate import SimulationSettings, simulate, to_anndata
from srna_tools.training import train_bundle


@pytest.fixture(scope="session")
def simulated():
    return to_anndata(
        simulate(SimulationSettings(studies=2, samples_per_study=16, tissues=("blood", "brain", "liver", "skin")))
    )


@pytest.fixture(scope="session")
def logistic_bundle(simulated):
    return train_bundle(simulated, "tissue", "logistic", LogisticSettings())[0]


@pytest.fixture(scope="session")
def mlp_bundle(simulated):
    settings = MlpSettings(hidden=(30, 10), dropout=(0.2, 0.2), epochs=12)
    return train_bundle(simulated, "tissue", "mlp", settings)[0]


@pytest.fixture(scope="session")
def forest_bundle(simulated):
    return train_bundle(simulated, "tissue", "random-forest", ForestSettings(first_trees=3, trees=3))[0]


@pytest.fixture(scope="session")
def steps_by_hand():
    """Make the steps of a sample as the method is told: remove, ask the model, count; a row an other class."""

    def make(predict, values, reference, scores, own):
        rows = []
        for other in range(len(scores)):
            if other == own:
                continue
            order = sorted(range(len(values)), key=lambda j: (-(float(scores[own, j]) - float(scores[other, j])), j))
            changed = np.array(values, dtype=np.float32)
            to_change, changed_to, to_class = 0, -1, 0
            for step, feature in enumerate(order, start=1):
                changed[feature] = np.float32(reference[feature])
                predicted = int(predict(changed[None, :])[0])
                if predicted != own and not to_change:
                    to_change, changed_to = step, predicted
                if predicted == other and not to_class:
                    to_class = step
            rows.append((to_change, changed_to, to_class))
        return rows

    return make

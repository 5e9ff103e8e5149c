"""Simulated samples and bundles trained on them."""

from __future__ import annotations

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

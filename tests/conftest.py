"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from srna_tools import schema
from srna_tools.simulate import SimulationSettings, simulate, to_anndata

_BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the public data, which is not part of the project."""
    folder = Path(os.environ.get("SRNA_TOOLS_DATA", _BESIDE_THE_REPOSITORY))
    if not folder.is_dir():
        pytest.skip(f"the public data is not at {folder}; set SRNA_TOOLS_DATA to run this test")
    return folder


@pytest.fixture(scope="session")
def make_samples():
    """Make samples from a small table of counts, with names of human miRNAs and one study unless told otherwise."""

    def make(counts, names=None, types=None, **keywords):
        counts = sparse.csr_matrix(np.asarray(counts, dtype=float))
        names = [f"hsa-miR-{number}-5p" for number in range(1, counts.shape[1] + 1)] if names is None else list(names)
        var = pd.DataFrame({} if types is None else {"feature_type": types}, index=names)
        contract = {key: keywords.pop(key) for key in ("absent", "measured", "rpm") if key in keywords}
        obs = pd.DataFrame(
            {"dataset": "study"} | keywords, index=[f"s{number}" for number in range(1, counts.shape[0] + 1)]
        )
        return schema.assemble(counts, obs, var, **contract)

    return make


@pytest.fixture(scope="session")
def simulated_studies():
    """48 simulated samples of three studies and four tissues; tests that change them take a copy."""
    return to_anndata(
        simulate(SimulationSettings(studies=3, samples_per_study=16, tissues=("blood", "brain", "liver", "skin")))
    )

"""Fixtures that several folders of tests share."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings
from safetensors.numpy import load_file
from scipy import sparse

from srna_tools import assembly
from srna_tools.bundle import Bundle, save_bundle
from srna_tools.models.class_means import ClassMeans
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.interface import TrainingSamples
from srna_tools.models.logistic import LogisticSettings, train_logistic
from srna_tools.models.random_forest import ForestSettings, train_random_forest
from srna_tools.models.spline_profiles import SplineProfiles
from srna_tools.preprocess import Transform, TransformSpecification
from srna_tools.simulate import SimulationSettings, simulate, to_anndata

# A busy machine is no failure: how long an example takes is not what these tests are about.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

KINDS = ("mlp", "random-forest", "logistic", "linear", "linear-numeric", "domain-adaptation")
HELD_OUT = {
    "scheme": "group-kfold", "samples": 28, "datasets": 3, "median_absolute_error": 4.25,
    "median_absolute_error_of_the_median": 11.0, "pearson": 0.8123,
}  # fmt: skip
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
        return assembly.assemble(counts, obs, var, **contract)

    return make


@pytest.fixture(scope="session")
def simulated_studies():
    """48 simulated samples of three studies and four tissues; tests that change them take a copy."""
    return to_anndata(
        simulate(SimulationSettings(studies=3, samples_per_study=16, tissues=("blood", "brain", "liver", "skin")))
    )


@pytest.fixture(scope="session")
def biased_studies():
    """Make studies that differ along a few directions much more than classes do, with names of human miRNAs.

    Samples of the first class in the first study are of the class `alone`, if it is given; studies are of the
    resources in turn.
    """

    def make(studies=6, each=4, classes="abc", resources=("all",), alone="", features=60):
        generator = np.random.default_rng(0)
        codes = np.tile(np.repeat(np.arange(len(classes)), each), studies)
        study = np.repeat(np.arange(studies), len(classes) * each)
        centres, directions = generator.normal(0, 0.5, (len(classes), features)), generator.normal(size=(3, features))
        shift = generator.normal(0, 2, (studies, len(classes), 3)) @ directions
        log_reads = 8 + centres[codes] + shift[study, codes] + generator.normal(0, 0.3, (len(codes), features))
        counts = sparse.csr_matrix(generator.poisson(np.exp2(log_reads.clip(0, 20))).astype(float))
        tissue = np.array(list(classes))[codes]
        if alone:
            tissue = np.where((study == 0) & (codes == 0), alone, tissue)
        obs = pd.DataFrame(
            {
                "dataset": [f"study {number}" for number in study],
                "tissue": tissue,
                "resource": np.array(resources)[study % len(resources)],
            },
            index=[f"s{number}" for number in range(len(codes))],
        )
        names = [f"hsa-miR-{number}-5p" for number in range(1, features + 1)]
        measured = pd.DataFrame(dict.fromkeys(resources, np.ones(features, dtype=bool)), index=names)
        return assembly.assemble(counts, obs, pd.DataFrame(index=names), measured=measured)

    return make


def _make_model(kind, inputs, classes):
    generator = np.random.default_rng(5)
    selected = np.arange(0, inputs, 2, dtype=np.int32)
    if kind == "linear":
        return ClassMeans(selected, generator.random((len(selected), classes)), inputs)
    if kind == "linear-numeric":
        profiles, variance = generator.random((5, len(selected))), generator.random(len(selected)) + 0.1
        return SplineProfiles(selected, np.linspace(20.0, 80, 5), profiles, variance, inputs)
    if kind in ("mlp", "domain-adaptation"):
        sizes, normal = [(inputs, 8), (8, 6), (6, classes)], generator.normal
        return DenseNetwork(tuple((normal(size=s).astype(np.float32), normal(size=s[1]).astype("f")) for s in sizes))
    values, codes = generator.random((30, inputs)).astype(np.float32), np.arange(30) % classes
    samples = TrainingSamples(values, codes, classes, np.full(30, "one study"))
    if kind == "logistic":
        return train_logistic(samples, LogisticSettings(), 0, 1).classifier
    return train_random_forest(samples, ForestSettings(3, 4, 8), 0, 1).classifier


@pytest.fixture(scope="module")
def short_sequences():
    """Let sequences of a few bases, which are easier to read, count as long enough to be accepted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("srna_tools.sequences.acceptable.SHORTEST", 1)
        yield


@pytest.fixture(scope="session")
def bundle_of_kind(simulated_studies):
    """Make an untrained or hardly trained bundle of any kind, with every field filled."""
    few = simulated_studies[:, :20].copy()
    lengths = tuple((name, 22.0) for name in few.var_names)
    specification = TransformSpecification(normalisation="log-tpm", gini=(0.05, 1.0), lengths=lengths)
    transform = Transform.fit(few, specification)

    def make(kind):
        of_classes = {
            "classes": ("blood", "brain", "Hülle"), "ontology_ids": {"brain": "BTO:0000142"},
            "calibration": {"temperature": 1.5}, "evaluation": {"accuracy": 0.9},
        }  # fmt: skip
        of_numbers = {"classes": (), "evaluation": HELD_OUT}
        return Bundle(
            kind=kind, label="tissue", transform=transform, model=_make_model(kind, len(transform.features), 3),
            training={"samples": 30}, licence="CC0-1.0", **(of_numbers if kind == "linear-numeric" else of_classes),
        )  # fmt: skip

    return make


@pytest.fixture(scope="session", params=KINDS)
def stored_bundle(request, bundle_of_kind, tmp_path_factory):
    """Return a stored bundle as its file, tensors and description."""
    path = tmp_path_factory.mktemp("bundle") / f"{request.param}.safetensors"
    save_bundle(bundle_of_kind(request.param), path)
    length = int.from_bytes(path.read_bytes()[:8], "little")
    description = json.loads(json.loads(path.read_bytes()[8 : 8 + length])["__metadata__"]["srna_tools"])
    return path, load_file(path), description

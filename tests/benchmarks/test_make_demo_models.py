"""The networks that come with the package are what their script makes today, and are of use on the demo's samples."""

from __future__ import annotations

import numpy as np
import pytest
from make_demo_models import PLACE, make_demo_models

from srna_tools.bundle import load_bundle
from srna_tools.predict.annotate import annotate
from srna_tools.predict.status import LOW_QUALITY, Thresholds
from srna_tools.simulate import DEMO_MODELS, demo_studies, to_anndata, write_demo_models


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    make_demo_models(folder)
    return folder


@pytest.fixture(scope="module")
def new_samples():
    simulation = demo_studies(0)[1]
    return to_anndata(simulation), simulation.samples.set_index("sample")


def test_the_package_holds_one_for_each_label_and_nothing_else(tmp_path):
    written = write_demo_models(tmp_path)
    assert [path.name for path in written] == [f"{label}.safetensors" for label in DEMO_MODELS]
    assert {path.name for path in PLACE.iterdir()} == {path.name for path in written}
    assert sum(path.stat().st_size for path in written) < 1_000_000


@pytest.mark.parametrize("label", DEMO_MODELS)
def test_the_script_makes_what_the_package_holds(made, label):
    ours, theirs = (load_bundle(folder / f"{label}.safetensors") for folder in (PLACE, made))
    for field in ("kind", "label", "classes", "training", "calibration", "evaluation", "licence"):
        assert getattr(ours, field) == getattr(theirs, field), field
    assert ours.transform.specification == theirs.transform.specification
    assert ours.transform.features == theirs.transform.features
    np.testing.assert_allclose(ours.transform.mean, theirs.transform.mean, rtol=1e-5)
    # Other processors may sum in another order.
    for mine, its in zip(ours.model.weights, theirs.model.weights, strict=True):
        for one, other in zip(mine, its, strict=True):
            np.testing.assert_allclose(one, other, atol=0.02)


def test_most_tissues_of_the_demo_are_right_as_with_a_network_trained_now(made, new_samples):
    samples, truth = new_samples
    right = []
    for folder in (PLACE, made):
        table = annotate(
            samples, load_bundle(folder / "tissue.safetensors"), Thresholds(min_depth=10_000)
        ).table.set_index("sample")
        known = table[(table["status"] != LOW_QUALITY) & (truth.loc[table.index, "tissue"] != "placenta")]
        right.append((known["label"] == truth.loc[known.index, "tissue"]).mean())
    assert right[0] > 0.75
    assert right[0] == pytest.approx(right[1], abs=0.05)

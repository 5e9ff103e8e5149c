"""Fits on folds of our own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laboratory.fitting import Part, accuracies, fit_parts
from sklearn.metrics import accuracy_score, balanced_accuracy_score


def test_accuracies_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    frame = pd.DataFrame({"part": np.repeat(["one", "two"], 50), "true": generator.choice(list("abc"), 100),
                          "predicted": generator.choice(list("abc"), 100)})  # fmt: skip
    found = accuracies(frame, ["part"]).set_index("part")
    for name, part in frame.groupby("part"):
        assert found.loc[name, "msa"] == pytest.approx(accuracy_score(part["true"], part["predicted"]))
        assert found.loc[name, "mca"] == pytest.approx(balanced_accuracy_score(part["true"], part["predicted"]))
        assert found.loc[name, "tested"] == 50


def test_parts_are_fitted_on_their_training_samples_alone_and_kept(simulated_studies, tmp_path):
    samples = simulated_studies[simulated_studies.obs["tissue"] != "skin"].copy()
    labels = samples.obs["tissue"].to_numpy(str)
    datasets = samples.obs["dataset"].to_numpy(str)
    first = datasets == datasets[0]
    no_liver = np.flatnonzero(~first & (labels != "liver"))
    parts = [
        Part({"part": "all"}, np.flatnonzero(~first), np.flatnonzero(first)),
        Part({"part": "no liver"}, no_liver, np.flatnonzero(first)),
    ]
    predictions = fit_parts(samples, labels, parts, ["logistic"], tmp_path, threads=1)
    whole = predictions[predictions["part"] == "all"]
    assert set(whole["sample"]) == set(samples.obs_names[first])
    assert (whole["predicted"] == whole["true"]).mean() > 0.8
    without = predictions[predictions["part"] == "no liver"]
    assert set(without["true"]) == {"blood", "brain"}
    assert (without["p:liver"] == 0).all()
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "folds").iterdir()}
    assert len(kept) == 2
    pd.testing.assert_frame_equal(fit_parts(samples, labels, parts, ["logistic"], tmp_path, threads=1), predictions)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "folds").iterdir()} == kept

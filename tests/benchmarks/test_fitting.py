"""Fits on folds of our own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laboratory.fitting import Part, accuracies, fit_parts
from sklearn.metrics import accuracy_score, balanced_accuracy_score

from srna_tools.models.domain_adaptation import DomainAdaptationSettings, train_domain_adaptation
from srna_tools.models.interface import TrainingSamples
from srna_tools.preprocess.specification import SCALED
from srna_tools.preprocess.transform import Transform


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


def test_samples_of_unknown_classes_are_tested_where_the_part_asks_for_it(simulated_studies, tmp_path):
    labels = simulated_studies.obs["tissue"].to_numpy(str)
    known = np.flatnonzero(labels != "skin")
    strange = Part({}, known[::2], np.flatnonzero(labels == "skin"), strangers=True)
    predictions = fit_parts(simulated_studies, labels, [strange], ["logistic"], tmp_path, threads=1)
    assert len(predictions) == (labels == "skin").sum()
    assert (predictions["p:skin"] == 0).all()
    assert set(predictions["predicted"]) <= {"blood", "brain", "liver"}


def test_a_model_that_adapts_is_told_its_source(simulated_studies, tmp_path):
    labels = simulated_studies.obs["tissue"].to_numpy(str)
    datasets = simulated_studies.obs["dataset"].to_numpy(str)
    first, second, third = np.unique(datasets)
    train, test = np.flatnonzero(datasets != third), np.flatnonzero(datasets == third)
    parts = [Part({"source": name}, train, test, source=(name,)) for name in (first, second)]
    predictions = fit_parts(simulated_studies, labels, parts, ["DA", "logistic"], tmp_path, threads=1)
    by_source = {
        (model, name): table["probability"].to_numpy()
        for (model, name), table in predictions.groupby(["model", "source"])
    }
    np.testing.assert_array_equal(by_source["logistic", first], by_source["logistic", second])
    assert not np.allclose(by_source["DA", first], by_source["DA", second])
    # Half of the datasets as source is the other half as bias: the setting of the model itself says the same.
    samples = TrainingSamples(*inputs_of(simulated_studies, train), datasets[train])
    settings = DomainAdaptationSettings(source_datasets=(first,))
    trained = train_domain_adaptation(samples, settings, 0, 1).classifier
    transform = Transform.fit(simulated_studies[train], SCALED)
    expected = trained.probabilities(transform.apply(simulated_studies[test]).values).max(axis=1)
    np.testing.assert_allclose(by_source["DA", first], expected, rtol=1e-3)


def inputs_of(samples, rows):
    """Inputs, codes and number of classes as a fit has them."""
    classes, codes = np.unique(samples.obs["tissue"].to_numpy(str)[rows], return_inverse=True)
    return Transform.fit(samples[rows], SCALED).apply(samples[rows]).values, codes, len(classes)

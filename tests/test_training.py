"""Training from labelled samples to a bundle: what is learnt, what is left out, what is refused."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import ColumnError, SampleError
from srna_tools.models.domain_adaptation import DomainAdaptationSettings
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.mlp import MlpSettings
from srna_tools.models.random_forest import ForestSettings
from srna_tools.preprocess import Transform, TransformSpecification
from srna_tools.preprocess.catch_all import ClassChoice
from srna_tools.preprocess.specification import PUBLISHED, RANKED, SCALED
from srna_tools.simulate import SimulationSettings, simulate, to_anndata
from srna_tools.training import labelled, train_bundle

SETTINGS = {
    "mlp": MlpSettings((64, 32), (0.2, 0.2), epochs=25),
    "random-forest": ForestSettings(20, 60, 200),
    "logistic": LogisticSettings(),
    "domain-adaptation": DomainAdaptationSettings(mapper=(64,), epochs=100, bias_epochs=100, learning_rate=2e-3),
}
STUDIES = SimulationSettings(studies=4, samples_per_study=32, tissues=("blood", "brain", "liver", "skin"))


@pytest.fixture
def warnings_logged(caplog):
    """Warnings of the package, also after an executable has sent them to stderr."""
    logger = logging.getLogger("srna_tools")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


@pytest.fixture(scope="module")
def training():
    return to_anndata(simulate(STUDIES))


@pytest.fixture(scope="module")
def new_study():
    return to_anndata(simulate(replace(STUDIES, studies=2, first_study=5)))


@pytest.mark.parametrize("kind", SETTINGS)
def test_tissues_are_learnt_and_permuted_labels_are_not(training, new_study, kind):
    """Judged on studies that the training has not seen; four balanced tissues, so that chance is right in a quarter."""
    shuffled = training.copy()
    for rows in shuffled.obs.groupby("dataset").indices.values():
        column = shuffled.obs.columns.get_loc("tissue")
        shuffled.obs.iloc[rows, column] = np.random.default_rng(1).permutation(shuffled.obs["tissue"].iloc[rows])
    accuracy = {}
    for name, samples in (("true", training), ("permuted", shuffled)):
        bundle, _ = train_bundle(samples, "tissue", kind, SETTINGS[kind], threads=2)
        best = bundle.model.probabilities(bundle.transform.apply(new_study).values).argmax(axis=1)
        accuracy[name] = (np.array(bundle.classes)[best] == new_study.obs["tissue"]).mean()
    assert accuracy["true"] > 0.85
    assert accuracy["permuted"] < 0.5


def test_the_bundle_knows_what_it_was_trained_on(training):
    samples = training.copy()
    samples.uns["srna_tools"]["groups"] = {"tissue": json.dumps({"brain": "BTO:0000142", "tongue": "BTO:0001385"})}
    settings = LogisticSettings(C=0.5)
    bundle, _ = train_bundle(samples[:40].copy(), "tissue", "logistic", settings, seed=3, licence="CC0-1.0")
    assert bundle.classes == ("blood", "brain", "liver", "skin")
    assert bundle.ontology_ids == {"brain": "BTO:0000142"}
    assert (bundle.kind, bundle.label, bundle.licence) == ("logistic", "tissue", "CC0-1.0")
    assert bundle.training == {
        "samples": 40, "samples_per_class": dict.fromkeys(bundle.classes, 10),
        "samples_per_dataset": {"study01": 32, "study02": 8}, "datasets_per_class": dict.fromkeys(bundle.classes, 2),
        "resources": ["all"], "seed": 3,
        "settings": {"C": 0.5, "max_iterations": 5000, "balanced": False, "study_effect": "keep"},
    }  # fmt: skip
    json.dumps(bundle.training)


@pytest.mark.parametrize(
    ("kind", "default"),
    [("mlp", PUBLISHED), ("random-forest", PUBLISHED), ("logistic", RANKED), ("domain-adaptation", SCALED)],
)
def test_the_recorded_specification_is_refitted_on_the_training_samples(training, kind, default):
    quick = {
        "mlp": MlpSettings((4,), (0,), epochs=1), "random-forest": ForestSettings(2, 2, 9),
        "domain-adaptation": DomainAdaptationSettings(mapper=(4,), epochs=1),
    }  # fmt: skip
    settings = quick.get(kind, LogisticSettings())
    samples = training[:32].copy()
    assert train_bundle(samples, "tissue", kind, settings)[0].transform.specification == default
    recorded = TransformSpecification(normalisation="clr", scaling="zscore")
    recorded.record(samples)
    transform = train_bundle(samples, "tissue", kind, settings)[0].transform
    assert transform.specification == recorded
    expected = Transform.fit(samples, recorded)
    assert transform.features == expected.features
    np.testing.assert_array_equal(transform.scale.high, expected.scale.high)


def test_samples_without_label_or_reads_are_left_out_and_counted(make_samples, warnings_logged):
    samples = make_samples([[1, 2], [3, 4], [5, 6], [7, 8], [0, 0], [9, 9]], tissue=["a", "b", None, "a", "a", "b"])
    kept, labels = labelled(samples, "tissue", PUBLISHED)
    assert kept.obs_names.tolist() == ["s1", "s2", "s4", "s6"]
    assert labels.tolist() == ["a", "b", "a", "b"]
    assert (
        "1 sample without 'tissue' and 1 sample without reads on the features used are left out of the training"
    ) in warnings_logged.messages
    assert "classes with fewer than 10 samples are trained, but cannot be trusted: a, b" in warnings_logged.messages


def test_samples_without_reads_on_the_types_in_use_are_left_out(make_samples):
    samples = make_samples([[1, 2], [3, 4], [5, 6], [7, 8], [0, 9]], tissue=["a", "b", "a", "b", "b"])
    samples.var["feature_type"] = ["miRNA", "contaminant"]

    kept, _ = labelled(samples, "tissue", PUBLISHED)

    assert kept.obs_names.tolist() == ["s1", "s2", "s3", "s4"]


def test_labels_that_are_numbers_or_have_blanks_are_text(make_samples):
    samples = make_samples(np.ones((5, 2)), grade=[1.0, 2.0, 1.0, 2.0, np.nan], site=["a ", "b", " a", "b", "  "])
    assert labelled(samples, "grade", PUBLISHED)[1].tolist() == ["1", "2", "1", "2"]
    assert labelled(samples, "site", PUBLISHED)[1].tolist() == ["a", "b", "a", "b"]


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (["a"] * 4, SampleError, "holds only 'a' for the samples with reads; at least 2 classes are needed"),
        ([None] * 4, SampleError, "holds nothing for the samples with reads"),
        (["a", "a", "b", "c"], SampleError, "have a single sample, at least 2 are needed: b, c; merge or drop them"),
        (None, ColumnError, "there is no sample column 'tissue'; the columns are: dataset, sex"),
    ],
)
def test_labels_that_do_not_allow_training_are_refused(make_samples, labels, error, message):
    samples = make_samples(np.ones((4, 2)), sex=["f"] * 4)
    if labels:
        samples.obs["tissue"] = labels
    with pytest.raises(error, match=message):
        labelled(samples, "tissue", PUBLISHED)


def test_a_class_that_only_an_empty_sample_has_is_missing(make_samples):
    with pytest.raises(SampleError, match="holds only 'a' for the samples with reads"):
        labelled(make_samples([[1], [2], [0]], tissue=["a", "a", "b"]), "tissue", PUBLISHED)


def test_down_sampling_to_very_few_is_said(training, warnings_logged):
    rare = pd.Series(["rare"] * 3 + ["common"] * 61, index=training.obs_names[:64])
    samples = training[:64].copy()
    samples.obs["class"] = rare
    train_bundle(samples, "class", "random-forest", ForestSettings(2, 2, 9))
    expected = "down-sampling leaves 3 samples a class, the size of the smallest (rare); --no-down-sample keeps all"
    assert expected in warnings_logged.messages


@pytest.mark.parametrize(("measured", "share"), [("all", 0.5), ("any", 1.0)])
def test_features_that_one_resource_lacks_are_used_on_request(training, measured, share):
    """Resource 'narrow' measured every second feature; both ways predict its samples."""
    samples = training.copy()
    narrow = (samples.obs["dataset"] == "study02").to_numpy()
    samples.obs["resource"] = np.where(narrow, "narrow", "wide")
    lacking = np.arange(samples.n_vars) % 2 == 1
    samples.varm["measured"] = pd.DataFrame({"narrow": ~lacking, "wide": True}, index=samples.var_names)
    counts = samples.layers["counts"].tolil()
    counts[np.ix_(narrow, lacking)] = 0
    samples.layers["counts"] = counts.tocsr()
    TransformSpecification(normalisation="rank", max_zero_fraction=1.0, measured=measured).record(samples)
    bundle, _ = train_bundle(samples, "tissue", "logistic", LogisticSettings())
    assert len(bundle.transform.features) / samples.n_vars == pytest.approx(share, abs=0.01)
    replayed = bundle.transform.apply(samples)
    np.testing.assert_allclose(replayed.coverage[narrow], 0.5 / share, atol=0.01)
    assert set(replayed.coverage[~narrow]) == {1.0}
    best = np.array(bundle.classes)[bundle.model.probabilities(replayed.values).argmax(axis=1)]
    assert (best == samples.obs["tissue"])[narrow].mean() > 0.9


def test_a_catch_all_class_is_learnt_and_its_members_are_known(training, new_study):
    samples = training.copy()
    samples.uns["srna_tools"]["groups"] = {"tissue": json.dumps({"brain": "BTO:0000142", "other": "BTO:1"})}
    choice = ClassChoice(("blood", "brain"), "other")
    bundle, _ = train_bundle(samples, "tissue", "logistic", LogisticSettings(), choice=choice)
    assert bundle.classes == ("blood", "brain", "other")
    assert bundle.catch_all == "other"
    assert bundle.training["catch_all"] == {"name": "other", "members": {"liver": 32, "skin": 32}}
    assert bundle.training["samples_per_class"] == {"blood": 32, "brain": 32, "other": 64}
    assert bundle.ontology_ids == {"brain": "BTO:0000142"}
    truth = new_study.obs["tissue"].to_numpy(str)
    expected = np.where(np.isin(truth, ["liver", "skin"]), "other", truth)
    best = bundle.model.probabilities(bundle.transform.apply(new_study).values).argmax(axis=1)
    assert (np.array(bundle.classes)[best] == expected).mean() > 0.85


def test_samples_without_reads_do_not_count_for_the_size_of_a_class(make_samples):
    """'b' has 10 samples, of which one has no reads; 'c' has enough."""
    counts = np.ones((40, 2))
    counts[20] = 0
    labels, datasets = [*"a" * 20, *"b" * 10, *"c" * 10], ["x", "y"] * 20
    samples = make_samples(counts, tissue=labels, dataset=datasets)
    _, classes = labelled(samples, "tissue", PUBLISHED, ClassChoice(catch_all="other"))
    assert classes.value_counts().to_dict() == {"a": 20, "c": 10, "other": 9}


def test_labels_that_are_not_named_are_left_out_and_counted(training, warnings_logged):
    kept, classes = labelled(training, "tissue", PUBLISHED, ClassChoice(("skin", "blood")))
    assert sorted(set(classes)) == ["blood", "skin"]
    assert classes.tolist() == kept.obs["tissue"].tolist()
    assert (
        "64 samples of 2 labels that --classes does not name are left out of the training: brain, liver"
    ) in warnings_logged.messages


QUICK_ADAPTATION = DomainAdaptationSettings(mapper=(4,), epochs=1, bias_epochs=1)


def test_a_resource_names_all_its_datasets_and_the_bundle_records_the_domains(training):
    samples = training.copy()
    samples.obs["resource"] = np.where(samples.obs["dataset"].isin(["study02", "study03"]), "second", "first")
    samples.varm["measured"] = pd.DataFrame(True, index=samples.var_names, columns=["first", "second"])
    settings = replace(QUICK_ADAPTATION, bias_datasets=("second",))
    bundle, _ = train_bundle(samples, "tissue", "domain-adaptation", settings)
    assert bundle.training["domains"] == {
        "source": {"study01": 32, "study04": 32}, "bias": {"study02": 32, "study03": 32},
    }  # fmt: skip
    json.dumps(bundle.training)


@pytest.mark.parametrize("name", ["source_datasets", "bias_datasets"])
def test_domains_that_no_training_sample_has_are_refused(training, name):
    settings = replace(QUICK_ADAPTATION, **{name: ("study01", "GSE1")})
    with pytest.raises(SampleError, match=r"no dataset or resource has the name GSE1, .*resources are: all; the datas"):
        train_bundle(training, "tissue", "domain-adaptation", settings)


def test_classes_without_bias_samples_are_named(training, warnings_logged):
    samples = training[~((training.obs["tissue"] == "skin") & (training.obs["dataset"] != "study01"))].copy()
    train_bundle(samples, "tissue", "domain-adaptation", QUICK_ADAPTATION)
    assert "the bias datasets lack 1 class (skin): nothing adapts the model for them" in warnings_logged.messages

"""What the report says of a model that was judged, and of one that was not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srna_tools.report.model_facts import facts_of

FIGURES = {
    "scheme": "dataset-out", "samples": 727, "datasets": 39, "msa": 0.825, "mca": 0.765, "mean_dataset_accuracy": 0.852,
}  # fmt: skip
CALIBRATION = {"scheme": "dataset-out", "temperature": 3.9246, "ece": 0.1778, "calibrated_ece": 0.0962}


@pytest.fixture
def facts(bundle_of_kind):
    def make(**parts):
        return dict(facts_of("model", replace(bundle_of_kind("logistic"), **parts)).facts)

    return make


def test_figures_and_calibration_in_words(facts):
    found = facts(evaluation=FIGURES, calibration=CALIBRATION)
    assert found["Tested on held-out data"] == (
        "one dataset out: each study predicted by a model that never saw it: 82.5 % of 727 samples predicted right; "
        "mean of the classes 76.5 %, mean of 39 datasets 85.2 %"
    )
    assert found["Calibration"] == (
        "probabilities softened by the temperature 3.92; on unseen samples their mean error (ECE) was 0.178 without "
        "and 0.096 with it (one dataset out: each study predicted by a model that never saw it)"
    )
    assert "sharpened by the temperature 0.50" in facts(calibration={"temperature": 0.5})["Calibration"]


def test_a_model_that_was_chosen_says_among_how_many(facts):
    found = facts(evaluation=FIGURES | {"chosen_among": 8})["Tested on held-out data"]
    assert found.endswith("mean of 39 datasets 85.2 %; chosen among 8 models by such figures, so a little too good")
    assert "chosen" not in facts(evaluation=FIGURES)["Tested on held-out data"]
    assert "chosen" not in facts(evaluation=FIGURES | {"chosen_among": 1})["Tested on held-out data"]


def test_random_folds_say_what_they_are(facts):
    assert (
        "random folds: says nothing about new studies"
        in facts(evaluation=FIGURES | {"scheme": "kfold"})["Tested on held-out data"]
    )


def test_what_was_never_judged_says_so(facts):
    found = facts(evaluation={}, calibration={})
    assert found["Calibration"] == "none: the probabilities are those of the model itself"
    assert found["Tested on held-out data"] == "the bundle has no record of a test on held-out samples"


def test_the_domains_of_an_adapted_network_in_words(facts):
    domains = {"source": {"GSE1": 40, "TCGA": 1000}, "bias": {"GSE2": 1}}
    found = facts(training={"samples": 1041, "domains": domains}, kind="domain-adaptation")
    assert found["Kind"] == "neural network adapted to the bias of datasets (siamese domain adaptation)"
    assert found["Domains"] == "source: 1,040 samples of GSE1, TCGA; bias: 1 sample of GSE2"
    alone = facts(training={"domains": {"source": {"GSE1": 40}, "bias": {}}})["Domains"]
    assert alone == "source: 40 samples of GSE1; bias: 0 samples of no dataset"
    assert "Domains" not in facts(training={"samples": 30})


def test_a_model_of_numbers_says_its_range_and_its_error(bundle_of_kind):
    training = {"settings": {"features_per_class": 0}, "chosen": {"features": 25}, "seed": 1}
    described = facts_of("model", replace(bundle_of_kind("linear-numeric"), training=training))
    found = dict(described.facts)
    assert found["Kind"] == "linear model of a number: the nearest profile along natural splines"
    assert found["Predicts"] == "tissue: a number from 20 to 80, the range of the training samples"
    assert found["Settings"] == "features 25 (chosen by cross-validation); seed 1"
    assert found["Tested on held-out data"] == (
        "folds of whole groups: each predicted by a model that saw none of them: on 28 held-out samples half of the "
        "predictions were off by at most 4.25 (always saying the median: 11); correlation with the truth 0.81"
    )
    assert "Calibration" not in found
    assert described.classes == []


def test_what_the_training_chose_stands_instead_of_what_was_not_given(bundle_of_kind):
    for given, chosen, text in (
        (0, {"chosen": {"features_per_class": 50}}, "features per class 50 (chosen by cross-validation)"),
        (30, {}, "features per class 30"),
    ):
        bundle = replace(bundle_of_kind("linear"), training={"settings": {"features_per_class": given}} | chosen)
        assert dict(facts_of("model", bundle).facts)["Settings"] == text


def test_the_catch_all_class_in_words(facts):
    found = facts(training={"catch_all": {"name": "brain", "members": {"ear": 3, "nose": 4}}})
    assert found["Catch-all class"] == (
        "'brain' stands for 2 labels (ear, nose); a sample that is most like it is of none of the other classes, and "
        "predicted as 'unknown'"
    )
    assert "Catch-all class" not in facts(training={})


def test_self_training_in_words(facts):
    learnt = {
        "added": 30, "added_per_class": {"blood": 10, "brain": 20}, "min_confidence": 0.9, "msa_before": 0.8,
        "msa_after": 0.85, "mca_before": 0.7, "mca_after": 0.69,
    }  # fmt: skip
    later = {"before_self_training": True}
    found = facts(training={"self_training": learnt}, evaluation=FIGURES | later, calibration=CALIBRATION | later)
    assert found["Self-training"] == (
        "30 samples of those it was trained on had no label, but were predicted with a probability of at least 0.9 "
        "(blood 10; brain 20); on labelled samples left out, 80.0 % were predicted right without and 85.0 % with them; "
        "mean of the classes 70.0 % and 69.0 %"
    )
    assert found["Tested on held-out data"].endswith("mean of 39 datasets 85.2 %; of the model before self-training")
    assert found["Calibration"].endswith("; of the model before self-training")
    assert "Self-training" not in facts(training={"self_training": {"added": 0}})


def test_a_class_with_few_true_labels_is_warned_of_however_many_were_added(bundle_of_kind):
    training = {"samples_per_class": {"blood": 14, "brain": 14}, "self_training": {"added_per_class": {"blood": 7}}}
    warning = facts_of("model", replace(bundle_of_kind("logistic"), training=training)).warning
    assert warning == "Fewer than 10 training samples, so not to be trusted: blood."

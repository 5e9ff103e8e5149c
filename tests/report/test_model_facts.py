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


def test_random_folds_say_what_they_are(facts):
    assert (
        "random folds: says nothing about new studies"
        in facts(evaluation=FIGURES | {"scheme": "kfold"})["Tested on held-out data"]
    )


def test_what_was_never_judged_says_so(facts):
    found = facts(evaluation={}, calibration={})
    assert found["Calibration"] == "none: the probabilities are those of the model itself"
    assert found["Tested on held-out data"] == "the bundle has no record of a test on held-out samples"


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

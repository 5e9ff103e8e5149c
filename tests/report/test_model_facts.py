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


def test_the_domains_of_an_adapted_network_in_words(facts):
    domains = {"source": {"GSE1": 40, "TCGA": 1000}, "bias": {"GSE2": 1}}
    found = facts(training={"samples": 1041, "domains": domains}, kind="domain-adaptation")
    assert found["Kind"] == "neural network adapted to the bias of datasets (siamese domain adaptation)"
    assert found["Domains"] == "source: 1,040 samples of GSE1, TCGA; bias: 1 sample of GSE2"
    alone = facts(training={"domains": {"source": {"GSE1": 40}, "bias": {}}})["Domains"]
    assert alone == "source: 40 samples of GSE1; bias: 0 samples of no dataset"
    assert "Domains" not in facts(training={"samples": 30})

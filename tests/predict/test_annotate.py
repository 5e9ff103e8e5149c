"""From samples and a bundle to one judged row a sample."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import BundleError, SampleError
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.models.class_means import ClassMeans
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.spline_profiles import SplineProfiles
from srna_tools.predict.annotate import COLUMNS, annotate, require_usable, write_into
from srna_tools.predict.answers import best_numbers
from srna_tools.predict.many import Annotations
from srna_tools.predict.status import Thresholds
from srna_tools.preprocess import Transform, TransformSpecification
from srna_tools.training import train_bundle

DEFAULT = Thresholds()
HELD_OUT = {
    "scheme": "group-kfold", "samples": 28, "datasets": 3, "median_absolute_error": 4.25,
    "median_absolute_error_of_the_median": 11.0, "pearson": 0.8123,
}  # fmt: skip


def softmax_of_shares(first, slope=10.0):
    """Probabilities of a sample with this share of its reads on the first of two features, by the logistic function."""
    better = 1 / (1 + np.exp(-slope * (2 * first - 1)))
    return better, 1 - better


def test_every_column_by_hand(make_samples, make_bundle):
    samples = make_samples([[90, 10], [49, 51], [20, 80], [0, 0]], absent="zero")
    annotation = annotate(samples, make_bundle(), DEFAULT)
    table = annotation.table.set_index("sample")
    assert tuple(annotation.table.columns) == COLUMNS
    assert table["label"].tolist() == ["brain", "liver", "liver", ""]
    assert table["runner_up"].tolist() == ["liver", "brain", "brain", ""]
    assert table["status"].tolist() == ["ok", "ambiguous", "ok", "low_quality"]
    for sample, share in (("s1", 0.9), ("s2", 0.51), ("s3", 0.8)):
        high, low = softmax_of_shares(share)
        assert table.loc[sample, "probability"] == pytest.approx(high, abs=1e-6)
        assert table.loc[sample, "margin"] == pytest.approx(high - low, abs=1e-6)
    assert table.loc["s4", ["probability", "margin"]].isna().all()
    assert table["coverage"].tolist() == [1, 1, 1, 0]
    assert table.loc["s4", "reason"] == "no reads of the kinds of RNA that the model uses"
    np.testing.assert_allclose(annotation.probabilities.loc["s1"], [*softmax_of_shares(0.9), 0], atol=1e-6)
    assert annotation.clipped.tolist() == [0, 0, 0, 0]


def test_the_label_is_the_best_class_whatever_the_status(make_samples, make_bundle):
    samples = make_samples([[51, 49]], absent="zero")
    for thresholds, status in (
        (Thresholds(min_depth=1000), "low_quality"),
        (Thresholds(min_probability=0.99), "unknown"),
        (Thresholds(min_margin=0.99, min_probability=0.0), "ambiguous"),
        (Thresholds(min_margin=0.0), "ok"),
    ):
        row = annotate(samples, make_bundle(), thresholds).table.iloc[0]
        assert (row["label"], row["runner_up"], row["status"]) == ("brain", "liver", status)


def test_coverage_of_sparse_sources_is_the_share_of_reads_on_known_names(make_samples, make_bundle):
    names = ["hsa-miR-1-5p", "hsa-miR-77"]
    table = annotate(make_samples([[50, 50], [49, 51]], names, absent="zero"), make_bundle(), DEFAULT).table
    assert table["coverage"].tolist() == [0.5, 0.49]
    assert table["status"].tolist() == ["ok", "unknown"]


def test_coverage_of_full_tables_is_the_share_of_measured_features(make_samples, make_bundle):
    full = {"absent": "unmeasured"}
    samples = make_samples([[1, 99]], ["hsa-miR-1-5p", "hsa-miR-77"], **full)
    assert annotate(samples, make_bundle(**full), DEFAULT).table["coverage"].tolist() == [0.5]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["hsa-mir-1-1", "hsa-mir-2"], "the samples have miRBase stem-loop names (hsa-mir-1-1), the model expects "
                                       "miRBase mature names (hsa-miR-1-5p)"),
        (["MIMAT0000001", "MIMAT0000002"], "the samples have miRBase accessions (MIMAT0000001), the model expects"),
        (["hsa-miR-8-5p", "hsa-miR-9-5p"], "both use miRBase mature names, but most reads lie on names that the"),
    ],
)  # fmt: skip
def test_low_coverage_names_both_naming_schemes(make_samples, make_bundle, names, reason):
    row = annotate(make_samples([[5, 5]], names, absent="zero"), make_bundle(), DEFAULT).table.iloc[0]
    assert (row["status"], row["coverage"]) == ("unknown", 0)
    assert {row["label"], row["runner_up"]} == {"brain", "liver"}
    assert row["reason"].startswith(f"coverage 0.00 is below 0.5: {reason}")


def test_the_result_of_a_sample_depends_neither_on_the_others_nor_on_their_order(simulated_studies):
    bundle, _ = train_bundle(simulated_studies[:32].copy(), "tissue", "logistic", LogisticSettings())
    together = annotate(simulated_studies, bundle, DEFAULT)
    backwards = annotate(simulated_studies[::-1], bundle, DEFAULT)
    pd.testing.assert_frame_equal(backwards.table.iloc[::-1].reset_index(drop=True), together.table, check_exact=True)
    for row in (0, 31, 47):
        alone = annotate(simulated_studies[[row]], bundle, DEFAULT)
        pd.testing.assert_series_equal(alone.table.iloc[0], together.table.iloc[row], check_names=False)
        assert alone.probabilities.iloc[0].tolist() == together.probabilities.iloc[row].tolist()


@pytest.mark.parametrize(
    ("values", "rpm", "are"),
    [([90, 10], True, "reads per million"), ([90.5, 9.5], False, "fractional, not whole numbers")],
)
def test_a_depth_threshold_is_refused_for_values_that_are_no_counts(make_samples, make_bundle, values, rpm, are):
    samples = make_samples([values], rpm=rpm, absent="zero")
    with pytest.raises(SampleError, match=f"--min-depth needs counts, but the values of all are {are}; leave it out"):
        annotate(samples, make_bundle(), Thresholds(min_depth=2))
    assert annotate(samples, make_bundle(), DEFAULT).table["status"].tolist() == ["ok"]


def test_weights_that_overflow_are_refused(make_samples, make_bundle):
    sound = make_bundle()
    huge = np.full((2, 2), 3e38, dtype=np.float32), np.zeros(2, dtype=np.float32)
    broken = Bundle("mlp", "tissue", ("a", "b"), DenseNetwork((huge, huge)), sound.transform)
    with pytest.raises(BundleError, match="weights so large that they overflow"):
        annotate(make_samples([[50, 50]], absent="zero"), broken, DEFAULT)


def test_a_run_needs_one_usable_sample(make_samples, make_bundle):
    some = annotate(make_samples([[5, 5], [0, 0]], absent="zero"), make_bundle(), DEFAULT)
    require_usable(some)
    none = annotate(make_samples([[0, 0], [0, 0]], absent="zero"), make_bundle(), DEFAULT)
    with pytest.raises(
        SampleError, match=r"none of the 2 samples can be used \(s1, s2\): no reads of the kinds of RNA"
    ):
        require_usable(none)


def test_predictions_are_added_to_the_samples_and_no_column_is_overwritten(make_samples, make_bundle, tmp_path):
    samples = make_samples([[90, 10], [0, 0]], absent="zero", tissue=["skin", "skin"], predicted_tissue=["mine", "own"])
    before = samples.obs.copy()
    first = write_into(samples, annotate(samples, make_bundle(), DEFAULT), "first", DEFAULT)
    strict = Thresholds(min_probability=0.9)
    second = write_into(samples, annotate(samples, make_bundle(slope=-10.0), strict), "second", strict)
    write_samples(samples, tmp_path / "annotated.h5ad")
    samples = read_samples(tmp_path / "annotated.h5ad")
    assert first[0] == "predicted_tissue2"
    assert second[0] == "predicted_tissue3"
    assert samples.obs["predicted_tissue2"].tolist() == ["brain", ""]
    assert samples.obs["predicted_tissue3"].tolist() == ["liver", ""]
    assert samples.obs["predicted_tissue2_status"].tolist() == ["ok", "low_quality"]
    pd.testing.assert_frame_equal(samples.obs[before.columns].astype(object), before.astype(object))
    recorded = json.loads(samples.uns["srna_tools"]["predictions"])
    assert {prefix: entry["model"] for prefix, entry in recorded.items()} == {
        "predicted_tissue2": "first", "predicted_tissue3": "second",
    }  # fmt: skip
    assert recorded["predicted_tissue3"]["columns"] == second
    assert recorded["predicted_tissue3"]["min_probability"] == 0.9
    steps = schema.history_of(samples)
    assert [(step["step"], step["parameters"]["model"]) for step in steps] == [
        ("srna-predict", "first"), ("srna-predict", "second"),
    ]  # fmt: skip


@pytest.fixture
def mixture_of(make_samples):
    """Make a linear model of two classes, each all of one feature, and one of nothing; the third feature is unused."""

    def make():
        training = make_samples([[100, 0, 0], [0, 100, 0], [0, 0, 100]], absent="zero")
        transform = Transform.fit(training, TransformSpecification(max_zero_fraction=1.0, scaling="none"))
        model = ClassMeans(np.arange(2, dtype=np.int32), np.array([[1e6, 0, 0], [0, 1e6, 0]]), 3)
        return Bundle("linear", "tissue", ("brain", "liver", "skin"), model, transform)

    return make


def test_a_sample_that_resembles_no_class_is_unknown_and_has_no_label(make_samples, mixture_of):
    samples = make_samples([[70, 30, 0], [0, 0, 100], [10, 0, 90], [0, 0, 0]], absent="zero")
    thresholds = Thresholds(min_probability=0.0, min_margin=0.0)
    bundle = replace(mixture_of(), calibration={"temperature": 2.0})
    for model, share in ((mixture_of(), 0.7), (bundle, 0.7**0.5 / (0.7**0.5 + 0.3**0.5))):
        annotation = annotate(samples, model, thresholds)
        table = annotation.table
        assert table["label"].tolist() == ["brain", "", "brain", ""]
        assert table["runner_up"].tolist() == ["liver", "", "liver", ""]
        assert table["status"].tolist() == ["ok", "unknown", "ok", "low_quality"]
        assert table["reason"][1] == "the sample resembles no class: the projection gave every class weight 0"
        assert table["probability"][0] == pytest.approx(share, abs=1e-5)
        np.testing.assert_allclose(annotation.probabilities.iloc[1], 1 / 3)


@pytest.fixture
def age_model(make_samples):
    """A model that reads the age off the share of the first of two features: 20 with nothing, 70 with everything."""
    training = make_samples([[0, 100], [100, 0], [50, 50]], absent="zero")
    transform = Transform.fit(training, TransformSpecification(max_zero_fraction=1.0, scaling="none"))
    grid = np.linspace(20, 70, 101)
    profiles = ((grid - 20) / 50 * 1e6)[:, None]
    model = SplineProfiles(np.array([0], np.int32), grid, profiles, np.ones(1), 2)
    return Bundle("linear-numeric", "age", (), model, transform, evaluation=HELD_OUT)


def test_numbers_are_labels_without_probability(make_samples, age_model, tmp_path):
    samples = make_samples([[25, 75], [100, 0], [0, 0], [30, 70]], absent="zero")
    annotation = annotate(samples, age_model, Thresholds(min_depth=50))
    table = annotation.table
    assert tuple(table.columns) == COLUMNS
    assert table["label"].tolist() == ["32.5", "70", "", "35"]
    assert table[["probability", "margin"]].isna().all(axis=None)
    assert set(table["runner_up"]) == {""}
    assert table["coverage"].tolist() == [1, 1, 0, 1]
    assert table["status"].tolist() == ["ok", "ok", "low_quality", "ok"]
    assert table["reason"].tolist()[::3] == ["", ""]
    assert table["reason"][1] == "at an end of the training range, 20 to 70: the truth may lie beyond"
    assert annotation.probabilities.shape == (4, 0)
    assert write_into(samples, annotation, "m", Thresholds())[0] == "predicted_age"
    write_samples(samples, tmp_path / "s.h5ad")
    assert read_samples(tmp_path / "s.h5ad").obs["predicted_age"].tolist()[:2] == [32.5, 70.0]


def test_numbers_of_samples_that_the_model_hardly_covers_are_unknown(make_samples, age_model):
    table = annotate(make_samples([[20, 80]], ["hsa-miR-1-5p", "hsa-miR-77"], absent="zero"), age_model, DEFAULT).table
    assert table["status"].tolist() == ["unknown"]
    assert table["reason"][0].startswith("coverage 0.20 is below 0.5")


def test_the_error_on_held_out_samples_is_said_once(make_samples, age_model):
    samples = make_samples([[25, 75]], absent="zero")
    said = "on 28 held-out samples half of the predictions were off by at most 4.25 (always saying the median: 11); "
    lines = Annotations({"m": annotate(samples, age_model, DEFAULT)}).summary()
    assert f"note: {said}correlation with the truth 0.81" in lines
    for evaluation in ({}, HELD_OUT | {"pearson": "high"}, HELD_OUT | {"samples": float("nan")}):
        unknown = annotate(samples, replace(age_model, evaluation=evaluation), DEFAULT)
        assert unknown.held_out == ""
        assert not [line for line in Annotations({"m": unknown}).summary() if "held-out" in line]


@pytest.mark.parametrize(
    ("number", "text"),
    [(123.456, "123.5"), (12345.6, "12350"), (70.0, "70"), (0.000012344, "0.00001234"), (-3.0, "-3")],
)
def test_numbers_have_four_significant_digits_and_no_exponent(number, text):
    model = SplineProfiles(np.zeros(1, np.int32), np.array([number]), np.zeros((1, 1)), np.ones(1), 1)
    assert best_numbers(model, np.zeros((1, 1))).label.tolist() == [text]


def test_a_sample_most_like_the_catch_all_class_is_unknown(make_samples, make_bundle):
    bundle = replace(make_bundle(), training={"catch_all": {"name": "liver", "members": {"bile": 3}}})
    table = annotate(make_samples([[90, 10], [10, 90], [0, 0]], absent="zero"), bundle, DEFAULT).table
    assert table["label"].tolist() == ["brain", "liver", ""]
    assert table["status"].tolist() == ["ok", "unknown", "low_quality"]
    assert table["reason"][1] == "most like the catch-all class 'liver': none of the model's 2 named classes"

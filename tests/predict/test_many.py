"""Several models on the same samples."""

from __future__ import annotations

import pytest

from srna_tools.bundle import save_bundle
from srna_tools.errors import SampleError
from srna_tools.predict.annotate import COLUMNS
from srna_tools.predict.many import annotate_with_all
from srna_tools.predict.status import Thresholds


@pytest.fixture
def models(make_bundle, tmp_path):
    save_bundle(make_bundle(), tmp_path / "tissue")
    save_bundle(make_bundle("sex", classes=("female", "male")), tmp_path / "sex")
    return {name: tmp_path / name for name in ("tissue", "sex")}


def test_one_model_gives_no_model_column(make_samples, models):
    samples = make_samples([[90, 10], [10, 90]], absent="zero")
    annotations = annotate_with_all(samples, {"tissue": models["tissue"]}, Thresholds())
    assert tuple(annotations.table().columns) == COLUMNS
    assert annotations.probabilities().columns.tolist() == ["sample", "p:brain", "p:liver", "p:skin"]


def test_several_models_are_told_apart_by_a_model_column(make_samples, models):
    samples = make_samples([[90, 10], [10, 90]], absent="zero")
    annotations = annotate_with_all(samples, models, Thresholds())
    table = annotations.table()
    assert tuple(table.columns) == ("model", *COLUMNS)
    assert table["model"].tolist() == ["tissue", "tissue", "sex", "sex"]
    assert table["sample"].tolist() == ["s1", "s2"] * 2
    assert table["label"].tolist() == ["brain", "liver", "female", "male"]
    probabilities = annotations.probabilities()
    assert probabilities.columns.tolist() == ["model", "sample", "p:brain", "p:liver", "p:skin", "p:female", "p:male"]
    assert probabilities.loc[probabilities["model"] == "sex", ["p:brain", "p:liver", "p:skin"]].isna().all(axis=None)
    assert probabilities.filter(like="p:").sum(axis=1).tolist() == pytest.approx([1] * 4)


def test_the_summary_counts_each_status(make_samples, models):
    samples = make_samples([[90, 10], [50, 50], [0, 0], [40, 10]], absent="zero")
    lines = annotate_with_all(samples, models, Thresholds()).summary()
    assert lines == [
        "tissue: tissue of 4 samples predicted: 2 ok, 1 ambiguous, 1 low_quality; "
        "0.0% of the values lie outside the training range (clipped)",
        "note: 3 samples predicted from fewer than 10,000 reads; --min-depth 10000 would refuse that",
        "sex: sex of 4 samples predicted: 2 ok, 1 ambiguous, 1 low_quality; "
        "0.0% of the values lie outside the training range (clipped)",
        "note: 3 samples predicted from fewer than 10,000 reads; --min-depth 10000 would refuse that",
    ]


def test_a_model_with_which_no_sample_is_usable_ends_the_run(make_samples, models):
    with pytest.raises(SampleError, match="none of the 1 samples can be used"):
        annotate_with_all(make_samples([[0, 0]], absent="zero"), models, Thresholds())

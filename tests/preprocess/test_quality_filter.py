"""Samples and features filtered together: the contract holds afterwards, and the table tells of everyone."""

from __future__ import annotations

import pandas as pd
import pytest

from srna_tools import schema
from srna_tools.errors import SampleError
from srna_tools.preprocess.keep_features import FeatureCriteria
from srna_tools.preprocess.keep_samples import SampleCriteria
from srna_tools.preprocess.quality_filter import filter_samples

NAMES = ["hsa-miR-1", "hsa-miR-2", "piR-1"]
COUNTS = [[90, 10, 0], [0, 0, 7], [1, 1, 0]]


@pytest.fixture
def samples(make_samples):
    measured = pd.DataFrame({"a": [True, True, False], "b": [True, True, True]}, index=NAMES)
    types = ["miRNA", "miRNA", "piRNA"]
    return make_samples(COUNTS, NAMES, types, resource=["a", "b", "a"], measured=measured, dataset=["x", "y", "x"])


def test_the_report_alone_changes_nothing(samples, make_samples):
    filtered = filter_samples(samples, SampleCriteria(), FeatureCriteria())
    assert filtered.samples.layers["counts"].toarray().tolist() == COUNTS
    pd.testing.assert_frame_equal(filtered.samples.obs, samples.obs)
    pd.testing.assert_frame_equal(filtered.samples.var, samples.var)
    assert filtered.quality["kept"].tolist() == ["yes"] * 3
    assert filtered.lines == ("kept 3 of 3 samples (2 datasets) and 3 of 3 features",)


def test_quality_is_judged_on_all_features_and_told_of_all_samples(samples):
    filtered = filter_samples(samples, SampleCriteria(min_depth=5), FeatureCriteria(feature_types=("miRNA",)))
    assert filtered.quality["reads"].tolist() == [100, 7, 2]
    assert filtered.quality["kept"].tolist() == ["yes", "yes", "no"]
    assert filtered.quality["reason"].tolist() == ["", "", "2 reads, fewer than 5"]
    assert filtered.quality.columns[-2:].tolist() == ["kept", "reason"]
    assert filtered.samples.obs["quality_flag"].tolist() == ["", "no reads"]
    assert filtered.lines == (
        "--min-depth 5: 1 of 3 samples left out: s3",
        "--feature-types miRNA: 1 of 3 features left out",
        "1 sample without reads kept and flagged: s2",
        "kept 2 of 3 samples (2 datasets) and 2 of 3 features",
    )


def test_resources_without_samples_are_forgotten(samples):
    filtered = filter_samples(samples, SampleCriteria(where="resource == 'a'"), FeatureCriteria(measured_in="all"))
    assert list(schema.measured_of(filtered.samples)) == ["a"]
    assert schema.values_of(filtered.samples) == {"a": "counts"}
    assert filtered.samples.var_names.tolist() == NAMES[:2]


def test_features_without_a_single_read_are_refused(samples):
    with pytest.raises(SampleError, match=r"none of the 2 samples has reads \(s1, s3\)"):
        filter_samples(samples, SampleCriteria(where="dataset == 'x'"), FeatureCriteria(feature_types=("piRNA",)))

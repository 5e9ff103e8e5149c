"""The Transform where resources measured different features: not measured is not zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import SampleError
from srna_tools.preprocess import Transform, TransformSpecification
from srna_tools.preprocess.specification import PUBLISHED

KEEP_ALL = {"max_zero_fraction": 1.0}
RAW = TransformSpecification(normalisation="rpm", scaling="none", **KEEP_ALL)
TWO_RESOURCES = pd.DataFrame(
    {"one": [True, True, True], "two": [True, False, True]}, index=[f"hsa-miR-{number}-5p" for number in (1, 2, 3)]
)


def test_the_zero_filter_counts_only_samples_whose_resource_measured_the_feature(make_samples):
    samples = make_samples(
        [[1, 1, 0], [1, 1, 1], [1, 0, 0], [1, 0, 1]], resource=["one", "one", "two", "two"], measured=TWO_RESOURCES
    )
    kept = Transform.fit(samples, TransformSpecification(measured="any")).features
    assert kept == ("hsa-miR-1-5p", "hsa-miR-2-5p")


@pytest.mark.parametrize(("measured", "kept"), [("all", [1, 3]), ("any", [1, 2, 3])])
def test_features_of_all_resources_or_of_any(make_samples, measured, kept):
    samples = make_samples([[1, 1, 4], [1, 5, 1], [1, 0, 3]], resource=["one", "one", "two"], measured=TWO_RESOURCES)
    transform = Transform.fit(samples, TransformSpecification(measured=measured))
    assert transform.features == tuple(f"hsa-miR-{number}-5p" for number in kept)


def test_features_that_were_not_measured_take_the_training_median(make_samples):
    """A tenth, two tenths and six tenths of the reads: the median is 200,000, and zero is something else."""
    training = make_samples([[90, 10], [80, 20], [40, 60]])
    transform = Transform.fit(training, RAW)
    unmeasured = transform.apply(make_samples([[7]], ["hsa-miR-1-5p"], absent="unmeasured"))
    assert unmeasured.values.tolist() == [[9e5, 2e5]]
    assert unmeasured.coverage.tolist() == [0.5]
    absent = transform.apply(make_samples([[7]], ["hsa-miR-1-5p"], absent="zero"))
    assert absent.values.tolist() == [[9e5, 1e5]]  # zero reads, clipped to the training range
    assert (absent.coverage.tolist(), absent.clipped.tolist()) == ([1.0], [2])


def test_the_median_is_that_of_the_samples_that_measured_the_feature(make_samples):
    samples = make_samples(
        [[50, 10, 40], [50, 30, 20], [90, 0, 10]], resource=["one", "one", "two"], measured=TWO_RESOURCES
    )
    transform = Transform.fit(samples, TransformSpecification(measured="any", scaling="none", **KEEP_ALL))
    assert transform.median.tolist() == [5e5, 2e5, 2e5]
    assert transform.apply(samples).values[2].tolist() == [9e5, 2e5, 1e5]


def test_the_gini_coefficient_is_that_of_the_samples_that_measured_the_feature(make_samples):
    """Counted as zeros, the samples of resource two would make feature 2 look uneven."""
    samples = make_samples(
        [[50, 25, 25], [50, 25, 25], [50, 0, 50], [90, 0, 10]], resource=["one", "one", "two", "two"],
        measured=TWO_RESOURCES,
    )  # fmt: skip
    specification = TransformSpecification(measured="any", gini=(0.0, 1e-9), **KEEP_ALL)
    assert Transform.fit(samples, specification).features == ("hsa-miR-2-5p",)


def test_contaminants_that_new_samples_came_without_were_not_measured(make_samples):
    names, types = ["hsa-miR-1-5p", "hsa-miR-2-5p", "taxon a", "taxon b"], ["miRNA"] * 2 + ["contaminant"] * 2
    training = make_samples([[5, 5, 2, 8], [8, 2, 4, 6], [8, 2, 9, 1]], names, types, absent="zero")
    specification = TransformSpecification(feature_types=("miRNA", "contaminant"), scaling="none")
    transform = Transform.fit(training, specification)
    replayed = transform.apply(training[:, :2].copy())
    np.testing.assert_allclose(replayed.values[0], [5e5, 5e5, 4e5, 6e5])
    assert replayed.coverage.tolist() == [0.5] * 3
    assert transform.apply(training).coverage.tolist() == [1.0] * 3


def test_coverage_is_the_share_of_reads_on_known_names_where_absent_means_zero(make_samples):
    transform = Transform.fit(make_samples([[30, 70], [60, 40]], absent="zero"), PUBLISHED)
    new = make_samples([[1, 3], [4, 0], [0, 4], [0, 0]], ["hsa-miR-1-5p", "hsa-mir-1"], absent="zero")
    assert transform.apply(new).coverage.tolist() == [0.25, 1, 0, 0]


def test_coverage_is_the_share_of_measured_features_of_full_tables(make_samples):
    transform = Transform.fit(make_samples(np.arange(1, 9).reshape(2, 4)), PUBLISHED)
    new = make_samples([[0, 5, 9]], ["hsa-miR-1-5p", "hsa-miR-2-5p", "hsa-miR-9-5p"])
    assert transform.apply(new).coverage.tolist() == [0.5]


def test_names_that_the_training_knew_but_dropped_count_as_covered(make_samples):
    training = make_samples([[30, 0], [60, 0]], absent="zero")
    transform = Transform.fit(training, PUBLISHED)
    assert transform.features == ("hsa-miR-1-5p",)
    assert transform.apply(make_samples([[1, 3]], absent="zero")).coverage.tolist() == [1.0]


MIXED = ["hsa-miR-1-5p", "hsa-miR-2-5p", "taxon"]
MIXED_TYPES = ["miRNA", "miRNA", "contaminant"]
BOTH = TransformSpecification(feature_types=("miRNA", "contaminant"), max_zero_fraction=1.0)


def test_contaminants_are_neither_depth_nor_coverage(make_samples):
    transform = Transform.fit(make_samples([[5, 5, 9], [8, 2, 3]], MIXED, MIXED_TYPES, absent="zero"), BOTH)
    new = make_samples(
        [[10, 10, 100, 7], [0, 0, 50, 0]], [*MIXED, "taxon never seen"], [*MIXED_TYPES, "contaminant"], absent="zero"
    )

    inputs = transform.apply(new)

    assert inputs.depth.tolist() == [20, 0]
    assert inputs.coverage.tolist() == [1, 0]


def test_reads_on_the_model_features_are_counted_apart_from_depth(make_samples):
    training = make_samples([[5, 5, 0], [8, 2, 0]], absent="zero")
    transform = Transform.fit(training, TransformSpecification())

    inputs = transform.apply(make_samples([[0, 0, 30], [1, 0, 30]], absent="zero"))

    assert (inputs.depth.tolist(), inputs.model_reads.tolist()) == ([30, 31], [0, 1])


def test_a_type_that_was_asked_for_and_is_not_used_is_said(make_samples, caplog):
    samples = make_samples([[5, 5, 0], [8, 2, 0]], MIXED, MIXED_TYPES, absent="zero")
    with caplog.at_level("WARNING", logger="srna_tools"):
        Transform.fit(samples, TransformSpecification(feature_types=("miRNA", "contaminant")))
    assert "no feature of the type contaminant is used" in caplog.text


def test_samples_of_another_species_are_told_so(make_samples):
    training = make_samples([[5, 5], [8, 2]])
    training.uns["srna_tools"]["species"] = "hsa"
    transform = Transform.fit(training, TransformSpecification())
    with pytest.raises(SampleError, match="of the species hsa are needed, but the samples have those of: mmu"):
        transform.apply(make_samples([[1, 2]], ["mmu-miR-1-5p", "mmu-miR-2-5p"]))

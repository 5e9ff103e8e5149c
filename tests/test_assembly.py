"""Samples put together and taken apart: counts exact, flags and resources true of what is there."""

import anndata
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from srna_tools import assembly, schema

COUNTS = st.lists(st.lists(st.integers(0, 2**53 - 1), min_size=3, max_size=3), min_size=1, max_size=4)


@given(COUNTS)
def test_whole_counts_are_kept_exactly_and_x_is_their_float32(counts):
    samples = assembled(counts)
    assert samples.layers["counts"].dtype == np.int64
    assert samples.layers["counts"].toarray().tolist() == counts
    assert samples.X.dtype == np.float32
    values = samples.X.toarray() if sparse.issparse(samples.X) else samples.X
    assert (values == np.array(counts, dtype=np.float32)).all()


def assembled(counts, obs=None, **contract):
    counts = sparse.csr_matrix(np.array(counts))
    names = pd.Index([f"s{row}" for row in range(counts.shape[0])])
    obs = pd.DataFrame({"dataset": "study"} | (obs or {}), index=names)
    var = contract.pop("var", pd.DataFrame(index=[f"hsa-miR-{column}" for column in range(counts.shape[1])]))
    return assembly.assemble(counts, obs, var, **contract)


@pytest.mark.parametrize(
    ("counts", "is_sparse"), [([[0, 0, 1]], True), ([[0, 1]], False), ([[0, 1, 1]], False), ([[0, 0], [0, 1]], True)]
)
@pytest.mark.parametrize("kind", [np.array, sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
def test_values_are_sparse_while_more_than_half_are_zero(counts, is_sparse, kind):
    stored = assembly.compact(kind(np.array(counts)))
    assert sparse.issparse(stored) is is_sparse
    assert stored.dtype == np.float32
    assert (stored.toarray() if is_sparse else stored).tolist() == counts


def test_explicit_zeros_do_not_make_values_dense():
    stored = sparse.csr_matrix((np.zeros(4), ([0, 0, 1, 1], [0, 1, 0, 1])), shape=(2, 2))
    assert sparse.issparse(assembly.compact(stored))


def test_fractions_are_kept_as_float64_and_recorded_by_resource():
    samples = assembled([[0.1, 2.0], [1.0, 2.0]], {"resource": ["a", "b"]})
    assert samples.layers["counts"].dtype == np.float64
    assert samples.layers["counts"].toarray().tolist() == [[0.1, 2.0], [1.0, 2.0]]
    assert schema.values_of(samples) == {"a": "fractional", "b": "counts"}


def test_reads_per_million_are_recorded_even_where_they_are_whole():
    assert schema.values_of(assembled([[1, 999_999]], rpm=True)) == {"all": "rpm"}


def test_samples_without_reads_are_flagged():
    samples = assembled([[0, 0], [0, 1]])
    assert samples.obs["quality_flag"].tolist() == ["no reads", ""]
    assert schema.with_reads(samples).tolist() == [False, True]


def test_reads_of_contaminants_are_not_a_samples_own():
    var = pd.DataFrame({"feature_type": ["miRNA", "contaminant"]}, index=["hsa-miR-1", "E. coli"])
    samples = assembled([[0, 9], [1, 0]], var=var)
    assert samples.obs["quality_flag"].tolist() == ["no reads", ""]
    assert schema.with_reads(samples).tolist() == [False, True]


def test_types_are_told_by_name_where_the_source_does_not_say():
    var = pd.DataFrame({"feature_type": ["gene", None]}, index=["hsa-miR-1", "hsa-miR-2"])
    assert assembled([[1, 1]], var=var).var["feature_type"].tolist() == ["gene", "miRNA"]
    assert assembled([[1, 1]]).var["feature_type"].tolist() == ["miRNA", "miRNA"]


def test_every_resource_measured_everything_unless_the_source_says_otherwise():
    samples = assembled([[1, 1], [1, 1]], {"resource": ["a", "b"]})
    assert schema.measured_of(samples).to_dict("list") == {"a": [True, True], "b": [True, True]}
    stated = pd.DataFrame({"a": [True, False], "b": [True, True]}, index=["hsa-miR-0", "hsa-miR-1"])
    samples = assembled([[1, 1], [1, 1]], {"resource": ["a", "b"]}, measured=stated)
    pd.testing.assert_frame_equal(schema.measured_of(samples), stated)


def test_a_merged_resource_measured_what_all_its_parts_did():
    stated = pd.DataFrame({"a": [True, False], "b": [True, True]}, index=["hsa-miR-0", "hsa-miR-1"])
    samples = assembled([[1.5, 1], [1, 1], [1, 1]], {"resource": ["a", "b", "b"]}, measured=stated)
    assembly.assign_resources(samples, pd.Series(["x", "x", "y/z"], index=samples.obs_names))
    assert samples.obs["resource"].tolist() == ["x", "x", "y_z"]
    assert schema.measured_of(samples).to_dict("list") == {"x": [True, False], "y_z": [True, True]}
    assert schema.values_of(samples) == {"x": "fractional", "y_z": "counts"}


def test_names_of_resources_can_be_stored(tmp_path):
    stated = pd.DataFrame({"lab/1": [True, False]}, index=["hsa-miR-0", "hsa-miR-1"])
    assembled([[1, 1]], {"resource": "lab/1"}, measured=stated).write_h5ad(tmp_path / "x.h5ad")
    again = anndata.read_h5ad(tmp_path / "x.h5ad")
    assert schema.values_of(again) == {"lab_1": "counts"}
    assert schema.measured_of(again).to_dict("list") == {"lab_1": [True, False]}


def test_what_is_given_stays_unchanged():
    obs, var = pd.DataFrame({"dataset": ["a"], "resource": ["x/y"]}, index=["s"]), pd.DataFrame(index=["hsa-miR-1"])
    assembly.assemble(sparse.csr_matrix([[1]]), obs, var)
    assert obs.columns.tolist() == ["dataset", "resource"]
    assert obs["resource"].tolist() == ["x/y"]
    assert var.columns.tolist() == []


def of_two_resources(tmp_path):
    """Three samples of two resources as a file gives them back, with a value of every place that is to be kept."""
    var = pd.DataFrame({"feature_type": ["miRNA", "piRNA", "contaminant"]}, index=["hsa-miR-1", "x", "E. coli"])
    stated = pd.DataFrame({"a": [True, True, True], "b": [True, False, True]}, index=var.index)
    obs = {"resource": ["a", "b", "b"], "tissue": pd.Categorical(["liver", "lung", "lung"])}
    samples = assembled([[2**53 - 1, 0, 4], [0, 0, 9], [0.5, 3, 0]], obs, var=var, measured=stated)
    samples.uns["srna_tools"] |= {"species": "hsa", "transform": "{}"}
    samples.uns["colours"] = {"liver": "red"}
    samples.obsm["X_pca"] = np.arange(6.0).reshape(3, 2)
    schema.record_step(samples, "first", {})
    samples.write_h5ad(tmp_path / "x.h5ad")
    return anndata.read_h5ad(tmp_path / "x.h5ad")


def test_a_subset_tells_of_its_own_samples_and_features_alone(tmp_path):
    samples = of_two_resources(tmp_path)
    before = samples.copy()
    kept = assembly.subset(samples, np.array([True, True, False]), np.array([True, False, True]))
    assert schema.measured_of(kept).to_dict("list") == {"a": [True, True], "b": [True, True]}
    assert schema.values_of(kept) == {"a": "counts", "b": "counts"}
    assert kept.layers["counts"].dtype == np.int64
    assert kept.layers["counts"].toarray().tolist() == [[2**53 - 1, 4], [0, 9]]
    assert kept.obs["quality_flag"].tolist() == ["", "no reads"]
    assert (samples.obs["quality_flag"] == before.obs["quality_flag"]).all()
    assert schema.values_of(samples) == {"a": "counts", "b": "fractional"}


def test_a_subset_keeps_what_does_not_depend_on_the_others(tmp_path):
    samples = of_two_resources(tmp_path)
    kept = assembly.subset(samples, np.array([0]), np.arange(3))
    assert schema.measured_of(kept).to_dict("list") == {"a": [True, True, True]}
    assert schema.species_of(kept) == "hsa"
    assert kept.uns["srna_tools"]["transform"] == "{}"
    assert kept.uns["colours"] == {"liver": "red"}
    assert kept.obsm["X_pca"].tolist() == [[0, 1]]
    assert [step["step"] for step in schema.history_of(kept)] == ["first"]
    schema.record_step(kept, "second", {})
    assert len(schema.history_of(samples)) == 1


def test_a_subset_of_reads_per_million_stays_so():
    kept = assembly.subset(assembled([[1, 999_999], [0.5, 0]], rpm=True), np.array([0]), np.arange(2))
    assert schema.values_of(kept) == {"all": "rpm"}

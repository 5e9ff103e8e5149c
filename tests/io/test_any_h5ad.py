"""h5ad files of others and our own: counts, columns and what each resource measured are kept."""

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from srna_tools import schema
from srna_tools.errors import ColumnError, InputError
from srna_tools.io.any_h5ad import read_any_h5ad
from srna_tools.io.h5ad import write_samples
from srna_tools.io.table import join

COUNTS = [[0, 5], [7, 20_000_001]]


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint32, np.float64])
def test_counts_are_read_from_x_however_they_are_stored(tmp_path, frame, kind, dtype):
    data = anndata.AnnData(kind(np.array(COUNTS, dtype=dtype)), obs=pd.DataFrame(index=["A", "B"]))
    data.write_h5ad(tmp_path / "x.h5ad")
    counts = frame(read_any_h5ad(tmp_path / "x.h5ad"))
    assert counts.to_numpy().tolist() == COUNTS
    assert counts.to_numpy().dtype == np.int64


def test_stored_zeros_are_not_seen_features(tmp_path):
    X = sparse.csr_matrix((np.array([0.0, 2.0]), ([0, 0], [0, 1])), shape=(1, 2))
    anndata.AnnData(X).write_h5ad(tmp_path / "x.h5ad")
    assert read_any_h5ad(tmp_path / "x.h5ad").counts.nnz == 1


def test_a_layer_of_counts_goes_before_x(make_h5ad, frame):
    path = make_h5ad("x.h5ad", [[0.5, 0.5], [1.5, 2.5]], layers={"counts": np.array(COUNTS)})
    assert frame(read_any_h5ad(path)).to_numpy().tolist() == COUNTS


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix, sparse.csc_matrix])
@pytest.mark.parametrize(("value", "word"), [(np.nan, "nan"), (-1.0, "-1"), (np.inf, "inf")])
def test_what_is_no_count_is_named_by_sample_and_feature(tmp_path, kind, value, word):
    X = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, value]])
    obs, var = pd.DataFrame(index=["A", "B"]), pd.DataFrame(index=["x", "y", "z"])
    anndata.AnnData(kind(X), obs=obs, var=var).write_h5ad(tmp_path / "x.h5ad")
    with pytest.raises(InputError, match=rf"x\.h5ad, sample B, feature z: the count is {word}"):
        read_any_h5ad(tmp_path / "x.h5ad")


def test_an_h5ad_without_counts_is_refused(make_h5ad):
    with pytest.raises(InputError, match=r"has no numbers in X or layers\['counts'\]"):
        read_any_h5ad(make_h5ad("x.h5ad", None))


def test_features_and_samples_that_stand_twice_are_refused(tmp_path):
    X = np.ones((2, 2))
    with pytest.warns(UserWarning, match="not unique"):
        anndata.AnnData(X, var=pd.DataFrame(index=["x", "x"])).write_h5ad(tmp_path / "var.h5ad")
    with pytest.warns(UserWarning, match="not unique"):
        anndata.AnnData(X, obs=pd.DataFrame(index=["s", "s"])).write_h5ad(tmp_path / "obs.h5ad")
    with pytest.raises(InputError, match="features stand twice: x"):
        read_any_h5ad(tmp_path / "var.h5ad")
    with pytest.raises(InputError, match="two samples have the name s"):
        join([read_any_h5ad(tmp_path / "obs.h5ad")], False)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([31, 37], ["31", "37"]),
        ([31.0, 37.0], ["31", "37"]),
        (["a", "b"], ["a", "b"]),
        (pd.Categorical(["a", None]), ["a", "x"]),
        ([31.0, np.nan], ["31", "x"]),
    ],
)
def test_the_dataset_is_a_column_and_the_file_where_it_has_a_gap(make_h5ad, column, expected):
    table = read_any_h5ad(make_h5ad("x.h5ad", COUNTS, {"study": column}), dataset_column="study")
    assert join([table], False).obs["dataset"].tolist() == expected


def test_a_dataset_column_that_does_not_exist_lists_those_that_do(make_h5ad):
    with pytest.raises(ColumnError, match="'study'; the columns are: tissue, sex"):
        read_any_h5ad(make_h5ad("x.h5ad", COUNTS, {"tissue": ["a", "b"], "sex": ["m", "f"]}), dataset_column="study")


@pytest.mark.parametrize("dtype", [bool, "boolean"])
def test_boolean_columns_named_like_resources_say_what_was_measured(make_h5ad, dtype):
    obs = {"resource": ["R1", "R2"]}
    var = {"R1": pd.Series([True, False], dtype=dtype).array, "other": [True, True]}
    samples = join([read_any_h5ad(make_h5ad("x.h5ad", COUNTS, obs, var))], False)
    assert schema.measured_of(samples).to_dict("list") == {"R1": [True, False], "R2": [True, True]}
    assert samples.var["other"].tolist() == [True, True]


def test_a_gap_in_such_a_column_is_not_measured(make_h5ad):
    var = {"R1": pd.array([True, None], dtype="boolean")}
    samples = join([read_any_h5ad(make_h5ad("x.h5ad", COUNTS, {"resource": ["R1", "R1"]}, var))], False)
    assert schema.measured_of(samples)["R1"].tolist() == [True, False]


def test_feature_types_of_another_vocabulary_are_kept_under_another_name(make_h5ad):
    samples = join(
        [read_any_h5ad(make_h5ad("x.h5ad", COUNTS, None, {"feature_type": ["protein_coding", "lncRNA"]}))], False
    )
    assert samples.var["feature_type"].tolist() == ["miRNA", "miRNA"]
    assert samples.var["source_feature_type"].tolist() == ["protein_coding", "lncRNA"]


def test_our_own_h5ad_is_read_again_without_loss(simulated_studies, tmp_path, frame):
    write_samples(simulated_studies, tmp_path / "own.h5ad")
    again = join([read_any_h5ad(tmp_path / "own.h5ad")], False)
    pd.testing.assert_frame_equal(frame(again), frame(simulated_studies)[again.var_names])
    assert schema.absent_is_zero(again)
    assert again.obs.astype(str).equals(simulated_studies.obs.astype(str)[again.obs.columns])
    assert schema.values_of(again) == schema.values_of(simulated_studies)


def test_reads_per_million_of_our_own_h5ad_stay_reads_per_million(make_samples, tmp_path):
    write_samples(make_samples([[0.5, 1e6 - 0.5]], rpm=True), tmp_path / "own.h5ad")
    assert read_any_h5ad(tmp_path / "own.h5ad").rpm


def test_the_real_atlas_keeps_columns_values_and_what_was_measured(real_data):
    path = real_data / "atlas" / "atlas.h5ad"
    atlas = anndata.read_h5ad(path)
    samples = join([read_any_h5ad(path, dataset_column="study")], False)
    sources = atlas[samples.obs_names, samples.var_names]
    assert (samples.layers["counts"] != sources.X.astype(np.int64)).nnz == 0
    assert samples.layers["counts"].sum() == atlas.X.sum(dtype=np.float64)
    assert samples.obs["dataset"].astype(str).tolist() == atlas.obs["study"].astype(str).tolist()
    for column in atlas.obs:
        words = samples.obs[column].astype(object).fillna("").astype(str)
        assert words.tolist() == atlas.obs[column].astype(object).fillna("").astype(str).tolist()
    assert samples.var["members"].tolist() == sources.var["members"].tolist()
    for resource in atlas.obs["resource"].unique():
        assert schema.measured_of(samples)[resource].tolist() == sources.var[resource].tolist()

"""Inputs joined over the union of their features: what was measured stays told apart from what was zero."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from srna_tools import schema
from srna_tools.errors import InputError, SampleError
from srna_tools.io.table import CountTable, join, require_reads


def table(source, samples, features, counts, absent_is_zero=False, obs=None, **keywords):
    return CountTable(
        source=source,
        counts=sparse.csr_matrix(np.array(counts)),
        obs=pd.DataFrame(obs, index=pd.Index(samples, dtype=object)),
        var=pd.DataFrame(keywords.pop("var", None), index=pd.Index(features, dtype=object)),
        dataset=keywords.pop("dataset", source.split(".")[0]),
        absent_is_zero=absent_is_zero,
        **keywords,
    )


def measured(samples):
    return schema.measured_of(samples).to_dict("list")


def test_features_are_united_and_every_count_finds_its_place(frame):
    samples = join(
        [table("a.zip", ["s1"], ["y", "x"], [[1, 2]], True), table("b.zip", ["s2"], ["z", "x"], [[3, 4]], True)], False
    )
    assert frame(samples).to_dict("index") == {"s1": {"x": 2, "y": 1, "z": 0}, "s2": {"x": 4, "y": 0, "z": 3}}
    assert samples.obs["dataset"].to_dict() == {"s1": "a", "s2": "b"}


def test_where_absent_means_zero_everything_was_measured():
    samples = join([table("a.zip", ["s1"], ["x"], [[1]], True), table("b.zip", ["s2"], ["y"], [[1]], True)], False)
    assert measured(samples) == {"all": [True, True]}
    assert schema.absent_is_zero(samples)
    assert "resource" not in samples.obs


def test_full_tables_measured_only_their_own_features():
    samples = join([table("a.tsv", ["s1"], ["x", "y"], [[1, 0]]), table("b.tsv", ["s2"], ["y", "z"], [[1, 1]])], False)
    assert measured(samples) == {"a": [True, True, False], "b": [False, True, True]}
    assert samples.obs["resource"].to_dict() == {"s1": "a", "s2": "b"}
    assert not schema.absent_is_zero(samples)


def test_full_tables_of_the_same_features_are_one_resource():
    samples = join([table("a.tsv", ["s1"], ["x", "y"], [[1, 0]]), table("b.tsv", ["s2"], ["y", "x"], [[1, 1]])], False)
    assert measured(samples) == {"all": [True, True]}


def test_tables_of_one_name_are_resources_of_their_own():
    tables = [
        table("1/counts.tsv", ["s1"], ["x"], [[1]], dataset="counts"),
        table("2/counts.tsv", ["s2"], ["y"], [[1]], dataset="counts"),
    ]
    assert measured(join(tables, False)) == {"counts": [True, False], "counts (2)": [False, True]}


def test_a_resource_that_two_tables_share_measured_what_both_did():
    obs = {"resource": ["TCGA"]}
    tables = [table("a", ["s1"], ["x", "y"], [[1, 1]], obs=obs), table("b", ["s2"], ["y", "z"], [[1, 1]], obs=obs)]
    assert measured(join(tables, False)) == {"TCGA": [False, True, False]}


def test_a_table_without_resource_beside_one_with_gets_its_own():
    flags = pd.DataFrame({"TCGA": [True, False]}, index=["x", "y"])
    tables = [
        table(
            "a.h5ad",
            ["s1"],
            ["x", "y"],
            [[1, 0]],
            obs={"resource": ["TCGA"]},
            measured=flags,
            var={"TCGA": [True, False]},
        ),
        table("b.tsv", ["s2"], ["y", "z"], [[1, 1]]),
    ]
    samples = join(tables, False)
    assert measured(samples) == {"TCGA": [True, False, False], "b": [False, True, True]}
    assert samples.var["TCGA"].tolist() == [True, False, False]


def test_contaminants_of_one_input_were_not_measured_in_another():
    var = {"feature_type": ["miRNA", "contaminant"]}
    tables = [
        table("a.h5ad", ["s1"], ["x", "E. coli"], [[1, 2]], True, var=var),
        table("b.zip", ["s2"], ["y"], [[1]], True),
    ]
    samples = join(tables, False)
    assert samples.var_names.tolist() == ["E. coli", "x", "y"]
    assert measured(samples) == {"a": [True, True, True], "b": [False, True, True]}
    assert samples.var["feature_type"].tolist() == ["contaminant", "miRNA", "other"]


def test_where_annotations_differ_the_first_stands():
    tables = [
        table("a.h5ad", ["s1"], ["x"], [[1]], var={"note": ["first"]}),
        table("b.h5ad", ["s2"], ["x", "y"], [[1, 1]], var={"note": ["second", "only"]}),
    ]
    assert join(tables, False).var["note"].tolist() == ["first", "only"]


def test_datasets_that_an_input_states_win_and_gaps_are_filled():
    samples = join([table("a.h5ad", ["s1", "s2"], ["x"], [[1], [2]], obs={"dataset": ["GSE1", None]})], False)
    assert samples.obs["dataset"].tolist() == ["GSE1", "a"]


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ([table("a.zip", ["s1", "s1"], ["x"], [[1], [1]], True)], "a.zip: two samples have the name s1; rename one"),
        (
            [table("a.zip", ["s1"], ["x"], [[1]], True), table("b.zip", ["s1"], ["x"], [[1]], True)],
            "the sample s1 is in a.zip and again in b.zip; leave one out or rename it",
        ),
        (
            [table("a.zip", ["s1"], ["x"], [[1]], True), table("b.tsv", ["s2"], ["x"], [[1]])],
            "b.tsv holds all features, but other inputs only the non-zero ones; import them separately",
        ),
        (
            [table("a.tsv", ["s1"], ["x"], [[1]]), table("b.h5ad", ["s2"], ["x"], [[1]], rpm=True)],
            "b.h5ad holds reads per million, but other inputs only counts; import them separately",
        ),
    ],
)
def test_inputs_that_do_not_go_together_are_refused(tables, sentence):
    with pytest.raises((InputError, SampleError), match=sentence):
        join(tables, False)


def test_reads_per_million_stay_what_they_are():
    assert schema.values_of(join([table("a.h5ad", ["s1"], ["x"], [[1.5]], rpm=True)], False)) == {"all": "rpm"}


def test_values_are_told_resource_by_resource():
    tables = [table("a.tsv", ["s1"], ["x"], [[1.5]]), table("b.tsv", ["s2"], ["y"], [[2]])]
    assert schema.values_of(join(tables, False)) == {"a": "fractional", "b": "counts"}


@pytest.mark.parametrize(
    ("samples", "counts", "sentence"),
    [
        ([], np.zeros((0, 1)), "has no samples"),
        (["s1"], [[0]], r"none of the 1 sample has a read \(s1\); check the mapping"),
    ],
)
def test_a_table_without_reads_is_refused(samples, counts, sentence):
    with pytest.raises(InputError, match=f"^a: {sentence}"):
        require_reads(table("a", samples, ["x"], counts))

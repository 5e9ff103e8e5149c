"""Technical replicates: summed, marked or the deepest kept, against sums in plain Python."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools import schema
from srna_tools.errors import ColumnError, SampleError
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.io.replicates import combine_replicates

# With six more it is a number that float64 does not have.
LARGE = 2**53 - 1
COUNTS = [[1, 2, 0], [LARGE, 0, 4], [10, 0, 0], [0, 3, 3], [6, 5, 5]]
OBS = {
    "experiment": ["SRX2", "SRX1", "SRX2", None, "SRX1"],
    "tissue": pd.Categorical(["lung", "liver", "lung", "skin", None]),
    "age": [30, 41, 31, 5, 41],
    "sex": ["f", None, "f", "m", "m"],
    "lane": ["1", "2", "3", "4", "5"],
}


@pytest.fixture
def samples(make_samples):
    return make_samples(COUNTS, **OBS)


@pytest.fixture(params=[False, True], ids=["in memory", "from a file"])
def runs(samples, request, tmp_path):
    if not request.param:
        return samples
    write_samples(samples, tmp_path / "runs.h5ad")
    return read_samples(tmp_path / "runs.h5ad")


def test_counts_of_an_experiment_are_added_exactly(runs, frame):
    combined, sentences = combine_replicates(runs, "experiment", "sum")
    assert combined.obs_names.tolist() == ["SRX2", "SRX1", "s4"]
    assert combined.layers["counts"].dtype == np.int64
    assert frame(combined).to_numpy().tolist() == [[11, 2, 0], [LARGE + 6, 5, 9], [0, 3, 3]]
    assert combined.obs["replicates"].tolist() == [2, 2, 1]
    assert combined.obs["tissue"].astype(object).tolist() == ["lung", "liver", "skin"]
    assert combined.obs["sex"].tolist() == ["f", "m", "m"]
    assert combined.obs["dataset"].tolist() == ["study"] * 3
    assert combined.obs["age"].fillna(-1).tolist() == [-1, 41, 5]
    assert combined.obs["lane"].fillna("-").tolist() == ["-", "-", "4"]
    assert combined.obs["experiment"].fillna("-").tolist() == ["SRX2", "SRX1", "-"]
    assert sentences == [
        "4 runs of 2 experiments in experiment summed; every sample that has an experiment takes its name: SRX1, SRX2",
        "2 columns missing where runs differ: age, lane",
    ]


def test_the_sum_follows_the_contract_and_leaves_the_runs_alone(samples, frame, tmp_path):
    samples.obsm["X_pca"] = np.zeros((5, 2))
    samples.uns["srna_tools"]["species"] = "hsa"
    before = samples.copy()
    combined, sentences = combine_replicates(samples, "experiment", "sum")
    write_samples(combined, tmp_path / "x.h5ad")
    again = read_samples(tmp_path / "x.h5ad")
    assert schema.species_of(again) == "hsa"
    X = again.X if isinstance(again.X, np.ndarray) else again.X.toarray()
    assert (frame(again).to_numpy().astype(np.float32) == X).all()
    assert list(again.obsm) == []
    assert sentences[-1] == "left out, since it is of single runs: X_pca"
    pd.testing.assert_frame_equal(samples.obs, before.obs)
    pd.testing.assert_frame_equal(frame(samples), frame(before))


@given(st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=2, max_size=7), st.data())
def test_no_read_is_lost_and_none_moves_to_another_experiment(make_samples, frame, ids, data):
    counts = [[data.draw(st.integers(0, 2**52)) for _ in range(2)] for _ in ids]
    samples = make_samples(counts, experiment=pd.Series(ids, dtype=object).to_numpy())
    combined, _ = combine_replicates(samples, "experiment", "sum")
    expected = {}
    for name, experiment, row in zip(samples.obs_names, ids, counts, strict=True):
        total = expected.setdefault(experiment or name, [0, 0])
        expected[experiment or name] = [total[0] + row[0], total[1] + row[1]]
    assert frame(combined).T.to_dict("list") == expected
    runs = Counter(experiment or name for name, experiment in zip(samples.obs_names, ids, strict=True))
    assert combined.obs["replicates"].to_dict() == dict(runs)
    marked, _ = combine_replicates(samples, "experiment", "mark")
    groups = marked.obs["replicate_of"].tolist()
    for one in range(len(ids)):
        for other in range(one):
            assert (groups[one] == groups[other]) == (ids[one] is not None and ids[one] == ids[other])


def test_marked_runs_all_stay(runs, frame):
    marked, sentences = combine_replicates(runs, "experiment", "mark")
    assert marked.obs["replicate_of"].to_dict() == {"s1": "SRX2", "s2": "SRX1", "s3": "SRX2", "s4": "s4", "s5": "SRX1"}
    pd.testing.assert_frame_equal(frame(marked), frame(runs))
    assert "replicate_of" not in runs.obs
    assert sentences == ["4 runs of 2 experiments in experiment marked in replicate_of: SRX1, SRX2"]
    again, _ = combine_replicates(marked, "replicate_of", "mark")
    assert again.obs["replicate_of"].tolist() == marked.obs["replicate_of"].tolist()


def test_the_deepest_run_of_each_experiment_stays(runs):
    kept, sentences = combine_replicates(runs, "experiment", "deepest")
    assert kept.obs_names.tolist() == ["s2", "s3", "s4"]
    assert kept.obs["lane"].tolist() == ["2", "3", "4"]
    assert kept.layers["counts"].toarray().tolist() == [COUNTS[1], COUNTS[2], COUNTS[3]]
    assert sentences == ["4 runs of 2 experiments in experiment: of each the run with most reads is kept: SRX1, SRX2"]


def test_of_equally_deep_runs_the_first_by_name_stays_and_contaminants_are_no_depth(make_samples):
    types = ["miRNA", "miRNA", "contaminant"]
    samples = make_samples([[3, 0, 9], [0, 3, 0], [1, 1, 99]], types=types, experiment="SRX1")
    assert combine_replicates(samples[::-1].copy(), "experiment", "deepest")[0].obs_names.tolist() == ["s1"]


def test_runs_without_reads_make_a_sample_with_reads(make_samples):
    samples = make_samples([[0, 0], [0, 3]], experiment="SRX1")
    combined, sentences = combine_replicates(samples, "experiment", "sum")
    assert combined.obs["quality_flag"].tolist() == [""]
    assert len(sentences) == 1


def test_numbers_and_fractions(make_samples):
    samples = make_samples([[0.5, 0], [0.5, 3], [1, 1]], experiment=[7, 7, 8])
    combined, _ = combine_replicates(samples, "experiment", "sum")
    assert combined.obs_names.tolist() == ["7", "8"]
    assert combined.layers["counts"].toarray().tolist() == [[1, 3], [1, 1]]
    assert schema.values_of(combined) == {"all": "counts"}


def test_a_truth_in_which_runs_differ_can_be_stored(make_samples, tmp_path):
    samples = make_samples([[1, 0], [2, 3], [1, 1]], experiment=["a", "a", "b"], tumour=[True, False, True])
    combined, _ = combine_replicates(samples, "experiment", "sum")
    write_samples(combined, tmp_path / "x.h5ad")
    assert read_samples(tmp_path / "x.h5ad").obs["tumour"].astype(object).fillna("-").tolist() == ["-", "True"]


def test_measured_features_of_each_resource_stay(make_samples):
    names = [f"hsa-miR-{number}-5p" for number in (1, 2)]
    measured = pd.DataFrame({"x": [True, False], "y": [True, True]}, index=names)
    samples = make_samples(
        [[1, 0], [2, 0], [1, 1]], names, experiment=["a", "a", "b"], resource=["x", "x", "y"], measured=measured
    )
    combined, _ = combine_replicates(samples, "experiment", "sum")
    pd.testing.assert_frame_equal(schema.measured_of(combined), measured)
    assert combined.obs["resource"].tolist() == ["x", "y"]


@pytest.mark.parametrize("how", ["sum", "mark", "deepest"])
@pytest.mark.parametrize("place", ["dataset", "resource"])
def test_runs_of_one_experiment_lie_in_one_place(make_samples, how, place):
    samples = make_samples([[1, 2], [3, 4], [5, 6]], experiment=["a", "b", "a"], **{place: ["x", "x", "y"]})
    sentence = rf"^the runs of experiment 'a' \(s1, s3\) lie in different {place}s: x, y; give experiments names"
    with pytest.raises(SampleError, match=sentence):
        combine_replicates(samples, "experiment", how)


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        (
            ["s2", "a", "s2"],
            "the experiment 's2' in experiment has the name of a sample that belongs to experiment 'a'",
        ),
        (
            ["s2", None, "s2"],
            "the experiment 's2' in experiment has the name of a sample without an experiment; rename",
        ),
    ],
)
def test_an_experiment_must_not_have_the_name_of_another_sample(make_samples, ids, sentence):
    with pytest.raises(SampleError, match=sentence):
        combine_replicates(make_samples([[1, 2]] * 3, experiment=ids), "experiment", "sum")


def test_an_experiment_may_have_the_name_of_its_own_run(make_samples):
    combined, _ = combine_replicates(make_samples([[1, 2]] * 3, experiment=["s1", "s1", None]), "experiment", "sum")
    assert combined.obs_names.tolist() == ["s1", "s3"]


@pytest.mark.parametrize("how", ["sum", "deepest"])
def test_reads_per_million_are_not_added(make_samples, how):
    samples = make_samples([[1, 2], [3, 4]], experiment="a", rpm=True)
    with pytest.raises(SampleError, match="reads per million cannot be summed, nor their depth compared; mark them"):
        combine_replicates(samples, "experiment", how)
    assert combine_replicates(samples, "experiment", "mark")[0].obs["replicate_of"].tolist() == ["a", "a"]


def test_what_would_be_overwritten_or_is_missing_is_refused(samples):
    with pytest.raises(ColumnError, match="no sample column 'SRX'"):
        combine_replicates(samples, "SRX", "sum")
    samples.obs["replicates"] = 1
    with pytest.raises(SampleError, match="already have a column 'replicates'"):
        combine_replicates(samples, "experiment", "sum")
    samples.obs["replicate_of"] = "x"
    with pytest.raises(SampleError, match="already have a column 'replicate_of'"):
        combine_replicates(samples, "experiment", "mark")
    del samples.obs["replicates"]
    samples.var["selected"] = True
    with pytest.raises(SampleError, match="normalised before the runs are summed; sum the counts first"):
        combine_replicates(samples, "experiment", "sum")


def test_experiments_of_one_run_change_nothing_but_names(make_samples, frame):
    samples = make_samples([[1, 2], [3, 4]], experiment=["a", None])
    combined, sentences = combine_replicates(samples, "experiment", "sum")
    assert frame(combined).T.to_dict("list") == {"a": [1, 2], "s2": [3, 4]}
    assert sentences == [
        "0 runs of 0 experiments in experiment summed; every sample that has an experiment takes its name"
    ]

"""The same library under two names, in training and test."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from srna_tools.evaluate.design import Design, plan_for
from srna_tools.evaluate.fits import Material
from srna_tools.evaluate.twins import describe_twins, twins_across


def planned(samples, scheme="dataset-out", **design):
    material = Material(samples, samples.obs["tissue"].to_numpy(str))
    return plan_for(material, Design(scheme, **design)), material


def with_a_copy(samples, of, to):
    copied = samples.copy()
    counts = samples.layers["counts"].toarray()
    counts[to] = counts[of]
    copied.layers["counts"] = sparse.csr_matrix(counts)
    return copied


def test_without_copies_there_are_no_twins(studies):
    assert twins_across(*planned(studies)) == []


def test_a_copy_in_another_dataset_is_found_once(studies):
    """Samples 0 and 16 are of two studies; each is tested while the other trains."""
    pairs = twins_across(*planned(with_a_copy(studies, 0, 16)))
    assert pairs == [("study01_sample001", "study02_sample001")]


def test_a_copy_in_the_same_dataset_is_no_leak_unless_folds_are_random(studies):
    samples = with_a_copy(studies, 0, 4)
    assert twins_across(*planned(samples)) == []
    for seed in range(6):
        plan, material = planned(samples, "kfold", folds=2, seed=seed)
        apart = any(len({0, 4} & set(fold.test.tolist())) == 1 for fold in plan.folds)
        assert bool(twins_across(plan, material)) == apart


def test_copies_that_are_marked_as_replicates_stay_together(studies):
    samples = with_a_copy(studies, 0, 4)
    samples.obs["replicate_of"] = ["same" if place in (0, 4) else None for place in range(48)]
    for seed in range(6):
        assert twins_across(*planned(samples, "kfold", folds=2, seed=seed)) == []


def test_stored_zeros_and_the_order_of_entries_make_no_difference(studies):
    samples = with_a_copy(studies, 0, 16)
    counts = samples.layers["counts"]
    column = int(np.flatnonzero(counts[0].toarray()[0] == 0)[0])
    start = counts.indptr[0]
    data = np.concatenate([[0], counts.data[: counts.indptr[1]][::-1], counts.data[counts.indptr[1] :]])
    indices = np.concatenate([[column], counts.indices[: counts.indptr[1]][::-1], counts.indices[counts.indptr[1] :]])
    indptr = counts.indptr + 1
    indptr[0] = start
    samples.layers["counts"] = sparse.csr_matrix((data, indices, indptr), counts.shape)
    assert len(twins_across(*planned(samples))) == 1


def test_a_difference_of_one_read_makes_another_library(studies):
    samples = with_a_copy(studies, 0, 16)
    counts = samples.layers["counts"].toarray()
    counts[16, 0] += 1
    samples.layers["counts"] = sparse.csr_matrix(counts)
    assert twins_across(*planned(samples)) == []


def test_the_sentence_names_the_pairs_and_what_to_do():
    sentence = describe_twins([("a", "b"), ("c", "d")])
    assert sentence.startswith("2 test samples have exactly the counts of a training sample (a = b, c = d): ")
    assert "srna-filter --replicates mark" in sentence
    assert describe_twins([("a", "b")]).startswith("1 test sample has exactly the counts of a training sample (a = b)")

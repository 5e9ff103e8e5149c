"""Class rankings: the paper's D1 against its formula, written out sample by sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from srna_tools.attribute.ranking import (
    COLUMNS,
    ClassDifferences,
    columns_of_types,
    default_top,
    full_ranking,
    ranks_of,
    top_features,
)
from srna_tools.errors import SampleError


def by_the_formula(scores, codes, classes):
    result = np.full((classes, scores.shape[2]), np.nan)
    for k in range(classes):
        members = [i for i in range(len(codes)) if codes[i] == k]
        if members:
            result[k] = np.mean(
                [scores[i, k] - np.mean([scores[i, o] for o in range(classes) if o != k], axis=0) for i in members],
                axis=0,
            )
    return result


@given(seed=st.integers(0, 10_000), block=st.integers(1, 9))
def test_differences_follow_the_published_formula_in_blocks_of_any_size(seed, block):
    generator = np.random.default_rng(seed)
    scores, codes = generator.normal(size=(9, 4, 6)), generator.integers(0, 4, 9)
    collected = ClassDifferences(np.append(codes, -1), 4, 6)

    for start in range(0, 9, block):
        rows = np.arange(start, min(start + block, 9))
        collected.add(rows, scores[rows])
    collected.add(np.array([9]), scores[:1])
    differences, samples = collected.differences()

    np.testing.assert_allclose(differences, by_the_formula(scores, codes, 4), atol=1e-12)
    assert samples.tolist() == np.bincount(codes, minlength=4).tolist()


def test_hand_computed_difference_of_two_classes():
    scores = np.array([[[3.0, 0.0], [1.0, 2.0]], [[5.0, 1.0], [1.0, 1.0]]])

    collected = ClassDifferences(np.array([0, 0]), 2, 2)

    collected.add(np.array([0, 1]), scores)
    differences, _ = collected.differences()

    np.testing.assert_allclose(differences[0], [3.0, -1.0])
    assert np.isnan(differences[1]).all()


def test_top_features_are_ranked_with_the_expression_beside_them():
    differences = np.array([[0.5, 2.0, -1.0], [np.nan] * 3, [1.0, 1.0, 4.0]])
    rpm_sums = np.array([[10.0, 20.0, 30.0], [0, 0, 0], [4.0, 8.0, 12.0]])
    measured = np.array([[2, 2, 2], [0, 0, 0], [4, 1, 4]])

    table = top_features(differences, np.array([2, 0, 4]), rpm_sums, measured, ["a", "b", "c"], ["x", "y", "z"], top=2)

    assert list(table.columns) == list(COLUMNS)
    assert table[["class", "rank", "feature"]].to_numpy().tolist() == [
        ["x", 1, "b"],
        ["x", 2, "a"],
        ["z", 1, "c"],
        ["z", 2, "a"],
    ]
    first = table.iloc[0]
    assert (first["mean_rpm_class"], first["mean_rpm_others"], first["samples"]) == (10.0, 8.0, 2)


def test_equal_scores_keep_the_order_of_the_features():
    table = top_features(np.ones((1, 3)), np.array([1]), np.zeros((1, 3)), np.ones((1, 3)), ["c", "a", "b"], ["x"])

    assert table["feature"].tolist() == ["c", "a", "b"]
    assert table["mean_rpm_others"].isna().all()


@pytest.mark.parametrize("top", [1, 3, 300])
def test_no_more_than_the_asked_number_of_features_is_listed(top):
    table = top_features(
        np.random.default_rng(0).normal(size=(2, 5)),
        np.array([1, 1]),
        np.ones((2, 5)),
        np.ones((2, 5)),
        list("abcde"),
        ["x", "y"],
        top,
    )

    assert table.groupby("class").size().tolist() == [min(top, 5)] * 2


@given(seed=st.integers(0, 10_000), levels=st.integers(1, 6))
def test_ranks_are_those_of_scipy_and_ties_keep_their_order(seed, levels):
    scores = np.random.default_rng(seed).integers(0, levels, (3, 7)).astype(float)

    np.testing.assert_array_equal(ranks_of(scores), rankdata(-scores, method="ordinal", axis=1))


def test_the_full_ranking_lists_every_feature_of_every_class_in_the_order_of_the_top_features():
    differences = np.array([[0.5, 2.0, -1.0], [np.nan] * 3, [1.0, 1.0, 4.0]])
    samples, names, classes = np.array([2, 0, 4]), ["a", "b", "c"], ["x", "y", "z"]

    top = top_features(differences, samples, np.ones((3, 3)), np.ones((3, 3)), names, classes)
    table = full_ranking(top, {"a": "miRNA", "b": "tRNA", "c": "miRNA"})

    assert table.to_numpy().tolist() == [
        ["x", 1, "b", 2.0, "tRNA"],
        ["x", 2, "a", 0.5, "miRNA"],
        ["x", 3, "c", -1.0, "miRNA"],
        ["z", 1, "c", 4.0, "miRNA"],
        ["z", 2, "a", 1.0, "miRNA"],
        ["z", 3, "b", 1.0, "tRNA"],
    ]
    assert table.columns.tolist() == ["class", "rank", "feature", "score", "feature_type"]


def test_types_choose_columns_and_unknown_ones_are_refused_with_those_that_there_are():
    types = ("miRNA", "tRNA", "miRNA", "piRNA")

    assert columns_of_types(types, []).tolist() == [0, 1, 2, 3]
    assert columns_of_types(types, ["miRNA", "piRNA"]).tolist() == [0, 2, 3]
    with pytest.raises(SampleError, match="no feature of the type gene, rRNA; it has: miRNA, piRNA, tRNA"):
        columns_of_types(types, ["gene", "miRNA", "rRNA"])


@pytest.mark.parametrize(("features", "top"), [(5, 1), (100, 10), (2_546, 255), (20_000, 300)])
def test_the_default_top_is_a_tenth_at_most_that_of_the_paper(features, top):
    assert default_top(features) == top

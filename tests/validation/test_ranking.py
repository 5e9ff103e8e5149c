"""Areas under curves against scikit-learn, with and without weights and ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn import metrics as oracle

from srna_tools.validation.ranking import accepted_counts, area_under_roc, average_precision


@st.composite
def scored(draw):
    number = draw(st.integers(2, 25))
    positive = draw(arrays.arrays(np.bool_, number))
    positive[:2] = True, False
    # Few distinct scores, so that there are ties.
    scores = draw(arrays.arrays(np.float64, number, elements=st.integers(0, 6).map(lambda tenth: tenth / 10)))
    whole = arrays.arrays(np.int64, (3, number), elements=st.integers(0, 3)).map(lambda each: each.astype(float))
    fractions = arrays.arrays(np.float64, (3, number), elements=st.floats(0.125, 4, width=16))
    weights = draw(st.one_of(whole, fractions))
    weights[:, :2] += 1
    return scores, positive, weights


@given(scored())
def test_area_under_roc_is_that_of_scikit_learn(case):
    scores, positive, weights = case
    theirs = [oracle.roc_auc_score(positive, scores, sample_weight=draw) for draw in weights]
    np.testing.assert_allclose(area_under_roc(accepted_counts(scores, positive, weights)), theirs, atol=1e-12)


@given(scored())
def test_average_precision_is_that_of_scikit_learn(case):
    scores, positive, weights = case
    theirs = [oracle.average_precision_score(positive, scores, sample_weight=draw) for draw in weights]
    np.testing.assert_allclose(average_precision(accepted_counts(scores, positive, weights)), theirs, atol=1e-12)


@given(scored())
def test_area_under_roc_is_the_chance_of_the_right_order(case):
    scores, positive, weights = case
    above = (scores[:, None] > scores) + (scores[:, None] == scores) / 2
    for draw, ours in zip(weights, area_under_roc(accepted_counts(scores, positive, weights)), strict=True):
        pairs = np.outer(draw * positive, draw * ~positive)
        assert ours == pytest.approx((pairs * above).sum() / pairs.sum())


def test_no_area_without_samples_of_both_kinds():
    scores, positive = np.array([0.1, 0.7, 0.7]), np.array([True, False, True])
    weights = np.array([[1.0, 0, 1], [0, 2, 0], [1, 1, 1]])
    counts = accepted_counts(scores, positive, weights)
    np.testing.assert_allclose(area_under_roc(counts), [np.nan, np.nan, 0.25])
    np.testing.assert_allclose(average_precision(counts), [1, np.nan, 0.5 / 2 + 2 / 3 / 2])

"""Strip of all features: their order, and what is left of them where there are more than dots."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from srna_tools.report.feature_strip import in_blocks, in_stripes

SCORES = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 5), st.integers(1, 40)), elements=st.floats(-9, 9, allow_subnormal=False)
)


def test_features_stand_in_blocks_of_the_classes_that_they_speak_for_or_against():
    scores = np.array(
        [
            [0.0, -4.0, 0.0, 1.0, 6.0, 5.0, 0.0],
            [9.0, 0.0, 0.0, 0.0, 0.0, 5.0, 0.0],
            [0.0, 0.0, -7.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 0.0],
        ]
    )
    # For the first class 4 and 3, against it 1; for the second 0; against the third 2 and, unlike all others, 5.
    # The last votes for nothing.
    assert in_blocks(scores).tolist() == [4, 3, 1, 0, 5, 2]


def test_two_classes_fall_into_two_directions():
    scores = np.array([[1.0, -3.0, 2.0, 0.5], [0.0, 1.0, -2.0, 3.0]])
    assert in_blocks(scores).tolist() == [2, 0, 3, 1]


@given(SCORES)
def test_the_order_loses_no_feature_that_votes(scores):
    assert sorted(in_blocks(scores)) == np.flatnonzero((scores != 0).any(axis=0)).tolist()


@given(SCORES, st.integers(1, 50))
def test_a_stripe_has_the_strongest_score_of_its_features(scores, most):
    stripes, starts = in_stripes(scores, most)
    assert stripes.shape == (len(scores), min(most, scores.shape[1]))
    edges = [*starts, scores.shape[1]]
    for stripe, (begin, end) in enumerate(pairwise(edges)):
        for row, values in enumerate(scores[:, begin:end]):
            assert abs(stripes[row, stripe]) == np.abs(values).max()
            assert stripes[row, stripe] in values
    sizes = np.diff(edges)
    assert sizes.max() - sizes.min() <= 1

"""Log loss and Brier score against scikit-learn; calibration error against a plain loop and pencil and paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn import metrics as oracle

from srna_tools.validation import probability_error
from srna_tools.validation.out_of_fold import rounded

CLASSES = 3


@st.composite
def probable(draw):
    number = draw(st.integers(1, 25))
    true = draw(arrays.arrays(np.int64, number, elements=st.integers(0, CLASSES - 1)))
    parts = draw(arrays.arrays(np.float64, (number, CLASSES), elements=st.integers(1, 1000).map(float)))
    weights = draw(arrays.arrays(np.float64, (3, number), elements=st.integers(0, 3).map(float)))
    weights[:, 0] += 1
    return true, parts / parts.sum(axis=1, keepdims=True), weights


@given(probable())
def test_log_loss_is_that_of_scikit_learn(case):
    true, probabilities, weights = case
    theirs = [oracle.log_loss(true, probabilities, labels=range(CLASSES), sample_weight=draw) for draw in weights]
    np.testing.assert_allclose(probability_error.log_loss(true, probabilities, weights), theirs, rtol=1e-9)
    written = probability_error.log_loss(true, rounded(probabilities), weights)
    np.testing.assert_allclose(written, theirs, rtol=0, atol=2e-5)


def test_log_loss_of_a_class_that_training_lacked_is_finite_and_rows_are_scaled():
    probabilities = np.array([[0.0, 1.0], [0.25, 0.25]])
    ours = probability_error.log_loss(np.array([0, 0]), probabilities, np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert ours == pytest.approx([15 * np.log(10), np.log(2)])


@given(probable())
def test_brier_score_is_that_of_scikit_learn(case):
    true, probabilities, weights = case
    theirs = [
        oracle.brier_score_loss(true, probabilities, labels=range(CLASSES), sample_weight=draw, scale_by_half=False)
        for draw in weights
    ]
    np.testing.assert_allclose(probability_error.brier_score(true, probabilities, weights), theirs, atol=1e-12)


def test_calibration_error_by_hand():
    # Two bins: 0.4 and 0.5 (one of two right, 0.45 claimed), 0.6, 0.8, 1.0 and 0.8 (three of four right, 0.8 claimed).
    probability = np.array([0.4, 0.5, 0.6, 0.8, 1.0, 0.8])
    right = np.array([True, False, True, True, True, False])
    weights = np.array([[1.0, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0], [0, 3, 0, 0, 0, 1]])
    ours = probability_error.expected_calibration_error(right, probability, weights, bins=2)
    by_hand = [2 / 6 * abs(0.5 - 0.45) + 4 / 6 * abs(0.75 - 0.8), abs(0.5 - 0.45), 3 / 4 * 0.5 + 1 / 4 * 0.8]
    np.testing.assert_allclose(ours, by_hand, rtol=1e-12)


@given(
    arrays.arrays(np.float64, 20, elements=st.integers(0, 60).map(lambda part: part / 60)),
    arrays.arrays(np.bool_, 20),
    arrays.arrays(np.float64, (2, 20), elements=st.integers(1, 3).map(float)),
)
def test_calibration_error_is_that_of_a_plain_loop(probability, right, weights):
    theirs = []
    for draw in weights:
        error = 0.0
        for number in range(15):
            above = probability > number / 15 if number else probability >= 0
            inside = above & (probability <= (number + 1) / 15)
            if inside.any():
                share = draw[inside].sum() / draw.sum()
                confidence = np.average(probability[inside], weights=draw[inside])
                error += share * abs(np.average(right[inside], weights=draw[inside]) - confidence)
        theirs.append(error)
    ours = probability_error.expected_calibration_error(right, probability, weights)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)

"""Metrics of predicted classes against scikit-learn and pencil and paper, with and without weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn import metrics as oracle

from srna_tools.validation import class_metrics

CLASSES = 4
ONE = np.ones((1, 6))
# Two samples of the first dataset, one of the second, three of the third.
TRUE = np.array([0, 0, 1, 1, 1, 0])
PREDICTED = np.array([0, 1, 1, 1, 0, 0])
DATASETS = np.array([0, 0, 1, 2, 2, 2])


@st.composite
def weighted_predictions(draw):
    number = draw(st.integers(1, 25))
    codes = arrays.arrays(np.int64, number, elements=st.integers(0, CLASSES - 1))
    whole = arrays.arrays(np.int64, (3, number), elements=st.integers(0, 4)).map(lambda each: each.astype(float))
    fractions = arrays.arrays(np.float64, (3, number), elements=st.floats(0.125, 4, width=16))
    weights = draw(st.one_of(whole, fractions))
    weights[:, 0] += 1
    return draw(codes), draw(codes), weights


@given(weighted_predictions())
def test_accuracy_is_that_of_scikit_learn(case):
    true, predicted, weights = case
    theirs = [oracle.accuracy_score(true, predicted, sample_weight=draw) for draw in weights]
    np.testing.assert_allclose(class_metrics.accuracy(true, predicted, weights), theirs, rtol=1e-12)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (class_metrics.precision, oracle.precision_score),
        (class_metrics.recall, oracle.recall_score),
        (class_metrics.f1, oracle.f1_score),
    ],
)
@given(case=weighted_predictions())
def test_figures_of_classes_are_those_of_scikit_learn(ours, theirs, case):
    true, predicted, weights = case
    figures = ours(true, predicted, weights, CLASSES)
    samples = class_metrics.weight_of_class(true, weights, CLASSES)
    for place, draw in enumerate(weights):
        common = {"sample_weight": draw, "zero_division": 0, "labels": range(CLASSES)}
        expected = theirs(true, predicted, average=None, **common)
        needs_samples = ours is not class_metrics.precision
        absent = np.bincount(true, weights=draw, minlength=CLASSES) == 0
        expected = np.where(absent & needs_samples, np.nan, expected)
        np.testing.assert_allclose(figures[place], expected, rtol=1e-12)
        macro = theirs(true, predicted, average="macro", **common | {"labels": np.flatnonzero(~absent)})
        np.testing.assert_allclose(class_metrics.mean_over_classes(figures, samples)[place], macro, rtol=1e-12)


def test_mean_recall_is_the_balanced_accuracy_of_scikit_learn():
    recalls = class_metrics.recall(TRUE, PREDICTED, ONE, 2)
    ours = class_metrics.mean_over_classes(recalls, class_metrics.weight_of_class(TRUE, ONE, 2))
    assert ours == pytest.approx([oracle.balanced_accuracy_score(TRUE, PREDICTED)])


@pytest.mark.parametrize(
    ("drawn", "by_hand"),
    [
        ((1, 1, 1), (1 / 2 + 1 + 2 / 3) / 3),
        ((2, 1, 0), (2 * 1 / 2 + 1) / 3),
        ((0, 0, 3), 2 / 3),
    ],
)
def test_mean_dataset_accuracy_by_hand(drawn, by_hand):
    weights = np.array([drawn], dtype=float)[:, DATASETS]
    ours = class_metrics.mean_dataset_accuracy(TRUE, PREDICTED, DATASETS, weights)
    assert ours == pytest.approx([by_hand])


def test_without_samples_there_is_no_figure():
    none = np.zeros((1, 6))
    assert np.isnan(class_metrics.accuracy(TRUE, PREDICTED, none)).all()
    assert np.isnan(class_metrics.recall(TRUE, PREDICTED, none, 2)).all()
    assert np.isnan(class_metrics.mean_over_classes(np.zeros((1, 2)), np.zeros((1, 2)))).all()


@given(weighted_predictions())
def test_both_accuracies_of_labels_are_those_of_scikit_learn(case):
    true, predicted, _ = (np.char.add("class ", part.astype(str)) if part.ndim == 1 else part for part in case)
    msa, mca = class_metrics.accuracies_of(true, predicted)
    assert msa == pytest.approx(oracle.accuracy_score(true, predicted))
    assert mca == pytest.approx(
        oracle.recall_score(true, predicted, labels=np.unique(true), average="macro", zero_division=0)
    )

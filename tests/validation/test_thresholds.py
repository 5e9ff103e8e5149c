"""What cut-offs accept, by hand, against counting again, and the laws of a cut-off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.validation.thresholds import THRESHOLD_COLUMNS, threshold_table


@pytest.fixture(scope="module")
def four_of_blood(predictions_of):
    """Five are called blood: 0.95 right, 0.9 right, 0.9 wrong, 0.8 right, 0.6 wrong; one more of blood is missed."""
    return predictions_of(
        ["blood", "blood", "brain", "blood", "brain", "blood", "brain"],
        ["blood", "blood", "blood", "blood", "blood", "brain", "brain"],
        [0.95, 0.9, 0.9, 0.8, 0.6, 0.7, 0.99],
    )


@pytest.mark.parametrize(
    ("threshold", "accepted", "rate", "precision"),
    [
        (0.0, 5, 3 / 4, 3 / 5),
        (0.6, 5, 3 / 4, 3 / 5),
        (0.65, 4, 3 / 4, 3 / 4),
        (0.9, 3, 2 / 4, 2 / 3),
        (0.95, 1, 1 / 4, 1),
        (0.99, 0, 0, np.nan),
    ],
)
def test_a_cutoff_by_hand(four_of_blood, threshold, accepted, rate, precision):
    table = threshold_table(four_of_blood)
    assert tuple(table.columns) == THRESHOLD_COLUMNS
    assert len(table) == 3 * 21
    row = table[(table["class"] == "blood") & (table["threshold"] == threshold)]
    np.testing.assert_allclose(row[["accepted", "true_positive_rate", "precision"]], [[accepted, rate, precision]])


def test_a_class_without_samples_has_no_rate(four_of_blood):
    liver = threshold_table(four_of_blood).query("`class` == 'liver'")
    assert (liver["accepted"] == 0).all()
    assert liver[["true_positive_rate", "precision"]].isna().all(axis=None)


def test_repeats_are_averaged(four_of_blood):
    twice = pd.concat([four_of_blood, four_of_blood.assign(repeat=2)], ignore_index=True)
    pd.testing.assert_frame_equal(threshold_table(twice), threshold_table(four_of_blood))


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_a_higher_cutoff_accepts_and_finds_no_more(random_predictions, seed):
    table = threshold_table(random_predictions(models=("mlp", "logistic"), repeats=2, samples=30, seed=seed))
    assert set(table["model"]) == {"mlp", "logistic"}
    for _, part in table.groupby(["model", "class"]):
        assert part["threshold"].is_monotonic_increasing
        assert part["accepted"].is_monotonic_decreasing
        assert part["true_positive_rate"].dropna().is_monotonic_decreasing


def test_without_cutoff_it_is_the_recall_and_all_that_is_predicted(random_predictions):
    predictions = random_predictions()
    start = threshold_table(predictions).query("threshold == 0").set_index("class")
    for name in ("blood", "brain", "liver"):
        right = (predictions["true"] == name) & (predictions["predicted"] == name)
        assert start.loc[name, "accepted"] == (predictions["predicted"] == name).sum()
        assert start.loc[name, "true_positive_rate"] == right.sum() / (predictions["true"] == name).sum()

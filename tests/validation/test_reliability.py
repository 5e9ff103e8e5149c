"""Reliability against scikit-learn's calibration curve; risk and coverage by hand and by trying every cut-off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from srna_tools.validation.reliability import (
    RELIABILITY_COLUMNS,
    RISK_COLUMNS,
    reliability,
    risk_coverage,
)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 12))
def test_reliability_is_the_calibration_curve_of_scikit_learn(random_predictions, seed, bins):
    table = random_predictions(seed=seed)
    ours = reliability(table, bins)
    right = table["true"] == table["predicted"]
    accuracy, probability = calibration_curve(right, table["probability"], n_bins=bins, strategy="uniform")
    filled = ours[ours["samples"] > 0]
    np.testing.assert_allclose(filled["accuracy"], accuracy)
    np.testing.assert_allclose(filled["mean_probability"], probability)
    assert ours["samples"].sum() == len(table)


def test_bins_by_hand(predictions_of):
    table = predictions_of(
        ["blood", "blood", "brain", "brain"], ["blood", "brain", "brain", "brain"], [0.5, 0.6, 0.9, 1.0]
    )
    twice = pd.concat([table, table.assign(repeat=2)], ignore_index=True)
    ours = reliability(twice, bins=4)
    assert tuple(ours.columns) == RELIABILITY_COLUMNS
    expected = [
        [0, 0.25, 0, np.nan, np.nan],
        [0.25, 0.5, 1, 0.5, 1],
        [0.5, 0.75, 1, 0.6, 0],
        [0.75, 1, 2, 0.95, 1],
    ]
    np.testing.assert_allclose(ours, expected)


def test_risk_by_hand(predictions_of):
    # Surest first: 0.9 right, then 0.8 right and wrong together, then 0.4 wrong.
    table = predictions_of(
        ["blood", "blood", "brain", "liver"], ["blood", "brain", "brain", "blood"], [0.9, 0.8, 0.8, 0.4]
    )
    curve = risk_coverage(table)
    assert tuple(curve.columns) == RISK_COLUMNS
    np.testing.assert_allclose(curve, [[1 / 4, 0, 0.9], [3 / 4, 1 / 3, 0.8], [1, 2 / 4, 0.4]])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_risk_is_that_of_trying_every_cutoff(random_predictions, seed):
    table = random_predictions(samples=30, repeats=2, seed=seed)
    wrong = table["true"] != table["predicted"]
    curve = risk_coverage(table)
    assert curve["threshold"].tolist() == sorted(set(table["probability"]), reverse=True)
    for coverage, risk, threshold in curve.itertuples(index=False):
        accepted = table["probability"] >= threshold
        assert coverage == pytest.approx(accepted.mean())
        assert risk == pytest.approx(wrong[accepted].mean())

"""Means, deviations and tests between models in cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laboratory.domain_tables import difference_rows, figures_of, recall_rows, recalls, result_rows
from scipy.stats import ttest_ind

SIZES = {"one": (10, 5), "two": (10, 0)}
MODELS = ["LIN", "MLP", "DA"]


@pytest.fixture
def measured():
    generator = np.random.default_rng(0)
    rows = [("one", "LIN", 0, 0.5, 0.25, 40), ("two", "LIN", 0, 0.5, 0.25, 20)]
    for run in range(10):
        rows += [
            ("one", "MLP", run, 0.6 + 0.05 * generator.random(), 0.5, 40),
            ("one", "DA", run, 0.8 + 0.05 * generator.random(), 0.5, 40),
            ("two", "MLP", run, generator.random(), 0.5, 20),
        ]
    return pd.DataFrame(rows, columns=["cell", "model", "run", "msa", "mca", "tested"])


def of(measured, cell, model):
    return measured[(measured["cell"] == cell) & (measured["model"] == model)]["msa"]


def test_rows_hold_mean_and_deviation_over_seeds(measured):
    rows = result_rows(measured, SIZES, MODELS)
    assert [(row["model"], row["fits"]) for row in rows] == [
        ("LIN", "1"), ("MLP", "10"), ("DA", "10"), ("LIN", "1"), ("MLP", "10"),
    ]  # fmt: skip
    assert rows[0]["training (source + bias samples) to test"] == "one (10 + 5 to 40)"
    assert (rows[0]["accuracy"], rows[0]["mean of classes"]) == ("0.500", "0.250")
    ours = of(measured, "one", "DA")
    assert rows[2]["accuracy"] == f"{ours.mean():.3f} ± {np.std(ours, ddof=1):.3f}"


def test_differences_are_tested_as_scipy_does(measured):
    (row,) = difference_rows(measured, list(SIZES), "DA", MODELS)
    ours, theirs = of(measured, "one", "DA"), of(measured, "one", "MLP")
    assert row["DA against"] == "MLP"
    assert row["accuracy: difference"] == f"{ours.mean() - theirs.mean():+.3f}"
    assert row["accuracy: p"] == f"{ttest_ind(ours, theirs).pvalue:.2g}"


def test_what_does_not_vary_is_not_tested(measured):
    (row,) = difference_rows(measured, list(SIZES), "DA", MODELS)
    assert (row["mean of classes: difference"], row["mean of classes: p"]) == ("+0.000", "-")


def test_cells_are_counted_in_which_a_model_wins(measured):
    figures = figures_of(measured, SIZES, "DA", MODELS)
    assert figures["one/DA/msa"] == f"{of(measured, 'one', 'DA').mean():.3f}"
    assert figures["one/tested"] == "40"
    assert figures["DA surely better than MLP/msa"] == "1 of 1"
    assert figures["DA worse than MLP/msa"] == "0 of 1"
    assert figures["DA better than MLP/mca"] == "0 of 1"
    assert "DA better than LIN/msa" not in figures


def test_recall_is_over_all_seeds_of_a_cell():
    rows = [
        ("one", "DA", "s1", "liver", "liver"),
        ("one", "DA", "s1", "liver", "lung"),
        ("one", "DA", "s2", "lung", "lung"),
        ("one", "LIN", "s1", "liver", "lung"),
        ("one", "LIN", "s2", "lung", "lung"),
        ("two", "DA", "s1", "liver", "lung"),
    ]
    predictions = pd.DataFrame(rows, columns=["cell", "model", "sample", "true", "predicted"])
    assert recall_rows(predictions, "one", MODELS) == [
        {"recall: one": "liver", "samples": "1", "LIN": "0.000", "DA": "0.500"},
        {"recall: one": "lung", "samples": "1", "LIN": "1.000", "DA": "1.000"},
    ]
    assert recalls(predictions[predictions["cell"] == "two"]) == {("DA", "liver"): 0.0}

"""Balanced accuracy and AUROC inside datasets, against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laboratory.within_datasets import mean_interval, within_datasets
from sklearn.metrics import balanced_accuracy_score, roc_auc_score


def table(rows, model="m", repeat=1):
    frame = pd.DataFrame(rows, columns=["dataset", "true", "p:f", "p:m"])
    predicted = np.where(frame["p:f"] >= frame["p:m"], "f", "m")
    return frame.assign(predicted=predicted, model=model, repeat=repeat)


ROWS = [
    ("x", "f", 0.9, 0.1), ("x", "f", 0.4, 0.6), ("x", "m", 0.3, 0.7), ("x", "m", 0.2, 0.8), ("x", "m", 0.6, 0.4),
    ("y", "f", 0.8, 0.2), ("y", "f", 0.7, 0.3), ("y", "f", 0.6, 0.4),
    ("z", "f", 0.8, 0.2), ("z", "f", 0.6, 0.4), ("z", "m", 0.1, 0.9),
]  # fmt: skip


def test_datasets_are_measured_as_scikit_learn_does():
    found = within_datasets(table(ROWS), 2).set_index("dataset")
    x = table(ROWS)[lambda one: one["dataset"] == "x"]
    assert list(found.index) == ["x"]
    assert found.loc["x", "samples"] == 5
    assert found.loc["x", "balanced_accuracy"] == pytest.approx(balanced_accuracy_score(x["true"], x["predicted"]))
    assert found.loc["x", "auroc"] == pytest.approx(roc_auc_score(x["true"] == "m", x["p:m"]))


def test_a_dataset_of_one_class_says_nothing_and_few_samples_do_not_count():
    assert list(within_datasets(table(ROWS), 1)["dataset"]) == ["x", "z"]
    assert within_datasets(table(ROWS), 4).empty


def test_knowing_the_dataset_alone_gives_one_half():
    rows = [("x", "f", 0.9, 0.1)] * 9 + [("x", "m", 0.9, 0.1)] + [("y", "m", 0.1, 0.9)] * 9 + [("y", "f", 0.1, 0.9)]
    predictions = table(rows)
    assert (predictions["true"] == predictions["predicted"]).mean() == 0.9
    found = within_datasets(predictions, 1)
    assert found["balanced_accuracy"].tolist() == [0.5, 0.5]
    assert found["auroc"].tolist() == [0.5, 0.5]


def test_repeats_are_averaged_and_models_kept_apart():
    turned = table([(d, t, m, f) for d, t, f, m in ROWS], repeat=2)
    found = within_datasets(pd.concat([table(ROWS), turned, table(ROWS, model="other")]), 2).set_index("model")
    assert found.loc["m", "balanced_accuracy"] == pytest.approx(0.5)
    assert found.loc["other", "balanced_accuracy"] == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_a_third_class_of_few_samples_is_left_out_and_probabilities_are_of_the_two():
    extra = table(ROWS).assign(**{"p:o": 0.0})
    other = pd.DataFrame([{"dataset": "x", "true": "o", "predicted": "o", "p:f": 0.0, "p:m": 0.0, "p:o": 1.0,
                           "model": "m", "repeat": 1}])  # fmt: skip
    halved = extra.assign(**{"p:f": extra["p:f"] / 2, "p:m": extra["p:m"] / 2, "p:o": 0.5})
    plain = within_datasets(table(ROWS), 2)
    pd.testing.assert_frame_equal(within_datasets(pd.concat([halved, other]), 2), plain)


def test_three_classes_have_balanced_accuracy_and_no_auroc():
    frame = pd.DataFrame({"dataset": "x", "true": list("aabbcc"), "predicted": list("aabacb"), "model": "m",
                          "repeat": 1, "p:a": 0.4, "p:b": 0.3, "p:c": 0.3})  # fmt: skip
    found = within_datasets(frame, 2).iloc[0]
    assert found["balanced_accuracy"] == pytest.approx(2 / 3)
    assert np.isnan(found["auroc"])


def test_the_interval_of_a_mean_agrees_with_theory():
    values = pd.Series(np.random.default_rng(1).normal(0.7, 0.1, 400))
    mean, low, high = mean_interval(values)
    error = values.std() / 20
    assert mean == pytest.approx(values.mean())
    assert (low, high) == pytest.approx((mean - 1.96 * error, mean + 1.96 * error), abs=0.2 * error)


def test_one_dataset_has_no_interval():
    assert mean_interval(pd.Series([0.5, np.nan]))[0] == 0.5
    assert np.isnan(mean_interval(pd.Series([0.5]))[1:]).all()
    assert np.isnan(mean_interval(pd.Series([], dtype=float))).all()

"""Confusion counts against scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn import metrics as oracle

from srna_tools.validation.confusion import CONFUSION_COLUMNS, confusion_matrix, confusion_table

CLASSES = ("blood", "brain", "liver")


def test_the_matrix_is_the_mean_over_repeats_of_those_of_scikit_learn(random_predictions):
    table = random_predictions(repeats=3)
    theirs = [
        oracle.confusion_matrix(part["true"], part["predicted"], labels=CLASSES) for _, part in table.groupby("repeat")
    ]
    ours = confusion_matrix(table, CLASSES)
    np.testing.assert_allclose(ours, np.mean(theirs, axis=0))
    assert (ours % 1 > 0).any()


def test_the_table_holds_every_pair_of_each_model(random_predictions):
    predictions = random_predictions(models=("mlp", "logistic"))
    table = confusion_table(predictions)
    assert tuple(table.columns) == CONFUSION_COLUMNS
    assert table["model"].drop_duplicates().tolist() == ["mlp", "logistic"]
    for model, part in table.groupby("model"):
        ours = part.pivot_table(index="true", columns="predicted", values=["samples", "share"])
        rows = predictions[predictions["model"] == model]
        for values, normalise in (("samples", None), ("share", "true")):
            theirs = oracle.confusion_matrix(rows["true"], rows["predicted"], labels=CLASSES, normalize=normalise)
            np.testing.assert_allclose(ours[values].loc[list(CLASSES), list(CLASSES)], theirs)


def test_a_class_without_samples_has_no_share(predictions_of):
    table = confusion_table(predictions_of(["blood", "brain"], ["liver", "brain"]))
    expected = pd.DataFrame(
        {
            "true": np.repeat(CLASSES, 3).astype(object),
            "predicted": np.tile(CLASSES, 3).astype(object),
            "samples": [0.0, 0, 1, 0, 1, 0, 0, 0, 0],
            "share": [0.0, 0, 1, 0, 1, 0, np.nan, np.nan, np.nan],
        }
    )
    pd.testing.assert_frame_equal(table.drop(columns="model"), expected)

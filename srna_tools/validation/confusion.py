"""Which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from srna_tools.validation.class_metrics import ratio
from srna_tools.validation.out_of_fold import by_model, classes_of, codes_of

CONFUSION_COLUMNS = ("model", "true", "predicted", "samples", "share")


def confusion_table(table: pd.DataFrame) -> pd.DataFrame:
    """Count the samples of each true class that each model predicts as each class.

    Returns
    -------
    Columns `CONFUSION_COLUMNS`, a row for every pair of classes. ``samples`` is the mean over the repeats, ``share``
    that of the true class, NaN where this has no samples.
    """
    classes = classes_of(table)
    parts = [_long(model, confusion_matrix(part, classes), classes) for model, part in by_model(table)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(CONFUSION_COLUMNS))


def confusion_matrix(table: pd.DataFrame, classes: Sequence[str]) -> np.ndarray:
    """Count samples by true class (rows) and predicted class (columns), the mean over the repeats.

    Parameters
    ----------
    table
        Rows of one model.
    """
    counts = np.zeros((len(classes), len(classes)))
    np.add.at(counts, (codes_of(table["true"], classes), codes_of(table["predicted"], classes)), 1.0)
    return counts / max(table["repeat"].nunique(), 1)


def _long(model: str, matrix: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    totals = np.broadcast_to(matrix.sum(axis=1, keepdims=True), matrix.shape)
    facts = {
        "model": model,
        "true": np.repeat(np.asarray(classes, dtype=object), len(classes)),
        "predicted": np.tile(np.asarray(classes, dtype=object), len(classes)),
        "samples": matrix.ravel(),
        "share": ratio(matrix, totals).ravel(),
    }
    return pd.DataFrame(facts)[list(CONFUSION_COLUMNS)]

"""How well classes are told apart inside each dataset, where knowing the dataset does not help."""

from __future__ import annotations

import numpy as np
import pandas as pd

BOOTSTRAPS = 1000


def within_datasets(predictions: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Measure balanced accuracy, and with two classes AUROC, in each dataset that has several classes.

    Parameters
    ----------
    predictions
        Out-of-fold table; repeats are averaged.
    fewest
        Samples that a class needs in a dataset to count there.

    Returns
    -------
    One row a model and dataset: ``model dataset samples balanced_accuracy auroc``; the last is missing where a
    dataset has more than two classes.
    """
    rows = []
    for (model, dataset), of_dataset in predictions.groupby(["model", "dataset"], sort=False):
        measured = [found for _, one in of_dataset.groupby("repeat") if (found := _of_one(one, fewest))]
        if measured:
            means = pd.DataFrame(measured).mean().to_dict()
            rows.append({"model": model, "dataset": dataset, "samples": int(means.pop("samples"))} | means)
    return pd.DataFrame(rows, columns=["model", "dataset", "samples", "balanced_accuracy", "auroc"])


def _of_one(table: pd.DataFrame, fewest: int) -> dict[str, float]:
    from sklearn.metrics import recall_score, roc_auc_score

    sizes = table["true"].value_counts()
    classes = sorted(sizes.index[sizes >= fewest])
    if len(classes) < 2:
        return {}
    table = table[table["true"].isin(classes)]
    measured = {
        "samples": float(len(table)),
        "balanced_accuracy": float(recall_score(
            table["true"], table["predicted"], labels=classes, average="macro", zero_division=0)),
        "auroc": np.nan,
    }  # fmt: skip
    if len(classes) == 2:
        first, second = (table[f"p:{name}"].to_numpy(np.float64) for name in classes)
        total = first + second
        score = np.divide(second, total, out=np.full(len(total), 0.5), where=total > 0)
        measured["auroc"] = float(roc_auc_score(table["true"] == classes[1], score))
    return measured


def mean_interval(values: pd.Series, seed: int = 0) -> tuple[float, float, float]:
    """Mean over datasets with its 95 % percentile bootstrap interval; no interval for fewer than two."""
    known = values.dropna().to_numpy(np.float64)
    if len(known) < 2:
        return (float(known.mean()) if len(known) else np.nan, np.nan, np.nan)
    draws = np.random.default_rng(seed).choice(known, (BOOTSTRAPS, len(known))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(known.mean()), float(low), float(high)

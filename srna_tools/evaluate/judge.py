"""From out-of-fold predictions to the table of metrics, with the baseline and what could not be tested."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srna_tools.evaluate.fits import Material
from srna_tools.validation.metrics import UNTESTED, measure
from srna_tools.validation.out_of_fold import BASELINE, make_table
from srna_tools.validation.splits import SplitPlan

_HEADLINES = {
    "msa": "accuracy over samples",
    "mca": "mean accuracy of the classes",
    "mean_dataset_accuracy": "of the datasets",
}


def judge(predictions: pd.DataFrame, plan: SplitPlan, material: Material, *, draws: int, seed: int) -> pd.DataFrame:
    """Measure all models and the majority-class baseline.

    Returns
    -------
    Long table ``model scheme scope name metric value low high``; the scope ``untested`` lists what no fold could test.
    """
    metrics = measure(
        pd.concat([predictions, majority_class(plan, material)], ignore_index=True),
        plan.scheme, bootstraps=draws, seed=seed,
    )  # fmt: skip
    untested = pd.DataFrame(
        [
            {
                "model": "", "scheme": plan.scheme, "scope": UNTESTED, "name": f"{one.dataset}: {one.label}",
                "metric": "samples", "value": float(one.samples), "low": np.nan, "high": np.nan,
            }
            for one in plan.untested
        ],
        columns=metrics.columns,
    )  # fmt: skip
    return pd.concat([metrics, untested], ignore_index=True) if len(untested) else metrics


def majority_class(plan: SplitPlan, material: Material) -> pd.DataFrame:
    """Out-of-fold table of the baseline: class frequencies of each training set as probabilities."""
    parts = []
    for fold in plan.folds:
        shares = np.bincount(material.codes[fold.train], minlength=len(material.classes)) / len(fold.train)
        parts.append(
            make_table(
                samples=material.names[fold.test],
                datasets=material.datasets[fold.test],
                model=BASELINE,
                repeat=fold.repeat,
                fold=fold.number,
                seed=0,
                true=material.labels[fold.test],
                classes=material.classes,
                probabilities=np.tile(shares, (len(fold.test), 1)),
            )
        )
    return pd.concat(parts, ignore_index=True)


def headlines(metrics: pd.DataFrame) -> list[str]:
    """One line a model: micro and macro accuracy with their intervals."""
    overall = metrics[metrics["scope"] == "overall"].set_index(["model", "metric"])
    lines = []
    for model in dict.fromkeys(metrics.loc[metrics["scope"] == "overall", "model"]):
        parts = [_with_interval(overall.loc[(model, metric)], words) for metric, words in _HEADLINES.items()]
        lines.append(f"{model}: {', '.join(parts)}")
    return lines


def _with_interval(row: pd.Series, words: str) -> str:
    interval = f" ({row['low']:.3f} to {row['high']:.3f})" if pd.notna(row["low"]) else ""
    return f"{words} {row['value']:.3f}{interval}"

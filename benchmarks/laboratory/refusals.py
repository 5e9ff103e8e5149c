"""Which predictions srna-predict would refuse, of samples whose class the model knows or does not know."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from srna_tools.predict.status import Thresholds

OWN, FAMILIAR, NEVER_SEEN = "class", "other tissue", "never seen"


def refused(predictions: pd.DataFrame, catch_all: str) -> pd.Series:
    """Tell which predictions are not 'ok': of the catch-all class, not sure enough, or too close to the runner-up."""
    thresholds = Thresholds()
    columns = [name for name in predictions.columns if name.startswith("p:")]
    best = np.sort(predictions[columns].to_numpy(np.float64), axis=1)
    unsure = (best[:, -1] < thresholds.min_probability) | (best[:, -1] - best[:, -2] < thresholds.min_margin)
    return (predictions["predicted"] == catch_all) | unsure


def kinds_of_samples(labels: pd.Series, datasets: pd.Series, classes: Collection[str]) -> pd.Series:
    """Tell whether the label of each sample is a class, another one of several datasets, or one of a single dataset.

    With each dataset left out in turn, the model that predicts a sample of the last kind never saw one like it.
    """
    several = labels.map(datasets.groupby(labels).nunique()) > 1
    kinds = np.where(labels.isin(classes), OWN, np.where(several, FAMILIAR, NEVER_SEEN))
    return pd.Series(kinds, index=labels.index)


def shares_of(table: pd.DataFrame) -> dict[str, float]:
    """Shares of the samples of each kind that are right, wrong or refused.

    Parameters
    ----------
    table
        ``label kind refused called_other right``, one row a sample.
    """
    own, familiar, strange = (table[table["kind"] == kind] for kind in (OWN, FAMILIAR, NEVER_SEEN))
    return {
        "right": float(own["right"].mean()),
        "right and not refused": float((own["right"] & ~own["refused"]).mean()),
        "wrong and not refused": float((~own["right"] & ~own["refused"]).mean()),
        "familiar refused": float(familiar["refused"].mean()),
        "familiar called other": float(familiar["called_other"].mean()),
        "never seen refused": float(strange["refused"].mean()),
        "never seen called other": float(strange["called_other"].mean()),
        "never seen refused, mean of tissues": float(strange.groupby("label")["refused"].mean().mean()),
    }

"""Samples whose annotation disagrees with what models say that never saw them: the curator's work list."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srna_tools.validation.out_of_fold import PREFIX, classes_of, codes_of

COLUMNS = (
    "rank", "sample", "dataset", "annotated", "predicted", "surprise", "probability_annotated",
    "probability_predicted", "agreeing_models", "dataset_samples", "dataset_disagreeing",
)  # fmt: skip
_LEAST = 1e-3


def suspects(predictions: pd.DataFrame) -> pd.DataFrame:
    r"""Rank all samples by how surprising their annotation is.

    Probabilities are averaged over models and repeats. With :math:`p` the mean and :math:`y` the annotation,

    .. math:: surprise = \log \frac{\max_{k \ne y} p_k}{p_y}

    Positive where another class is more probable.

    Parameters
    ----------
    predictions
        Out-of-fold table of one or more models.

    Returns
    -------
    One row a sample whose annotation is not the most probable class, columns `COLUMNS`, the most surprising first.
    """
    ranked = ranked_by_surprise(predictions)
    return ranked[ranked["surprise"] > 0].reset_index(drop=True)


def ranked_by_surprise(predictions: pd.DataFrame) -> pd.DataFrame:
    """As `suspects`, of all samples: those that agree follow, the surest last."""
    classes = np.array(classes_of(predictions))
    columns = [f"{PREFIX}{name}" for name in classes]
    by_sample = predictions.groupby("sample", sort=False)
    mean = by_sample[columns].mean().to_numpy()
    facts = by_sample[["dataset", "true"]].first()
    true = codes_of(facts["true"], classes_of(predictions))
    rows = np.arange(len(true))
    others = mean.copy()
    others[rows, true] = -1.0
    best = others.argmax(axis=1)
    surprise = np.log(np.maximum(others[rows, best], _LEAST)) - np.log(np.maximum(mean[rows, true], _LEAST))
    agrees = predictions["predicted"] == predictions["true"]
    table = pd.DataFrame(
        {
            "sample": facts.index.astype(str),
            "dataset": facts["dataset"].to_numpy(),
            "annotated": facts["true"].to_numpy(),
            "predicted": classes[best],
            "surprise": surprise,
            "probability_annotated": mean[rows, true],
            "probability_predicted": others[rows, best],
            "agreeing_models": agrees.groupby(predictions["sample"], sort=False).mean().to_numpy(),
        }
    )
    disagrees = table["surprise"] > 0
    table["dataset_samples"] = table.groupby("dataset")["sample"].transform("size")
    table["dataset_disagreeing"] = disagrees.groupby(table["dataset"]).transform("sum")
    table = table.sort_values(["surprise", "sample"], ascending=[False, True], kind="stable", ignore_index=True)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table[list(COLUMNS)]

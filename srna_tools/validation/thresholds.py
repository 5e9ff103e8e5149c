"""What a cut-off on the probability of a class accepts, so that users can choose one for each class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from srna_tools.validation.out_of_fold import by_model, classes_of

THRESHOLD_COLUMNS = ("model", "class", "threshold", "accepted", "true_positive_rate", "precision")
CUTOFFS = (*(step / 20 for step in range(20)), 0.99)


@dataclass(frozen=True)
class _PredictedAs:
    """Samples of all repeats that are predicted as one class: their probabilities, and whether they belong to it."""

    model: str
    name: str
    probability: np.ndarray
    right: np.ndarray
    samples_of_class: int
    repeats: int

    def true_positive_rate(self, found: int) -> float:
        return found / self.samples_of_class if self.samples_of_class else float("nan")


def threshold_table(table: pd.DataFrame) -> pd.DataFrame:
    """Count what each of the `CUTOFFS` accepts, for each model and class.

    Returns
    -------
    Columns `THRESHOLD_COLUMNS`. ``accepted``: samples that are predicted as the class with at least this probability
    (mean over repeats). ``true_positive_rate``: the share of the samples of the class that are among them.
    ``precision``: the share of them that belong to the class. Rates are NaN where they would divide by nothing.

    References
    ----------
    Wartmann et al. 2020, supplementary figure 10: "such that users can make their own decision on probability cutoffs
    applied to each class".
    """
    rows = [row for predicted in _predicted_as(table) for row in _at_cutoffs(predicted)]
    return pd.DataFrame(rows, columns=list(THRESHOLD_COLUMNS))


def _predicted_as(table: pd.DataFrame) -> Iterator[_PredictedAs]:
    for model, part in by_model(table):
        for name in classes_of(table):
            chosen = part[part["predicted"] == name]
            yield _PredictedAs(
                model=model,
                name=name,
                probability=chosen["probability"].to_numpy(dtype=np.float64),
                right=(chosen["true"] == name).to_numpy(),
                samples_of_class=int((part["true"] == name).sum()),
                repeats=part["repeat"].nunique(),
            )


def _at_cutoffs(predicted: _PredictedAs) -> Iterator[tuple[str, str, float, float, float, float]]:
    for threshold in CUTOFFS:
        enough = predicted.probability >= threshold
        accepted, found = int(enough.sum()), int(predicted.right[enough].sum())
        yield (
            predicted.model,
            predicted.name,
            threshold,
            accepted / predicted.repeats,
            predicted.true_positive_rate(found),
            found / accepted if accepted else float("nan"),
        )
